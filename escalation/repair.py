"""Clocks told anew from the events: the check that those on record are right, and what a corrected policy would say."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from pydantic import AwareDatetime

from escalation import promises, sla
from escalation.adopting import clocks_under, promised_anew
from escalation.clockwork import with_clocks
from escalation.durations import Duration
from escalation.events import (
    Absorbed,
    Accepted,
    AgreementChanged,
    Cancelled,
    Contacted,
    Detached,
    Escalated,
    Event,
    ExclusionDecided,
    FieldsUpdated,
    Handoff,
    Held,
    MarkPassed,
    Opened,
    PolicyAdopted,
    Reopened,
    Resolved,
    Resumed,
    Transferred,
)
from escalation.events.moving import RELIEVED
from escalation.policy import Slice
from escalation.promises import ACCEPT, FIRST_RESPONSE, RESOLUTION, Clocks
from escalation.situation import Situation
from escalation.sla import Clock
from escalation.terms import EscalationKind, Facts
from escalation.ticket import Ticket, fold

_ALL = (FIRST_RESPONSE, RESOLUTION, ACCEPT)


class Reading(Facts):
    """What a clock says."""

    target: Duration
    calendar: str
    counted: Duration
    due_at: AwareDatetime | None = None
    breached: bool


class Difference(Facts):
    """A clock of which the record says one thing and the events, under the given policy, another."""

    clock: str
    recorded: Reading | None = None
    retold: Reading | None = None


class ClockCheck(Facts):
    """A ticket's clocks on record against those told anew under a version of the policy; none differs: all is well."""

    ticket_id: str
    at: AwareDatetime
    kept_under: str
    told_under: str
    differences: tuple[Difference, ...]


Later = Callable[[Ticket, Event], Slice]
"""The slice of a policy, or with an agreement, that a ticket went over to with this event."""


def retold(events: Iterable[Event], policy: Slice, later: Later | None = None) -> Ticket:
    """The ticket with every clock told anew from what happened; the clocks in the events are not looked at.

    Without `later` all of it is told under the one policy, whatever the ticket went over to.
    """
    first, *rest = events
    if not isinstance(first, Opened):
        raise ValueError(f"a ticket's story begins with its intake, not with {first.kind!r}")
    clocks = promises.at_intake(policy, first.priority, first.at, vip=first.vip)
    ticket = fold([first.model_copy(update={"clocks": clocks})])
    for event in rest:
        at = Situation(ticket, policy, event.at, event.by)
        if later and isinstance(event, PolicyAdopted | AgreementChanged):
            policy = later(ticket.after(event), event)
            wound = gone_over(at, event, policy)
            at = replace(at, policy=policy)
        else:
            wound = _wound(at, event)
        bare = event.model_copy(update={"clocks": wound})
        (told,), _ = with_clocks(at, [bare])
        ticket = ticket.after(told)
    return ticket


def differences(recorded: Ticket, anew: Ticket, kept: Slice, policy: Slice, now: datetime) -> tuple[Difference, ...]:
    """Where the clocks on record, kept under one slice, read otherwise than those told anew, under another."""
    names = sorted({*recorded.clocks, *anew.clocks})
    pairs = ((n, _read(recorded.clocks.get(n), kept, now), _read(anew.clocks.get(n), policy, now)) for n in names)
    return tuple(Difference(clock=n, recorded=was, retold=should) for n, was, should in pairs if was != should)


def _read(clock: Clock | None, policy: Slice, now: datetime) -> Reading | None:
    if clock is None:
        return None
    used = sla.counted(clock, policy.calendar(clock.calendar), now)
    return Reading(
        target=clock.target,
        calendar=clock.calendar,
        counted=used,
        due_at=clock.due_at,
        breached=used > clock.target if clock.stopped_at else used >= clock.target,
    )


def gone_over(at: Situation, event: PolicyAdopted | AgreementChanged, wanted: Slice) -> Clocks:
    """What going over to another policy or agreement does to the clocks."""
    anew = promised_anew(at.ticket, wanted, event.at) if isinstance(event, AgreementChanged) else {}
    return anew | clocks_under(at.ticket, at.policy, wanted, event.at)


def _wound(at: Situation, event: Event) -> Clocks:
    """What the event does to the clocks whose rows are carried out where events are decided; see clockwork.TABLE."""
    ticket, policy, now = at.ticket, at.policy, event.at
    match event:
        case Transferred(why=why) if why in RELIEVED:
            return promises.at_relief(ticket, policy, now)
        case Transferred(why="take_over" | "not_accepted"):
            return promises.at_resume(ticket, policy, now)
        case Reopened(to_tier=tier):
            return promises.at_reopen(ticket, policy, now, tier or 1)
        case Escalated(to_tier=tier, escalation=kind):
            return promises.at_handoff(ticket, policy, now, tier, emergency=kind is EscalationKind.EMERGENCY)
        case Handoff(to_tier=int() as tier):
            return promises.at_handoff(ticket, policy, now, tier)
        case Accepted():
            return promises.at_accept(ticket, policy, now, contacted=bool(event.contacted))
        case Contacted(direction="outbound", automatic=None):
            return promises.stopped(ticket, policy, now, FIRST_RESPONSE)
        case FieldsUpdated():
            return _updated(at, event)
        case Held():
            return promises.at_hold(ticket, policy, now, event.reason)
        case Resumed():
            return promises.at_resume(ticket, policy, now)
        case Resolved() | Cancelled():
            return promises.stopped(ticket, policy, now, *_ALL)
        case Detached() if ticket.tier and ticket.accepted_at is None:
            return promises.at_relief(ticket, policy, now)
        case Absorbed():
            return promises.at_merge(ticket, policy, now, event.counted_from) if event.counted_from else {}
        case ExclusionDecided(clock=name, approved=True) if name in ticket.clocks:
            return {name: sla.excluded(ticket.clocks[name])}
        case MarkPassed(clock=name, mark=mark) if name in ticket.clocks:
            return {name: sla.passed(ticket.clocks[name], mark)}
        case _:
            return {}


def _updated(at: Situation, event: FieldsUpdated) -> Clocks:
    vip = at.ticket.vip if event.vip is None else event.vip
    draft = at.ticket.model_copy(update={"vip": vip})
    if event.priority and event.priority != at.ticket.priority:
        return promises.at_priority(draft, at.policy, event.at, event.priority)
    return promises.at_vip(draft, at.policy, event.at) if vip != at.ticket.vip else {}
