"""The clocks of a ticket: which promises run, from when, and what happens to them at each kind of event."""

from datetime import datetime, timedelta

from escalation import sla
from escalation.calendar import elapsed as open_time
from escalation.policy import Slice, Target
from escalation.sla import Clock
from escalation.terms import Priority
from escalation.ticket import Ticket

FIRST_RESPONSE, RESOLUTION, ACCEPT = "first_response", "resolution", "accept"
NEXT_REPLY, NEXT_UPDATE, VENDOR = "next_reply", "next_update", "vendor"
AUTO = "auto"  # the mark at which a Tier 1 ticket moves up by itself
_ACCEPT_LEVELS = (1, 2, 3)

Clocks = dict[str, Clock]


def target(policy: Slice, name: str, priority: Priority) -> Target | None:
    """What is promised for this clock at this priority; None where nothing is, or where it hangs on something else."""
    if name == ACCEPT:
        return policy.accept[priority]
    promises = policy.promises.get(priority)
    if promises is None:
        return None
    return {
        FIRST_RESPONSE: promises.response,
        RESOLUTION: promises.resolution,
        NEXT_REPLY: promises.reply,
        NEXT_UPDATE: promises.update_every,
    }.get(name)


def marks(policy: Slice, name: str, time: timedelta, *, vip: bool, tier: int | None) -> dict[str, timedelta]:
    """The marks of a clock: shares of its target; for Tier 1, also the moment at which it escalates by itself.

    An update that is owed every so often is only told of shortly before, or every hour would bring three of these.
    """
    if name == ACCEPT:
        return {str(100 * level): time * level for level in _ACCEPT_LEVELS}
    if name == NEXT_UPDATE:
        early = max((share for share in policy.thresholds if share < int(sla.BREACH)), default=int(sla.BREACH))
        return {str(early): time * early / 100, sla.BREACH: time}
    if name not in (FIRST_RESPONSE, RESOLUTION):
        return {sla.BREACH: time}
    at = {str(share): time * share / 100 for share in policy.thresholds}
    if name == RESOLUTION and tier in (None, 1):
        at[AUTO] = auto_after(policy, time, vip=vip)
    return at


def auto_after(policy: Slice, time: timedelta, *, vip: bool) -> timedelta:
    """Counted time after which an unresolved Tier 1 ticket moves up; halved for a VIP, whose priority stays honest."""
    auto = policy.auto_escalation
    after = max(time - max(time * auto.share, auto.at_least), time / 2)
    return after * policy.vip_factor if vip else after


def started(policy: Slice, name: str, promise: Target, at: datetime, *, vip: bool, tier: int | None) -> Clock:
    """A clock of this name, running from `at`."""
    calendar = policy.calendar(promise.calendar)
    return sla.start(
        name, promise.time, promise.calendar, calendar, at, marks(policy, name, promise.time, vip=vip, tier=tier)
    )


def at_intake(policy: Slice, priority: Priority, at: datetime, *, vip: bool) -> Clocks:
    """First response and resolution run from the moment a ticket is taken in, as far as they are promised."""
    promised = {name: target(policy, name, priority) for name in (FIRST_RESPONSE, RESOLUTION)}
    return {n: started(policy, n, promise, at, vip=vip, tier=None) for n, promise in promised.items() if promise}


def at_handoff(ticket: Ticket, policy: Slice, now: datetime, tier: int | None, *, emergency: bool = False) -> Clocks:
    """A new accept clock; a hold ends with the handoff; the promises to the client run on.

    An emergency is to be taken up as soon as the most pressing ticket, whatever its priority and the hour.
    """
    changed = at_resume(ticket, policy, now)
    if tier is not None:
        changed[ACCEPT] = _accept_anew(ticket, policy, now, Priority.P1 if emergency else ticket.priority)
    resolution = changed.get(RESOLUTION) or ticket.clocks.get(RESOLUTION)
    if resolution and resolution.stopped_at is None:
        moved = _with_auto(resolution, policy, now, ticket) if tier == 1 else sla.without(resolution, AUTO)
        if moved != ticket.clocks.get(RESOLUTION):
            changed[RESOLUTION] = moved
    return changed


def at_relief(ticket: Ticket, policy: Slice, now: datetime) -> Clocks:
    """A new accept clock for whoever relieves the owner; every other clock, and a hold, stay as they are."""
    if ticket.tier is None:
        return {}
    return {ACCEPT: _accept_anew(ticket, policy, now, Priority.P1 if urgent_handoff(ticket) else ticket.priority)}


def at_accept(ticket: Ticket, policy: Slice, now: datetime, *, contacted: bool) -> Clocks:
    """Acceptance ends the accept clock; the first response ends only when the client was spoken to."""
    return stopped(ticket, policy, now, ACCEPT, *([FIRST_RESPONSE] if contacted else []))


def stopped(ticket: Ticket, policy: Slice, now: datetime, *names: str) -> Clocks:
    """The named clocks, as far as they run, ended now."""
    running = (ticket.clocks[name] for name in names if name in ticket.clocks)
    return {
        clock.name: sla.stop(clock, policy.calendar(clock.calendar), now) for clock in running if not clock.stopped_at
    }


