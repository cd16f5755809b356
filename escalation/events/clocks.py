"""What time did."""

from typing import Literal

from pydantic import AwareDatetime

from escalation.events.fact import Fact


class MarkPassed(Fact):
    """A clock reached one of its marks: fired once for each clock, generation and mark."""

    kind: Literal["mark_passed"] = "mark_passed"
    clock: str
    generation: int
    mark: str
    due_at: AwareDatetime
    inform: tuple[str, ...] = ()


class AcceptMissed(Fact):
    """Nobody took the handoff up: paged again, then the next person, then the manager."""

    kind: Literal["accept_missed"] = "accept_missed"
    level: int
    due_at: AwareDatetime
