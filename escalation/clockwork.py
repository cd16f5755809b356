"""When each clock starts, pauses, goes on, stops and is reset: the whole table, and what works by it.

The rows of first response, resolution and accept are carried out where their events are decided (promises.py); those
of the others by `with_clocks`, which goes over every decision. A test holds all of them against random lives.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from escalation import promises, sla
from escalation.calendar import due
from escalation.events import Accepted, Contacted, Event, Handoff, Held
from escalation.policy import Slice, Target
from escalation.promises import ACCEPT, FIRST_RESPONSE, NEXT_REPLY, NEXT_UPDATE, RESOLUTION, VENDOR, Clocks
from escalation.situation import Situation
from escalation.sla import Clock
from escalation.terms import Tier
from escalation.ticket import Ticket

TIER = "tier"  # of the clocks `tier_1` to `tier_3`
_HANDOFFS = ("queued", "escalated", "returned", "transferred", "reopened")
_ENDS = ("resolved", "cancelled")
_REPRICED = ("fields_updated", "absorbed", "policy_adopted", "agreement_changed")
_UNPROMISED = ("policy_adopted", "agreement_changed")  # where the new promises have none of this name


@dataclass(frozen=True)
class Conditions:
    """One row: whose promise it is, and the kinds of events at which the clock does each of these.

    `resets` is a new clock of the same name, from zero; `retargets` keeps the time used and the pauses.
    """

    promise: str
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    resets: tuple[str, ...] = ()
    retargets: tuple[str, ...] = ()
    marks: str = "100 %"


TABLE: dict[str, Conditions] = {
    FIRST_RESPONSE: Conditions(
        promise="ours to the client: a person speaks to them",
        starts=("opened",),
        pauses=("held",),
        resumes=("resumed", *_HANDOFFS),
        stops=("contacted", "accepted", *_ENDS, *_UNPROMISED),
        retargets=_REPRICED,
        marks="the policy's thresholds",
    ),
    NEXT_REPLY: Conditions(
        promise="ours to the client: a person answers the oldest message that nobody has answered",
        starts=("contacted",),
        pauses=("held",),
        resumes=("resumed", *_HANDOFFS),
        stops=("contacted", "accepted", *_ENDS, *_UNPROMISED),
        resets=("contacted",),
        retargets=_REPRICED,
    ),
    NEXT_UPDATE: Conditions(
        promise="ours to the client: after the first response, they hear from a person every so often until the end",
        starts=("contacted", "accepted", "reopened", "fields_updated", *_UNPROMISED),
        pauses=("held",),
        resumes=("resumed", *_HANDOFFS),
        stops=(*_ENDS, "fields_updated", *_UNPROMISED),
        resets=("contacted", "accepted", "reopened", "fields_updated", *_UNPROMISED),
        retargets=_REPRICED,
        marks="the last threshold before 100 %, for the owner alone; 100 %",
    ),
    RESOLUTION: Conditions(
        promise="ours to the client: the fault is gone",
        starts=("opened", "agreement_changed"),
        pauses=("held",),
        resumes=("resumed", "reopened", *_HANDOFFS),
        stops=(*_ENDS, *_UNPROMISED),
        retargets=_REPRICED,
        marks="the policy's thresholds; at Tier 1 also the moment at which it escalates by itself",
    ),
    ACCEPT: Conditions(
        promise="between our tiers: whoever has the ticket takes it up",
        starts=_HANDOFFS,
        stops=("accepted", *_ENDS),
        resets=(*_HANDOFFS, *_REPRICED, "detached"),
        marks="100 %, 200 %, 300 %",
    ),
    TIER: Conditions(
        promise="between our tiers: how long this tier keeps a ticket that it took up",
        starts=("accepted",),
        pauses=("held",),
        resumes=("resumed", "accepted", *_HANDOFFS),
        stops=(*_HANDOFFS, *_ENDS),
    ),
    VENDOR: Conditions(
        promise="a vendor's to us: the underpinning contract of a hold",
        starts=("held",),
        stops=("resumed", *_HANDOFFS, *_ENDS),
        resets=("held",),
    ),
}


def with_clocks(at: Situation, events: Sequence[Event]) -> tuple[list[Event], Situation]:
    """The decision with the clocks of the table's last rows in its events, and the ticket that it makes of `at`."""
    made: list[Event] = []
    for event in events:
        after = at.after(event)
        changed = _next_reply(after, event) | _next_update(after, event)
        changed |= _tier_clocks(at.ticket, after, event) | _vendor(at.ticket, after, event)
        if changed:
            event = event.model_copy(update={"clocks": event.clocks | changed})  # noqa: PLW2901 - the same event, whole
            after = at.after(event)
        made.append(event)
        at = after
    return made, at


def tier_clock(tier: Tier) -> str:
    """The name of a tier's clock."""
    return f"{TIER}_{tier}"


def idle_at(ticket: Ticket, policy: Slice, since: datetime, limits: int = 1) -> datetime | None:
    """When the ticket will have stood still for so many times the limit of its tier; None where there is no limit."""
    limit = policy.scope[ticket.tier].idle if ticket.tier in policy.scope else None
    if limit is None:
        return None
    return due(policy.calendar(_inner_calendar(ticket, policy)), since, limit * limits)


