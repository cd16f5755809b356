"""What a ticket's story comes to: its escalations, broken promises, pages, and time at each tier."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from escalation.backtest.replay import Lived
from escalation.events import AcceptMissed, Coordinated, Escalated, Event, MarkPassed, Queued, TriggerFired
from escalation.explain.conditions import values_said
from escalation.promises import ACCEPT
from escalation.sla import BREACH
from escalation.terms import EscalationKind, Tier


@dataclass(frozen=True)
class Moved:
    """One escalation: a move up, a coordinator named, or somebody informed."""

    at: datetime
    kind: str
    to: str
    cause: str
    why: str = ""

    @property
    def same_as(self) -> tuple[str, str, str]:
        """What makes two of them the same one, at whatever time."""
        return self.kind, self.to, self.cause


@dataclass(frozen=True)
class Breach:
    """A promise that was broken: which clock, and when it was due."""

    clock: str
    due_at: datetime | None


@dataclass
class Outcome:
    """All of it, for one ticket."""

    escalations: list[Moved] = field(default_factory=list)
    breaches: dict[str, Breach] = field(default_factory=dict)
    pages: int = 0
    start_tier: Tier | None = None
    at_tier: dict[Tier, timedelta] = field(default_factory=dict)


def outcome_of(lived: Lived, until: datetime) -> Outcome:
    """What the story comes to, up to `until` for what still lasts."""
    ticket, events = lived.ticket, lived.events
    found = Outcome(start_tier=ticket.start.tier if ticket.start else None)
    for event in events:
        found.escalations += _escalations(event)
    for stay in ticket.stays:
        spent = max((stay.ended_at or until) - stay.began_at, timedelta())
        found.at_tier[stay.tier] = found.at_tier.get(stay.tier, timedelta()) + spent
    found.breaches = {breach.clock: breach for breach in _breaches(lived)}
    found.pages = lived.pages
    return found


def _escalations(event: Event) -> Iterator[Moved]:
    match event:
        case Escalated(escalation=kind, to_tier=tier):
            yield Moved(event.at, kind.value, f"Tier {tier}", event.trigger or event.reason, values_said(event.values))
        case Queued(trigger=str() as trigger, to_tier=tier):
            yield Moved(event.at, EscalationKind.FUNCTIONAL.value, f"Tier {tier}", trigger, values_said(event.values))
        case Coordinated(need=need):
            cause = event.trigger or "a person's word"
            yield Moved(event.at, EscalationKind.HIERARCHICAL.value, need.role.value, cause, values_said(event.values))
        case TriggerFired(inform=str() as role):
            yield Moved(event.at, "informed", role, event.trigger, values_said(event.values))
        case _:
            return


def _breaches(lived: Lived) -> Iterator[Breach]:
    due = {e.clock: e.due_at for e in lived.events if isinstance(e, MarkPassed) and e.mark == BREACH}
    for clock in lived.ticket.clocks.values():
        if clock.breached and clock.name != ACCEPT:
            yield Breach(clock.name, due.get(clock.name, clock.due_at))
    missed = [event.due_at for event in lived.events if isinstance(event, AcceptMissed)]
    if missed:
        yield Breach(ACCEPT, missed[0])
