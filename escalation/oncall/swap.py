"""A swap: somebody gives a stretch of duty away, perhaps for another; it counts once the other has agreed."""

from typing import Literal, Self

from pydantic import AwareDatetime, model_validator

from escalation.oncall.live import RotaOverride
from escalation.terms import Facts, Line, Name

SwapState = Literal["proposed", "agreed", "declined", "withdrawn"]


class Stretch(Facts):
    """From `start` up to, and not including, `end`."""

    start: AwareDatetime
    end: AwareDatetime

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end <= self.start:
            raise ValueError("a stretch ends after it begins")
        return self


class Swap(Facts):
    """`giver` is freed of what they have of the rota in `given`; `taker` has it, and is freed of `returned`."""

    rota: Name
    giver: Name
    taker: Name
    given: Stretch
    returned: Stretch | None = None
    reason: Line = ""

    @model_validator(mode="after")
    def _between_two(self) -> Self:
        if self.giver == self.taker:
            raise ValueError("a swap takes two people")
        return self

    def overrides(self) -> tuple[RotaOverride, ...]:
        """What it means once it is agreed."""
        ways = [(self.given, self.taker, self.giver)]
        ways += [(self.returned, self.giver, self.taker)] if self.returned else []
        return tuple(
            RotaOverride(
                rota=self.rota,
                who=who,
                start=stretch.start,
                end=stretch.end,
                kind="swap",
                instead_of=instead_of,
                reason=self.reason,
            )
            for stretch, who, instead_of in ways
        )


class SwapLine(Swap):
    """A swap as it stands."""

    id: int
    state: SwapState
    proposed_by: str
    proposed_at: AwareDatetime
    decided_by: str | None = None
    decided_at: AwareDatetime | None = None
