"""Whether a ticket's promises were kept, judged afterwards from its facts under given targets."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from pydantic import model_validator

from escalation.calendar import Calendar, elapsed
from escalation.facts import Kept, TicketFacts
from escalation.policy import Promises
from escalation.promises import FIRST_RESPONSE, RESOLUTION
from escalation.sla import Clock, unpaused
from escalation.terms import Facts, Priority

Judge = Callable[[TicketFacts], Kept | None]
"""Says whether a ticket's promises were kept; None for a ticket that was promised nothing."""


def recorded(ticket: TicketFacts) -> Kept | None:
    """The judge that reads what the ticket's own clocks said."""
    return ticket.kept


def read_off(clocks: Mapping[str, Clock], *, resolved: bool) -> Kept | None:
    """What a ticket's clocks say, but for those whose breach was excluded.

    A broken promise counts at once, a kept one when the clock has stopped. A cancelled ticket was not resolved, nor was
    it to be, though its clocks have stopped.
    """
    excluded = sum(bool(clocks[name].excluded) for name in (FIRST_RESPONSE, RESOLUTION) if name in clocks)
    counting = {name: clock for name, clock in clocks.items() if not clock.excluded}
    response, resolution = counting.get(FIRST_RESPONSE), counting.get(RESOLUTION)
    if response is None and resolution is None:
        return Kept(excluded=excluded) if excluded else None  # nothing was promised
    if resolution is not None and resolution.stopped_at is not None and not resolved:
        resolution = None
    gross = unpaused(resolution) if resolution and resolution.stopped_at else None
    return Kept(
        response=response.counted if response and response.stopped_at else None,
        response_breached=response is not None and response.breached,
        resolution=resolution.counted if resolution and resolution.stopped_at else None,
        resolution_breached=resolution is not None and resolution.breached,
        resolution_gross=gross,
        gross_breached=resolution is not None and gross is not None and gross > resolution.target,
        excluded=excluded,
        response_breached_at=_broken_at(response),
        resolution_breached_at=_broken_at(resolution),
    )


def _broken_at(clock: Clock | None) -> datetime | None:
    """When the promise was due; while a hold stops a clock that has run out, when the hold began."""
    if clock is None or not clock.breached:
        return None
    return clock.due_at or (clock.pauses[-1].start if clock.pauses else clock.counted_to)


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
        """Breached when elapsed exceeds the target, in the target's own calendar. Says whether, not when."""
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
