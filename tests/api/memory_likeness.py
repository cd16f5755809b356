"""Tickets alike, found in memory by the words that their subjects share."""

from collections.abc import Sequence
from dataclasses import dataclass

from escalation.library.snippet import words
from escalation.lifecycle import TIERS, Stage
from escalation.likeness import Twin
from escalation.suggesting import Past
from escalation.ticket import Ticket
from tests.api.memory import MemoryStore

_SOLVED = (Stage.RESOLVED, Stage.CLOSED)
_OPEN = (Stage.TRIAGE, *TIERS)


@dataclass
class MemoryLikeness:
    """Over the tickets of a memory store."""

    store: MemoryStore

    def past(self, asked: Sequence[str], clients: tuple[str, ...] | None) -> list[Past]:
        solved = [t for t in self._seen(clients) if t.stage in _SOLVED and t.category]
        shared = [(t, sorted(set(asked) & set(words(t.subject)))) for t in solved]
        return [Past(category=t.category or "", words=tuple(own)) for t, own in shared if own]

    def twins(self, clients: tuple[str, ...] | None, ticket_id: str | None, limit: int) -> list[Twin]:
        seen = [ticket for ticket in self._seen(clients) if ticket.stage in _OPEN]
        waiting = [t for t in seen if t.stage is Stage.TRIAGE and ticket_id in (None, t.id)]
        pairs = [(one, other) for one in waiting for other in seen if other.id != one.id and other.client == one.client]
        return [
            Twin(
                ticket_id=one.id,
                other=other.id,
                likeness=1.0,
                stage=other.stage.value,
                **{name: getattr(other, name) for name in ("subject", "client", "owner", "opened_at")},
            )
            for one, other in pairs
            if words(one.subject) == words(other.subject)
        ][:limit]

    def _seen(self, clients: tuple[str, ...] | None) -> list[Ticket]:
        stored = [self.store.ticket(its_id) for its_id in self.store.live.tickets]
        return [each.ticket for each in stored if each and (clients is None or each.ticket.client in clients)]
