"""How a running ticket goes over to another version of the policy: on request alone, and with its time kept."""

from dataclasses import replace
from datetime import datetime

from escalation import accounts, promises, sla
from escalation.clockwork import update_promised
from escalation.commands import AdoptPolicy, ChangeAgreement
from escalation.deadlines import deadlines
from escalation.errors import IncompleteCommand, PolicyUnfit, UnknownName
from escalation.events import AgreementChanged, Event, MovedDeadline, PolicyAdopted
from escalation.firing import reactions
from escalation.firings import Firing, firing
from escalation.handoff import is_blank
from escalation.intake import emergency
from escalation.lifecycle import Stage
from escalation.policy import Policy, Slice
from escalation.promises import Clocks
from escalation.situation import Situation
from escalation.sla import Clock
from escalation.terms import SYSTEM, Facts
from escalation.ticket import Ticket

_PROMISED = (promises.FIRST_RESPONSE, promises.RESOLUTION, promises.NEXT_REPLY, promises.NEXT_UPDATE)


class Preview(Facts):
    """What another policy would do to a ticket at once: the deadlines that it moves, the triggers that it fires."""

    deadlines: tuple[MovedDeadline, ...] = ()
    firings: tuple[Firing, ...] = ()


def slice_of(policy: Policy, ticket: Ticket) -> Slice:
    """What the ticket would be pinned to; PolicyUnfit if the version does not know its client, site or agreement."""
    if ticket.client not in policy.clients:
        raise PolicyUnfit(f"Policy {policy.version} knows no client {ticket.client!r}.", missing=[ticket.client])
    own = ticket.agreement if ticket.agreed_by == "ticket" else None
    try:
        return slice_under(policy, ticket, own)
    except UnknownName as gone:
        lacking = f"{gone.details['field']} {gone.details['value']}"
        raise PolicyUnfit(
            f"Policy {policy.version} knows no {lacking}, on which {ticket.id} rests.", missing=[lacking]
        ) from None


def slice_under(policy: Policy, ticket: Ticket, agreement: str | None) -> Slice:
    """The ticket's slice with this agreement of its own, or with the one that is found for it."""
    return policy.slice_for(ticket.client, contact=ticket.contact.name, site=ticket.site, agreement=agreement)


def judge_adopt(at: Situation, command: AdoptPolicy) -> list[Event]:
    """The ticket under the other version, with every deadline that moves, and whatever its triggers make of the ticket.

    Nothing if it has that version already.
    """
    ticket, policy = at.ticket, command.policy
    if policy is None or policy.version != command.version.strip():
        raise IncompleteCommand(
            "Say which version, and ask for it through the API: it sends the policy along, a ticket looks none up.",
            ["version"],
        )
    if policy.version == ticket.policy_version:
        return []
    _check_fit(ticket, policy)
    adopted = PolicyAdopted(
        at=at.now,
        by=command.by,
        before=ticket.policy_version,
        after=policy.version,
        reason=command.reason,
        agreement=policy.agreement or None,
        agreed_by=policy.agreed_by,
        clocks=clocks_under(ticket, at.policy, policy, at.now),
    )
    told = adopted.model_copy(update={"moved": moved(ticket, ticket.after(adopted))})
    return [told, *_asked_anew(replace(at, ticket=ticket.after(told), policy=policy))]


def _asked_anew(at: Situation) -> list[Event]:
    """The triggers of the new version, asked as at any change; one that had its turn in this stay has no other."""
    return emergency(at) if at.ticket.stage is Stage.TRIAGE else reactions(at)


def judge_agreement(at: Situation, command: ChangeAgreement) -> list[Event]:
    """The ticket under another agreement of its policy, counted from its start; nothing if it has that one already."""
    ticket, policy = at.ticket, command.policy
    if is_blank(command.reason, at.policy.note):
        raise IncompleteCommand("Say why another agreement counts.", ["reason"])
    if policy is None or policy.version != ticket.policy_version:
        raise IncompleteCommand(
            "Name the agreement through the API: it sends the policy along, a ticket looks none up.", ["agreement"]
        )
    _check_fit(ticket, policy)
    if (policy.agreement or None, policy.agreed_by) == (ticket.agreement, ticket.agreed_by):
        return []
    changed = AgreementChanged(
        at=at.now,
        by=command.by,
        before=ticket.agreement,
        agreement=policy.agreement or None,
        agreed_by=policy.agreed_by,
        reason=command.reason,
        clocks=promised_anew(ticket, policy, at.now) | clocks_under(ticket, at.policy, policy, at.now),
    )
    return [changed.model_copy(update={"moved": moved(ticket, ticket.after(changed))})]


