"""What time did."""

from typing import Literal

from pydantic import AwareDatetime

from escalation.durations import Duration
from escalation.events.fact import Fact
from escalation.terms import Tier


class MarkPassed(Fact):
    """A clock reached one of its marks: fired once for each clock, generation and mark."""

    kind: Literal["mark_passed"] = "mark_passed"
    clock: str
    generation: int
    mark: str
    due_at: AwareDatetime
    inform: tuple[str, ...] = ()
    trigger: str | None = None


class Nudged(Fact):
    """Nothing has happened since `idle_since`: the owner is asked for one of three things, then the team lead is told.

    The third is `plan`, a comment that says how it goes on; whatever a person does on the ticket is an answer.
    """

    kind: Literal["nudged"] = "nudged"
    level: int
    due_at: AwareDatetime
    idle_since: AwareDatetime
    limit: Duration
    tier: Tier
    ask: tuple[str, ...]
    inform: str


class UnderEscalated(Fact):
    """A tier keeps a ticket past its time, and these signs say that it is too complex for it."""

    kind: Literal["under_escalated"] = "under_escalated"
    tier: Tier
    due_at: AwareDatetime
    values: dict[str, object]


class AcceptMissed(Fact):
    """Nobody took the handoff up: paged again, then the next person, then the manager."""

    kind: Literal["accept_missed"] = "accept_missed"
    level: int
    due_at: AwareDatetime
