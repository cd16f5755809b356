"""Subscriptions and their log, kept in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from escalation.webhooks import OLD_SECRET_LIVES, Delivery, Health, Subscription, Try


@dataclass
class MemoryWebhooks:
    """Remembers who was woken."""

    known: dict[str, Subscription] = field(default_factory=dict)
    log: dict[str, list[Delivery]] = field(default_factory=dict)
    woken: list[str] = field(default_factory=list)
    made: int = 0

    def add(
        self, *, url: str, kinds: Sequence[str], clients: Sequence[str] | None, note: str, by: str, at: datetime
    ) -> tuple[Subscription, str]:
        self.made += 1
        one = Subscription(
            id=f"wh_{self.made}",
            url=url,
            kinds=tuple(kinds),
            clients=None if clients is None else tuple(clients),
            note=note,
            made_by=by,
            made_at=at,
        )
        self.known[one.id] = one
        return one, f"whsec_{self.made}"

    def all(self) -> list[tuple[Subscription, Health]]:
        return [(each, self._health(each.id)) for each in self.known.values()]

    def _health(self, its_id: str) -> Health:
        states = [each.state for each in self.log.get(its_id, [])]
        waiting = sum(state in ("queued", "retrying") for state in states)
        return Health(waiting=waiting, failed=states.count("failed"), delivered=states.count("delivered"))

    def one(self, its_id: str) -> Subscription | None:
        return self.known.get(its_id)

    def change(self, its_id: str, **changed: object) -> Subscription | None:
        self.known[its_id] = Subscription.model_validate(self.known[its_id].model_dump() | changed)
        return self.known[its_id]

    def rotate(self, its_id: str, at: datetime) -> str | None:
        self.change(its_id, old_secret_until=at + OLD_SECRET_LIVES)
        return f"whsec_{its_id}_new"

    def drop(self, its_id: str) -> bool:
        return self.known.pop(its_id, None) is not None

    def deliveries(self, its_id: str, state: str | None, before: int | None, most: int) -> list[Delivery]:
        found = [each for each in reversed(self.log.get(its_id, [])) if state in (None, each.state)]
        return [each for each in found if before is None or each.sequence < before][:most]

    def replay(
        self, its_id: str, by: str, at: datetime, *, delivery: str | None = None, since: datetime | None = None
    ) -> int:
        log = self.log.get(its_id, [])
        chosen = [
            place
            for place, each in enumerate(log)
            if (each.id == delivery if delivery else each.state == "failed" and since is not None and each.at >= since)
        ]
        for place in chosen:
            tries = (*log[place].tries, Try(at=at, again_by=by))
            log[place] = log[place].model_copy(update={"state": "queued", "next_at": at, "tries": tries})
        return len(chosen)

    async def wake(self, webhook: str) -> None:
        self.woken.append(webhook)