def promised_anew(ticket: Ticket, policy: Slice, now: datetime) -> Clocks:
    """The resolution of a ticket that comes into contract; a first response is not asked for after the fact."""
    missing = promises.RESOLUTION not in ticket.clocks and ticket.ending is None
    promise = promises.target(policy, promises.RESOLUTION, ticket.priority) if missing else None
    if promise is None:
        return {}
    clock = promises.started(policy, promises.RESOLUTION, promise, ticket.opened_at, vip=ticket.vip, tier=ticket.tier)
    # Counted from its opening, like any promise that is made late; thresholds that lie behind are not told.
    calendar = policy.calendar(promise.calendar)
    marks = {name: mark.after for name, mark in clock.marks.items()}
    return {clock.name: sla.retarget(clock, promise.calendar, calendar, now, promise.time, marks)}


def previewed(ticket: Ticket, now_pinned_to: Slice, wanted: Slice, now: datetime) -> Preview:
    """What would happen if the ticket adopted the other policy now; PolicyUnfit if it cannot."""
    asked = AdoptPolicy(by=SYSTEM, version=wanted.version, policy=wanted)
    lines: list[MovedDeadline] = []
    fired: list[Firing] = []
    for event in judge_adopt(Situation(ticket, now_pinned_to, now, SYSTEM), asked):
        if isinstance(event, PolicyAdopted):
            lines += event.moved
        elif each := firing(event, ticket.stay):
            fired.append(each)
        ticket = ticket.after(event)
    return Preview(deadlines=tuple(lines), firings=tuple(fired))


def moved(before: Ticket, after: Ticket) -> tuple[MovedDeadline, ...]:
    """The deadlines that do not stand where they stood, the soonest first."""
    old, new = ({str(each): each.at for each in deadlines(ticket)} for ticket in (before, after))
    lines = [
        MovedDeadline(what=what, before_at=old.get(what), after_at=new.get(what))
        for what in {*old, *new}
        if old.get(what) != new.get(what)
    ]
    return tuple(sorted(lines, key=lambda line: (line.after_at or line.before_at or before.opened_at, line.what)))


def _check_fit(ticket: Ticket, policy: Slice) -> None:
    """Raise PolicyUnfit where the ticket rests on something that the version does not have."""
    lacking = []
    if policy.client.id != ticket.client:
        lacking.append(f"client {ticket.client}")
    if ticket.category and ticket.category not in policy.categories:
        lacking.append(f"category {ticket.category}")
    if ticket.hold and ticket.hold.reason not in policy.holds:
        lacking.append(f"hold {ticket.hold.reason}")
    if lacking:
        what = " nor ".join(lacking)
        raise PolicyUnfit(f"Policy {policy.version} knows no {what}, on which {ticket.id} rests.", missing=lacking)


def clocks_under(ticket: Ticket, old: Slice, new: Slice, now: datetime) -> Clocks:
    """The clocks under the new promises: time used so far stays as it was counted, by the old calendar."""
    settled = {name: _settled(ticket, clock, old, new, now) for name, clock in ticket.clocks.items()}
    kept = ticket.model_copy(update={"clocks": settled})
    gone = [name for name in _PROMISED if promises.target(new, name, ticket.priority) is None]
    ended = promises.stopped(kept, new, now, *gone)  # out of contract now: what is not promised cannot be broken
    changed = settled | promises.at_priority(kept, new, now, ticket.priority) | ended | update_promised(kept, new, now)
    return {name: clock for name, clock in changed.items() if clock != ticket.clocks.get(name)}


def _settled(ticket: Ticket, clock: Clock, old: Slice, new: Slice, now: datetime) -> Clock:
    """The clock up to now, and from now on in a calendar that the new policy has."""
    if clock.name == promises.ACCEPT and clock.calendar in new.calendars:
        return clock  # minutes, which the owner of the moment was promised whole
    promise = promises.target(new, clock.name, ticket.priority)
    calendar = promise.calendar if promise else clock.calendar
    name = calendar if calendar in new.calendars else "client"
    update: dict[str, object] = {"calendar": name}
    if old.calendar(clock.calendar) != new.calendar(name):
        update["carried"] = accounts.carried(clock, old.calendar(clock.calendar), ticket.spells, now)
    if clock.running:
        update |= {"counted": sla.counted(clock, old.calendar(clock.calendar), now), "counted_to": now}
    return clock.model_copy(update=update)