def at_hold(ticket: Ticket, policy: Slice, now: datetime, reason: str) -> Clocks:
    """The clocks that this reason pauses, paused."""
    paused = (ticket.clocks.get(name) for name in policy.holds[reason].pauses)
    return {c.name: sla.pause(c, policy.calendar(c.calendar), now, reason) for c in paused if c and c.running}


def at_resume(ticket: Ticket, policy: Slice, now: datetime) -> Clocks:
    """Every paused clock, running again."""
    return {
        clock.name: sla.resume(clock, policy.calendar(clock.calendar), now)
        for clock in ticket.clocks.values()
        if clock.paused and clock.stopped_at is None
    }


def at_reopen(ticket: Ticket, policy: Slice, now: datetime, tier: int) -> Clocks:
    """The resolution clock goes on where it stood: time spent resolved does not count."""
    clock = ticket.clocks.get(RESOLUTION)
    if clock is None:
        return at_handoff(ticket, policy, now, tier)
    calendar = policy.calendar(clock.calendar)
    again = marks(policy, RESOLUTION, clock.target, vip=ticket.vip, tier=tier)
    resumed = sla.restart(clock, calendar, now, again) if clock.stopped_at else clock
    running = ticket.model_copy(update={"clocks": ticket.clocks | {RESOLUTION: resumed}})
    return {RESOLUTION: resumed} | at_handoff(running, policy, now, tier)


def at_priority(ticket: Ticket, policy: Slice, now: datetime, priority: Priority) -> Clocks:
    """New targets counted from the start of each clock that has not ended; old marks do not fire again.

    Acceptance is the exception: whoever owns the ticket now has the whole of the new time, and each rung of the
    ladder after it, or a ticket that became urgent while nobody took it up would never move on.
    """
    changed: Clocks = {}
    for clock in ticket.clocks.values():
        if clock.stopped_at is not None:
            continue
        promise = target(policy, clock.name, priority)
        if promise is None:
            continue
        if clock.name != ACCEPT:
            changed[clock.name] = _retargeted(ticket, policy, now, clock, promise)
        elif promise.time != clock.target and not urgent_handoff(ticket):
            changed[ACCEPT] = _accept_anew(ticket, policy, now, priority)
    return changed


def at_vip(ticket: Ticket, policy: Slice, now: datetime) -> Clocks:
    """The moment at which a Tier 1 ticket moves up by itself, now that its contact is a VIP or is none."""
    clock = ticket.clocks.get(RESOLUTION)
    if clock is None or AUTO not in clock.marks:
        return {}
    calendar = policy.calendar(clock.calendar)
    return {RESOLUTION: sla.remarked(clock, calendar, now, AUTO, auto_after(policy, clock.target, vip=ticket.vip))}


def at_merge(ticket: Ticket, policy: Slice, now: datetime, opened_at: datetime) -> Clocks:
    """The earliest clock of two duplicates: counted from the earlier opening, this ticket's own pauses kept."""
    changed: Clocks = {}
    for name in (FIRST_RESPONSE, RESOLUTION):
        clock = ticket.clocks.get(name)
        if clock is None or clock.stopped_at is not None or opened_at >= clock.started_at:
            continue
        calendar = policy.calendar(clock.calendar)
        gained = open_time(calendar, opened_at, clock.started_at)
        earlier = clock.model_copy(update={"started_at": opened_at, "counted": clock.counted + gained})
        same = Target(time=clock.target, calendar=clock.calendar)
        changed[name] = _retargeted(ticket, policy, now, earlier, same)
    return changed


def _retargeted(ticket: Ticket, policy: Slice, now: datetime, clock: Clock, promise: Target) -> Clock:
    """The clock with this target; an escalation by itself that is still to come, comes at once if it is late now."""
    at = marks(policy, clock.name, promise.time, vip=ticket.vip, tier=ticket.tier)
    owed = (AUTO,) if AUTO in clock.marks else ()
    calendar = policy.calendar(promise.calendar)
    return sla.retarget(clock, promise.calendar, calendar, now, promise.time, at, owed)


def _accept_anew(ticket: Ticket, policy: Slice, now: datetime, priority: Priority) -> Clock:
    clock = started(policy, ACCEPT, policy.accept[priority], now, vip=ticket.vip, tier=ticket.tier)
    former = ticket.clocks.get(ACCEPT)
    return clock.model_copy(update={"generation": former.generation + 1}) if former else clock


def urgent_handoff(ticket: Ticket) -> bool:
    """Whether whoever gets the ticket takes it up as the most pressing, from those on call."""
    return ticket.emergency and ticket.tier == 3


def _with_auto(clock: Clock, policy: Slice, now: datetime, ticket: Ticket) -> Clock:
    calendar = policy.calendar(clock.calendar)
    return sla.marked(clock, calendar, now, AUTO, auto_after(policy, clock.target, vip=ticket.vip))
