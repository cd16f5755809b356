"""Sources and what they sent, kept in memory; the real formats read it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from escalation.alerts import Body, Reading, formats
from escalation.alerts.arrived import Arrived
from escalation.alerts.books import Arrival, Aside, NewSource
from escalation.alerts.source import MapVersion, Secret, SecretLine, Sender, Source, SourceMap
from escalation.ports import Unavailable


@dataclass
class MemorySources:
    """Implements `escalation.alerts.books.SourceBook`."""

    sources: dict[str, Source] = field(default_factory=dict)
    maps: dict[str, list[MapVersion]] = field(default_factory=dict)
    secrets: dict[str, list[Secret]] = field(default_factory=dict)
    away: bool = False

    def all(self) -> list[Source]:
        self._answer()
        return [self.sources[name] for name in sorted(self.sources)]

    def one(self, source: str) -> Source | None:
        self._answer()
        return self.sources.get(source)

    def versions(self, source: str) -> list[MapVersion]:
        return self.maps.get(source, [])[::-1]

    def senders(self) -> list[Sender]:
        self._answer()
        return [
            Sender(id=s.id, kind=s.kind, scheme=s.scheme, header=s.header, secrets=tuple(self._live(s.id)))
            for s in self.sources.values()
            if s.disabled_at is None
        ]

    def create(self, new: NewSource, secret: Secret, by: str, at: datetime) -> Source | None:
        self._answer()
        if new.id in self.sources:
            return None
        self.sources[new.id] = Source(**dict(new), made_by=by, made_at=at)
        self.maps[new.id] = [MapVersion(version=1, map=new.map, made_by=by, made_at=at)]
        self.secrets[new.id] = []
        self._add(new.id, secret, by, at)
        return self.sources[new.id]

    def change(self, source: str, how: SourceMap, by: str, at: datetime) -> MapVersion | None:
        if source not in self.sources:
            return None
        versions = self.maps[source]
        if versions[-1].map != how:
            versions.append(MapVersion(version=len(versions) + 1, map=how, made_by=by, made_at=at))
            self._say(source, map=how, version=len(versions))
        return versions[-1]

    def describe(self, source: str, note: str) -> bool:
        return self._say(source, note=note)

    def disable(self, source: str, at: datetime | None) -> bool:
        return self._say(source, disabled_at=at)

    def add_secret(self, source: str, secret: Secret, by: str, at: datetime) -> bool:
        if source not in self.sources or len(self._live(source)) >= 2:
            return False
        self._add(source, secret, by, at)
        return True

    def retire_secret(self, source: str, secret: str, at: datetime) -> bool:
        live = [each.id for each in self._live(source)] if source in self.sources else []
        if secret not in live or len(live) < 2:
            return False
        kept = self.sources[source].secrets
        self._say(
            source,
            secrets=tuple(s.model_copy(update={"retired_at": at}) if s.id == secret else s for s in kept),
        )
        return True

    def _add(self, source: str, secret: Secret, by: str, at: datetime) -> None:
        self.secrets[source].append(secret)
        kept = self.sources[source].secrets
        self._say(source, secrets=(*kept, SecretLine(id=secret.id, made_by=by, made_at=at)))

    def _live(self, source: str) -> list[Secret]:
        live = {line.id for line in self.sources[source].secrets if line.retired_at is None}
        return [secret for secret in self.secrets[source] if secret.id in live]

    def _say(self, source: str, **said: object) -> bool:
        if source not in self.sources:
            return False
        self.sources[source] = self.sources[source].model_copy(update=said)
        return True

    def _answer(self) -> None:
        if self.away:
            raise Unavailable("PostgreSQL cannot be asked just now: secret host")


@dataclass
class MemoryBodies:
    """Implements `escalation.alerts.books.BodyBook` and `escalation.alerts.Inbox`."""

    sources: MemorySources
    kept: dict[int, tuple[Aside, Arrived]] = field(default_factory=dict)
    keys: set[tuple[str, str]] = field(default_factory=set)
    away: bool = False

    def store(self, arrivals: Sequence[Arrival]) -> list[bool]:
        if self.away:
            raise Unavailable("PostgreSQL cannot be asked just now: secret host")
        return [self._store(each) for each in arrivals]

    def count_waiting(self, most: int) -> int:
        return len(self.waiting(most))

    def waiting(self, limit: int) -> list[Body]:
        waiting = [aside for aside, _ in self.kept.values() if aside.state == "received"]
        return [Body(number=each.number, source=each.source, received_at=each.received_at) for each in waiting[:limit]]

    def read(self, body: Body) -> Reading:
        source = self.sources.sources[body.source]
        self._say(body.number, read_by=source.version)
        return formats.read(source.kind, self.kept[body.number][1], source.map)

    def take(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            self._say(number, state="taken")

    def forget(self, before: datetime) -> int:
        old = [n for n, (aside, _) in self.kept.items() if aside.state == "taken" and aside.received_at < before]
        for number in old:
            del self.kept[number]
        return len(old)

    def put_aside(self, number: int, code: str, reason: str) -> None:
        self._say(number, state="quarantined", code=code, reason=reason)

    def aside(self, source: str | None, limit: int, before: int | None = None) -> list[Aside]:
        found = [
            aside
            for aside, _ in reversed(self.kept.values())
            if aside.state == "quarantined" and source in (None, aside.source)
        ]
        return [each for each in found if before is None or each.number < before][:limit]

    def body(self, number: int) -> tuple[Aside, Arrived] | None:
        return self.kept.get(number)

    def replay(self, number: int) -> bool:
        return self._leave(number, state="received")

    def replay_all(self, source: str) -> int:
        return sum(self.replay(each.number) for each in self.aside(source, 1_000_000))

    def discard(self, number: int, why: str, by: str, at: datetime) -> bool:
        return self._leave(number, state="discarded", reason=why, dealt_by=by, dealt_at=at)

    def _store(self, arrival: Arrival) -> bool:
        if arrival.sender_key is not None:
            if (arrival.source, arrival.sender_key) in self.keys:
                return False
            self.keys.add((arrival.source, arrival.sender_key))
        number = len(self.kept) + 1
        aside = Aside(
            number=number,
            source=arrival.source,
            received_at=arrival.received_at,
            state="received",
            size=len(arrival.body),
        )
        self.kept[number] = (aside, Arrived(number=number, **arrival.model_dump()))
        return True

    def _leave(self, number: int, **said: object) -> bool:
        if number not in self.kept or self.kept[number][0].state != "quarantined":
            return False
        self._say(number, **said)
        return True

    def _say(self, number: int, **said: object) -> None:
        aside, arrived = self.kept[number]
        self.kept[number] = (aside.model_copy(update=said), arrived)


@dataclass
class MemoryDrain:
    """Whoever deals with it, who is only told."""

    woken: int = 0

    async def wake(self) -> None:
        self.woken += 1