def _next_reply(after: Situation, event: Event) -> Clocks:
    clock = after.ticket.clocks.get(NEXT_REPLY)
    waiting = clock is not None and clock.stopped_at is None
    if waiting and (_answers(event) or event.kind in _ENDS):
        return promises.stopped(after.ticket, after.policy, event.at, NEXT_REPLY)
    asks = isinstance(event, Contacted) and event.direction == "inbound"
    if waiting or not asks or after.ticket.ending is not None:
        return {}
    promise = promises.target(after.policy, NEXT_REPLY, after.ticket.priority)
    if promise is None:
        return {}
    said_at = getattr(event, "said_at", None) or event.at
    return {NEXT_REPLY: _anew(after, NEXT_REPLY, promise, said_at)}


def _next_update(after: Situation, event: Event) -> Clocks:
    """Anew with each word of a person to the customer, and with a reopening."""
    ticket = after.ticket
    clock = ticket.clocks.get(NEXT_UPDATE)
    running = clock is not None and clock.stopped_at is None
    promise = promises.target(after.policy, NEXT_UPDATE, ticket.priority)
    if running and (promise is None or event.kind in _ENDS):
        return promises.stopped(ticket, after.policy, event.at, NEXT_UPDATE)
    if event.kind == "fields_updated" and not running:
        return update_promised(ticket, after.policy, event.at)
    said_at = getattr(event, "said_at", None) or event.at
    heard = _answers(event) and (clock is None or not running or said_at > clock.started_at)
    if promise is None or ticket.ending is not None or not (heard or event.kind == "reopened"):
        return {}
    return {NEXT_UPDATE: _unless_held(after, _anew(after, NEXT_UPDATE, promise, said_at), event.at)}


def update_promised(ticket: Ticket, policy: Slice, now: datetime) -> Clocks:
    """The next update of a ticket that is promised one from now on; until the first response, that is what is owed."""
    clock, first = ticket.clocks.get(NEXT_UPDATE), ticket.clocks.get(FIRST_RESPONSE)
    promise = promises.target(policy, NEXT_UPDATE, ticket.priority)
    owed = first is not None and first.stopped_at is None
    if promise is None or owed or ticket.ending or ticket.over or (clock and clock.stopped_at is None):
        return {}
    at = Situation(ticket, policy, now, "")
    return {NEXT_UPDATE: _unless_held(at, _anew(at, NEXT_UPDATE, promise, now), now)}


def _unless_held(at: Situation, clock: Clock, now: datetime) -> Clock:
    """The clock, standing still if the ticket is on a hold that pauses it."""
    hold = at.ticket.hold
    if hold is None or clock.name not in at.policy.holds[hold.reason].pauses:
        return clock
    return sla.pause(clock, at.policy.calendar(clock.calendar), now, hold.reason)


def _answers(event: Event) -> bool:
    """Whether a person spoke to the customer."""
    if isinstance(event, Accepted):
        return bool(event.contacted)
    return isinstance(event, Contacted) and event.direction == "outbound" and not event.automatic


def _tier_clocks(before: Ticket, after: Situation, event: Event) -> Clocks:
    ticket, changed = after.ticket, Clocks()
    if isinstance(event, Accepted) and ticket.tier:
        changed = _taken_up(after, ticket.tier, event.at)
    elif event.kind in _ENDS or (isinstance(event, Handoff) and before.tier != ticket.tier):
        changed = promises.stopped(ticket, after.policy, event.at, *map(tier_clock, (1, 2, 3)))
    elif isinstance(event, Held) and ticket.tier:
        clock = ticket.clocks.get(tier_clock(ticket.tier))
        if clock and clock.running:
            changed = {clock.name: sla.pause(clock, after.policy.calendar(clock.calendar), event.at, event.reason)}
    return changed


def _taken_up(at: Situation, tier: Tier, now: datetime) -> Clocks:
    """The tier's clock from its first acceptance on; what it had used before it lost the ticket is used still."""
    name, limits = tier_clock(tier), at.policy.scope.get(tier)
    clock = at.ticket.clocks.get(name)
    if limits is None or limits.time_box is None or (clock and clock.stopped_at is None):
        return {}
    promise = Target(time=limits.time_box, calendar=_inner_calendar(at.ticket, at.policy))
    if clock is None:
        return {name: _anew(at, name, promise, now)}
    return {
        name: sla.restart(clock, at.policy.calendar(clock.calendar), now, {sla.BREACH: clock.target}, sla.ELSEWHERE)
    }


def _vendor(before: Ticket, after: Situation, event: Event) -> Clocks:
    contract = after.policy.holds[event.reason].contract if isinstance(event, Held) else None
    if contract:
        return {VENDOR: _anew(after, VENDOR, contract, event.at)}
    if before.hold and not after.ticket.hold:
        return promises.stopped(after.ticket, after.policy, event.at, VENDOR)
    return {}


def _anew(at: Situation, name: str, promise: Target, since: datetime) -> Clock:
    clock = promises.started(at.policy, name, promise, since, vip=at.ticket.vip, tier=at.ticket.tier)
    former = at.ticket.clocks.get(name)
    return clock.model_copy(update={"generation": former.generation + 1}) if former else clock


def _inner_calendar(ticket: Ticket, policy: Slice) -> str:
    """The calendar in which our own tiers are held to their promises."""
    return policy.accept[ticket.priority].calendar
