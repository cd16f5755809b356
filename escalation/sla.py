"""Clocks: promises about time, each with its target, its calendar, its pauses and its marks.

A mark is a share of the target with a name (`50`, `75`, `90`, `100`, or `auto` for the escalation by itself). While a
clock runs, each mark that has not passed stands as an absolute UTC moment, computed when the clock was last started,
resumed or retargeted; so neither replay nor a later tzdata can move it. A mark that passed is gone from the clock:
that is how each fires once.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import AwareDatetime, Field

from escalation.calendar import Calendar, due
from escalation.calendar import elapsed as open_time
from escalation.durations import Duration
from escalation.terms import Facts, Tier

ZERO = timedelta()
BREACH = "100"
RESOLVED = "resolved"  # the pause between a resolution and a reopening; not a hold
ELSEWHERE = "elsewhere"  # the pause between leaving a tier and coming back; not a hold


class Mark(Facts):
    """`after` this much counted time something happens; `at` is when, unless the clock is paused."""

    after: Duration
    at: AwareDatetime | None = None


class Pause(Facts):
    """A stretch that does not count, and why; `spared` is the open time that a hold kept from counting, once over."""

    start: AwareDatetime
    end: AwareDatetime | None = None
    reason: str
    spared: Duration = ZERO


class Stretch(Facts):
    """A time in which nothing changed: how much of it counted and if none why, and who had the ticket.

    `why` is `counted`, `closed` (outside the calendar's hours), `resolved`, `elsewhere` (at another tier) or the reason
    of a hold. `hold` is a hold that pauses nothing here. No owner: before this ticket, in a duplicate that it took in.
    """

    start: AwareDatetime
    end: AwareDatetime
    counted: Duration
    why: str
    owner: str = ""
    tier: Tier | None = None
    hold: str | None = None


class Clock(Facts):
    """One promise being kept; `counted` is the time used up to `counted_to`.

    What is at its default is not written: every event that changes a clock holds the whole of it.
    """

    name: str
    generation: int = Field(default=1, exclude_if=lambda generation: generation == 1)
    target: Duration
    calendar: str
    started_at: AwareDatetime
    counted: Duration = Field(default=ZERO, exclude_if=lambda counted: not counted)
    counted_to: AwareDatetime
    due_at: AwareDatetime | None = None
    marks: dict[str, Mark] = Field(default={}, exclude_if=lambda marks: not marks)
    pauses: tuple[Pause, ...] = Field(default=(), exclude_if=lambda pauses: not pauses)
    stopped_at: AwareDatetime | None = None
    breached: bool = Field(default=False, exclude_if=lambda breached: not breached)
    excluded: bool | None = None  # by approval, from the figures of compliance
    carried: tuple[Stretch, ...] = Field(default=(), exclude_if=lambda carried: not carried)

    @property
    def paused(self) -> bool:
        """Whether a hold stops it just now."""
        return bool(self.pauses) and self.pauses[-1].end is None

    @property
    def running(self) -> bool:
        """Whether its marks can pass."""
        return self.stopped_at is None and not self.paused


def start(
    name: str, target: timedelta, calendar_name: str, calendar: Calendar, at: datetime, marks: Mapping[str, timedelta]
) -> Clock:
    """A running clock whose marks lie at their counted times after `at`."""
    clock = Clock(name=name, target=target, calendar=calendar_name, started_at=at, counted_to=at)
    return _armed(clock, calendar, at, marks)


def counted(clock: Clock, calendar: Calendar, now: datetime) -> timedelta:
    """Counted time up to `now`, never less than zero."""
    if not clock.running:
        return clock.counted
    return clock.counted + open_time(calendar, clock.counted_to, now)


def pause(clock: Clock, calendar: Calendar, now: datetime, reason: str) -> Clock:
    """The clock stopped by a hold; its marks keep their counted time and lose their moments."""
    return clock.model_copy(
        update={
            "counted": counted(clock, calendar, now),
            "counted_to": now,
            "due_at": None,
            "marks": {name: Mark(after=mark.after) for name, mark in clock.marks.items()},
            "pauses": (*clock.pauses, Pause(start=now, reason=reason)),
        }
    )


def resume(clock: Clock, calendar: Calendar, now: datetime) -> Clock:
    """The clock running again; what was left of every mark is left still."""
    again = clock.model_copy(update={"pauses": _hold_ended(clock, calendar, now), "counted_to": now})
    return _armed(again, calendar, now, {name: mark.after for name, mark in clock.marks.items()})


def stop(clock: Clock, calendar: Calendar, now: datetime) -> Clock:
    """The promise ended at `now`, kept or broken: broken only when time ran out, never by a rounded share."""
    used = counted(clock, calendar, now)
    return clock.model_copy(
        update={
            "counted": used,
            "counted_to": now,
            "stopped_at": now,
            "marks": {},
            "pauses": _hold_ended(clock, calendar, now) if clock.paused else clock.pauses,
            "breached": clock.breached or used > clock.target,
        }
    )


def restart(
    clock: Clock, calendar: Calendar, now: datetime, marks: Mapping[str, timedelta], reason: str = RESOLVED
) -> Clock:
    """A stopped clock taken up again, with the time that it had used; what passed before does not pass again.

    The time in between is a pause, so that a clock counted anew on another calendar leaves it out as well.
    """
    stopped = Pause(start=clock.stopped_at or now, end=now, reason=reason)
    again = clock.model_copy(
        update={
            "stopped_at": None,
            "counted_to": now,
            "generation": clock.generation + 1,
            "pauses": (*clock.pauses, stopped),
        }
    )
    ahead = {name: after for name, after in marks.items() if after > clock.counted}
    return _armed(again, calendar, now, ahead)


def retarget(
    clock: Clock,
    calendar_name: str,
    calendar: Calendar,
    now: datetime,
    target: timedelta,
    marks: Mapping[str, timedelta],
    owed: tuple[str, ...] = (),
) -> Clock:
    """A new target counted from the start of the clock, pauses kept.

    Time used is counted anew where the calendar changes. Marks that lie behind already do not fire, but for those
    still `owed` and the breach, which is a fact that somebody must hear of. A target that is longer than the time
    used takes an earlier breach back.
    """
    used = _recounted(clock, calendar, now) if calendar_name != clock.calendar else counted(clock, calendar, now)
    breached = clock.breached and used >= target
    late = (*owed, *(() if breached else (BREACH,)))
    ahead = {name: after for name, after in marks.items() if after > used or name in late}
    again = clock.model_copy(
        update={
            "generation": clock.generation + 1,
            "target": target,
            "calendar": calendar_name,
            "counted": used,
            "counted_to": now,
            "carried": clock.carried if calendar_name == clock.calendar else (),
            "breached": breached,
            "excluded": clock.excluded if breached else None,
            "pauses": tuple(_spared(pause, calendar) for pause in clock.pauses),
        }
    )
    if clock.paused:
        return again.model_copy(update={"marks": {n: Mark(after=a) for n, a in ahead.items()}})
    return _armed(again, calendar, now, ahead)


def without(clock: Clock, mark: str) -> Clock:
    """The clock without one of its marks."""
    if mark not in clock.marks:
        return clock
    return clock.model_copy(update={"marks": {name: m for name, m in clock.marks.items() if name != mark}})


def passed(clock: Clock, mark: str) -> Clock:
    """The clock after one of its marks has passed; that of the whole target is the breach."""
    return without(clock, mark).model_copy(update={"breached": clock.breached or mark == BREACH})


def marked(clock: Clock, calendar: Calendar, now: datetime, name: str, after: timedelta) -> Clock:
    """The clock with one more mark, or with that mark elsewhere, if it then still lies ahead."""
    used = counted(clock, calendar, now)
    return remarked(clock, calendar, now, name, after) if after > used else clock


def remarked(clock: Clock, calendar: Calendar, now: datetime, name: str, after: timedelta) -> Clock:
    """The clock with this mark; one that lies behind already passes at once."""
    left = after - counted(clock, calendar, now)
    at = None if clock.paused else due(calendar, now, left)
    return clock.model_copy(update={"marks": clock.marks | {name: Mark(after=after, at=at)}})


def excluded(clock: Clock) -> Clock:
    """The clock, its breach left out of the figures from now on."""
    return clock.model_copy(update={"excluded": True})


def unpaused(clock: Clock) -> timedelta:
    """What a clock that has stopped would read if no hold had paused it."""
    return clock.counted + sum((pause.spared for pause in clock.pauses), ZERO)


def _hold_ended(clock: Clock, calendar: Calendar, now: datetime) -> tuple[Pause, ...]:
    *before, last = clock.pauses
    return (*before, _spared(last.model_copy(update={"end": now}), calendar))


def _spared(pause: Pause, calendar: Calendar) -> Pause:
    if pause.end is None or pause.reason in (RESOLVED, ELSEWHERE):
        return pause
    return pause.model_copy(update={"spared": open_time(calendar, pause.start, pause.end)})


def _armed(clock: Clock, calendar: Calendar, now: datetime, marks: Mapping[str, timedelta]) -> Clock:
    at = {name: Mark(after=after, at=_moment(clock, calendar, now, after)) for name, after in marks.items()}
    return clock.model_copy(update={"marks": at, "due_at": _reached(clock, calendar, now, clock.target)})


def _moment(clock: Clock, calendar: Calendar, now: datetime, after: timedelta) -> datetime:
    left = after - clock.counted
    return due(calendar, now, left) if left > ZERO else now


def _reached(clock: Clock, calendar: Calendar, now: datetime, after: timedelta) -> datetime:
    """When counted time comes to `after`, or came to it: a promise broken yesterday was due yesterday."""
    if after > clock.counted:
        return due(calendar, now, after - clock.counted)
    used, since = ZERO, clock.started_at
    for stretch in clock.pauses:
        open_here = open_time(calendar, since, stretch.start)
        if used + open_here >= after:
            break
        used, since = used + open_here, stretch.end or now
    return min(due(calendar, since, after - used), now)


def _recounted(clock: Clock, calendar: Calendar, now: datetime) -> timedelta:
    used, since = ZERO, clock.started_at
    for stretch in clock.pauses:
        used += open_time(calendar, since, stretch.start)
        since = stretch.end or now
    return used if clock.paused else used + open_time(calendar, since, now)
