"""The sums of a back-test: as recorded, and as the other policy would have had it. Parts can be added up."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from pydantic import TypeAdapter
from pydantic_core import to_json

from escalation.backtest.changes import TicketChanges
from escalation.backtest.outcome import Outcome

_HOUR = timedelta(hours=1)


@dataclass
class Sums:
    """Counts over tickets; hours of tickets at each tier."""

    escalations: Counter[str] = field(default_factory=Counter)
    by_cause: Counter[str] = field(default_factory=Counter)
    breaches: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    worked_at: Counter[str] = field(default_factory=Counter)
    hours_at: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> None:
        """One more ticket."""
        self.escalations.update(f"{moved.kind} to {moved.to}" for moved in outcome.escalations)
        self.by_cause.update(moved.cause for moved in outcome.escalations)
        self.breaches.update(outcome.breaches.keys())
        self.pages += outcome.pages
        for tier, spent in outcome.at_tier.items():
            self.worked_at[f"Tier {tier}"] += 1
            self.hours_at[f"Tier {tier}"] += round(spent / _HOUR)

    def absorb(self, other: "Sums") -> None:
        """Add those of another part."""
        for mine, theirs in (
            (self.escalations, other.escalations),
            (self.by_cause, other.by_cause),
            (self.breaches, other.breaches),
            (self.worked_at, other.worked_at),
            (self.hours_at, other.hours_at),
        ):
            mine.update(theirs)
        self.pages += other.pages

    def as_json(self) -> dict[str, object]:
        """Plain data, the same for the same sums."""
        counters = ("escalations", "by_cause", "breaches", "worked_at", "hours_at")
        return {name: dict(sorted(getattr(self, name).items())) for name in counters} | {"pages": self.pages}


@dataclass
class Report:
    """A back-test, or a part of one; `examples` are the first changed tickets."""

    most_examples: int = 20
    tickets: int = 0
    changed: int = 0
    live: int = 0
    moved_deadlines: int = 0
    not_judged: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    recorded: Sums = field(default_factory=Sums)
    replayed: Sums = field(default_factory=Sums)
    examples: list[TicketChanges] = field(default_factory=list)

    def add(self, changes: TicketChanges, before: Outcome, after: Outcome) -> bool:
        """One more ticket; whether anything would change on it."""
        self.tickets += 1
        self.recorded.add(before)
        self.replayed.add(after)
        self.live += changes.live
        moved = changes.coming is not None and changes.coming.moved
        self.moved_deadlines += moved
        self.refused.update(each.cause for each in changes.changes if each.what == "refused")
        if not changes.changes and not moved:
            return False
        self.changed += 1
        self._show([changes])
        return True

    def absorb(self, part: "Report") -> None:
        """Add what another process found."""
        self.tickets += part.tickets
        self.changed += part.changed
        self.live += part.live
        self.moved_deadlines += part.moved_deadlines
        self.not_judged.update(part.not_judged)
        self.refused.update(part.refused)
        self.recorded.absorb(part.recorded)
        self.replayed.absorb(part.replayed)
        self._show(part.examples)

    def as_json(self) -> dict[str, object]:
        """The whole report as plain data."""
        return {
            "tickets": self.tickets,
            "changed": self.changed,
            "live": self.live,
            "moved_deadlines": self.moved_deadlines,
            "not_judged": dict(sorted(self.not_judged.items())),
            "refused": dict(sorted(self.refused.items())),
            "recorded": self.recorded.as_json(),
            "replayed": self.replayed.as_json(),
            "examples": [each.model_dump(mode="json") for each in self.examples],
        }

    def within(self, most_bytes: int) -> "Report":
        """Itself, with only as many of its examples as fit; where that is fewer, so few are shown from now on."""
        while self.examples and len(to_json(self)) > most_bytes:
            self.most_examples = len(self.examples) // 2
            self.examples = self.examples[: self.most_examples]
        return self

    @property
    def judged(self) -> int:
        """The tickets that were looked at, those included that the policy would not have taken in."""
        return self.tickets + self.not_judged.total()

    def _show(self, changed: Iterable[TicketChanges]) -> None:
        """The first by id, however the parts come in."""
        self.examples = sorted([*self.examples, *changed], key=lambda each: each.ticket_id)[: self.most_examples]


REPORT: TypeAdapter[Report] = TypeAdapter(Report)
"""Reads a report that was written down as JSON."""
