"""What changes a rota by hand: overrides, swaps and absences, each from one second up to another."""

from datetime import datetime
from typing import Literal, Self

from pydantic import AwareDatetime, model_validator

from escalation.terms import Facts, Line, Name


class RotaOverride(Facts):
    """Somebody takes a rota over from `start` up to, and not including, `end`; with `instead_of`, only from them."""

    rota: Name
    who: Name
    start: AwareDatetime
    end: AwareDatetime
    kind: Literal["override", "swap"] = "override"
    instead_of: Name | None = None
    reason: Line = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"the override of {self.rota} by {self.who} ends before it begins")
        return self

    def holds(self, rota: str, at: datetime) -> bool:
        """Whether it says who answers the rota at `at`."""
        return self.rota == rota and self.start <= at < self.end


class Absence(Facts):
    """Somebody is away from `start` up to, and not including, `end`: on call for nothing, and given no ticket."""

    person: Name
    start: AwareDatetime
    end: AwareDatetime
    reason: Line = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"the absence of {self.person} ends before it begins")
        return self


def absence_of(person: str, absences: tuple[Absence, ...], at: datetime) -> Absence | None:
    """The absence that keeps this person away at `at`: of several, the one that lasts longest."""
    there = (each for each in absences if each.person == person and each.start <= at < each.end)
    return max(there, key=lambda each: each.end, default=None)
