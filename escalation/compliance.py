"""Whether a ticket's promises were kept, judged afterwards from its facts under given targets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from pydantic import model_validator

from escalation.calendar import Calendar, elapsed
from escalation.facts import TicketFacts
from escalation.policy import Promises
from escalation.terms import Facts, Priority


@dataclass(frozen=True, slots=True)
class Kept:
    """What the two clocks of a ticket read when they stopped; None where the clock still runs."""

    response: timedelta | None = None
    response_breached: bool = False
    resolution: timedelta | None = None
    resolution_breached: bool = False
    resolution_gross: timedelta | None = None  # had holds not paused the clock
    gross_breached: bool = False


Judge = Callable[[TicketFacts], Kept | None]
"""Says whether a ticket's promises were kept; None for a ticket that was promised nothing."""


class FixedTargets(Facts):
    """The same promises for every ticket of a priority; every hold pauses the resolution clock."""

    calendars: dict[str, Calendar]
    promises: dict[Priority, Promises]

    @model_validator(mode="after")
    def _calendars_exist(self) -> "FixedTargets":
        for priority, promises in self.promises.items():
            for target in (promises.response, promises.resolution):
                if target.calendar not in self.calendars:
                    raise ValueError(f"{priority}: no calendar {target.calendar!r}")
        return self

    def judge(self, ticket: TicketFacts) -> Kept | None:
        """Breached when elapsed exceeds the target, in the target's own calendar."""
        promises = _promises_for(ticket, self.promises)
        if promises is None:
            return None
        return Kept(*self._response(ticket, promises), *self._resolution(ticket, promises))

    def _response(self, ticket: TicketFacts, promises: Promises) -> tuple[timedelta | None, bool]:
        if ticket.first_response_at is None:
            return None, False
        taken = elapsed(self.calendars[promises.response.calendar], ticket.opened_at, ticket.first_response_at)
        return taken, taken > promises.response.time

    def _resolution(
        self, ticket: TicketFacts, promises: Promises
    ) -> tuple[timedelta | None, bool, timedelta | None, bool]:
        if ticket.completed_at is None:
            return None, False, None, False
        calendar, target = self.calendars[promises.resolution.calendar], promises.resolution.time
        gross = elapsed(calendar, ticket.opened_at, ticket.completed_at)
        paused = sum((elapsed(calendar, *wait) for wait in ticket.waits_until(ticket.completed_at)), timedelta())
        return gross - paused, gross - paused > target, gross, gross > target


def _promises_for(ticket: TicketFacts, promises: Mapping[Priority, Promises]) -> Promises | None:
    return next((promise for priority, promise in promises.items() if priority == ticket.priority), None)
