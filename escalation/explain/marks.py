"""The moments at which a clock sets something off: when each comes, why then, and what is left while it is paused."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from escalation import promises, sla
from escalation.deadlines import counts
from escalation.explain.moments import length, spoken
from escalation.explain.view import Coming
from escalation.policy import Slice
from escalation.sla import Clock
from escalation.ticket import Ticket


def coming(marks: Iterable[tuple[str, str]], ticket: Ticket, policy: Slice, now: datetime) -> tuple[Coming, ...]:
    """Those of the marks (clock, mark) that are still ahead, the soonest first; those of a paused clock last."""
    found = _coming(marks, ticket, policy, now)
    return tuple(sorted(found, key=lambda each: (each.at is None, each.at)))


def _coming(marks: Iterable[tuple[str, str]], ticket: Ticket, policy: Slice, now: datetime) -> Iterator[Coming]:
    for name, mark in marks:
        clock = ticket.clocks.get(name)
        if ticket.over or clock is None or clock.stopped_at or mark not in clock.marks:
            continue
        if not counts(ticket, name, mark):
            continue
        at = clock.marks[mark].at if clock.running else None
        yield Coming(clock=name, mark=mark, at=at, words=_when(clock, mark, at, ticket, policy, now))


def _when(clock: Clock, mark: str, at: datetime | None, ticket: Ticket, policy: Slice, now: datetime) -> str:
    """`At 2 Nov 14:12 UTC, after 9h36m of the 24h resolution time (…), of which 2h are counted.`"""
    after = clock.marks[mark].after
    used = sla.counted(clock, policy.calendar(clock.calendar), now)
    name = clock.name.replace("_", " ")
    share = _auto_said(clock, policy, vip=ticket.vip) if mark == promises.AUTO else f"{mark} %"
    there = f"after {length(after)} of the {length(clock.target)} {name} time ({share})"
    counted = f"{length(used)} counted so far, in the calendar {clock.calendar}"
    if at is not None:
        return f"At {spoken(at)}, {there}; {counted}."
    pause = clock.pauses[-1] if clock.pauses else None
    why = f" since {spoken(pause.start)} ({pause.reason.replace('_', ' ')})" if pause else ""
    left = length(max(after - used, timedelta()))
    return f"The {name} clock stands still{why}, so no moment is set: {left} left, {there}; {counted}."


def _auto_said(clock: Clock, policy: Slice, *, vip: bool) -> str:
    auto = policy.auto_escalation
    honest = promises.auto_after(policy, clock.target, vip=False)
    why = f"{length(clock.target - honest)} before it is due: {auto.share:.0%} of it, at least {length(auto.at_least)}"
    return f"{why}; for a VIP after {policy.vip_factor:g} of {length(honest)}" if vip else why
