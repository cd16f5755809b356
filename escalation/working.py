"""Taking a ticket up, holds, and what customer and receiver say: nothing here moves it by itself."""

from datetime import datetime

from escalation import promises
from escalation.calendar import due
from escalation.commands import (
    Accept,
    Comment,
    CompleteNote,
    ContactMade,
    Hold,
    LogNearMiss,
    RateNote,
    Reopen,
    Resume,
)
from escalation.ending import NO_ANSWER, judge_reopen
from escalation.errors import (
    AlreadyEscalated,
    AlreadyOnHold,
    IncompleteCommand,
    IncompleteHandoff,
    NoNoteDebt,
    NoNoteToRate,
    NotAllowedInStage,
    NotOnHold,
    NotOwner,
    NotPermitted,
    StaleAcknowledgement,
    UnknownName,
)
from escalation.events import (
    Accepted,
    Commented,
    Contacted,
    Event,
    Held,
    NearMissLogged,
    NoteCompleted,
    NoteRated,
    Resumed,
    Transferred,
)
from escalation.firing import involvement, matches, reactions
from escalation.handoff import is_blank, missing
from escalation.lifecycle import Stage
from escalation.moving import taken_over
from escalation.prefill import prefilled, true_to_ticket
from escalation.situation import Situation
from escalation.terms import Role
from escalation.ticket import Ticket

REPLIED = "the customer replied"  # why a wait for him, or an ending for want of his answer, is over


def judge_accept(at: Situation, command: Accept) -> list[Event]:
    """The owner takes the handoff up; anybody else only by an explicit take-over. Accepting twice changes nothing."""
    ticket = at.ticket
    if ticket.stage is Stage.RESOLVED:
        raise NotAllowedInStage(f"{ticket.id} is resolved; reopen it first.", stage=ticket.stage.value)
    if command.epoch is not None and command.epoch != ticket.epoch:
        raise StaleAcknowledgement(
            f"This page was for an earlier handoff of {ticket.id} (epoch {command.epoch}); by now it is at epoch "
            f"{ticket.epoch}, and {ticket.owner} owns it.",
            epoch=ticket.epoch,
            owner=ticket.owner,
        )
    events: list[Event] = []
    if command.by != ticket.owner:
        takes_over = command.take_over or _was_paged(ticket, command.by)
        if command.take_over and command.role is Role.DISPATCHER:
            raise NotPermitted("A dispatcher routes tickets and does not work on them.", role=command.role.value)
        if not takes_over or ticket.tier is None:
            raise NotOwner(
                f"{ticket.owner} owns {ticket.id}; to take it over, say so with take_over.",
                owner=ticket.owner,
                by=command.by,
            )
        events += taken_over(at, command.by, paged=not command.take_over)
    elif ticket.accepted_at is not None:
        return _told(at) if command.contacted else []
    after = at.after(*events)
    clocks = promises.at_accept(after.ticket, at.policy, at.now, contacted=command.contacted)
    told = command.contacted or None
    events.append(Accepted(at=at.now, by=at.by, contacted=told, channel=command.channel, clocks=clocks))
    if ticket.tier is None:
        return events
    # The desk has not named anybody yet; but who takes a ticket over has said who he is.
    known = [e.model_copy(update={"owner": at.by}) if isinstance(e, Transferred) else e for e in events]
    now = at.after(*known)
    return [*events, *involvement(now, matches(now.ticket, at.policy, ticket.tier), moved=False)]


def _was_paged(ticket: Ticket, who: str) -> bool:
    """Whether the ladder asked them to take the ticket up, and nobody has."""
    return ticket.climb is not None and ticket.accepted_at is None and who in ticket.climb.paged


def judge_hold(at: Situation, command: Hold) -> list[Event]:
    """A stop with a reason that the policy knows, and the evidence that it needs."""
    ticket, policy = at.ticket, at.policy
    if ticket.stage is Stage.RESOLVED:
        raise NotAllowedInStage(f"{ticket.id} is resolved.", stage=ticket.stage.value)
    if ticket.hold:
        raise AlreadyOnHold(f"{ticket.id} is on hold already: {ticket.hold.reason}.", reason=ticket.hold.reason)
    if not command.reason.strip():
        raise IncompleteCommand(f"A hold needs a reason: {', '.join(policy.holds)}.", ["reason"])
    if command.reason not in policy.holds:
        raise UnknownName(
            f"No hold reason {command.reason!r}; the policy has {', '.join(policy.holds)}.",
            field="reason",
            value=command.reason,
        )
    reason = policy.holds[command.reason]
    lacks = [name for name in reason.needs if is_blank(command.evidence.get(name), policy.note)]
    if lacks:
        raise IncompleteCommand(f"A hold for {command.reason} needs {', '.join(lacks)}.", lacks)
    clocks = promises.at_hold(ticket, policy, at.now, command.reason)
    calendar = policy.calendar("client")
    held = Held(
        at=at.now,
        by=at.by,
        reason=command.reason,
        evidence=command.evidence,
        pauses=tuple(clocks),
        follow_ups=tuple(due(calendar, at.now, after) for after in reason.follow_up),
        until=due(calendar, at.now, reason.longest) if reason.longest else None,
        clocks=clocks,
    )
    return [held]


def judge_resume(at: Situation, command: Resume) -> list[Event]:
    """Work goes on; what a paused clock had left is left still."""
    if at.ticket.hold is None:
        raise NotOnHold(f"{at.ticket.id} is not on hold.")
    return [resumed(at, at.now, command.reason)]


def resumed(at: Situation, moment: datetime, reason: str, due_at: datetime | None = None) -> Resumed:
    """The end of a hold at `moment`, with every paused clock running again from there."""
    clocks = promises.at_resume(at.ticket, at.policy, moment)
    return Resumed(at=moment, by=at.by, reason=reason, due_at=due_at, clocks=clocks)


def judge_contact(at: Situation, command: ContactMade) -> list[Event]:
    """Somebody spoke. A person's word to the customer is a first response; the customer's own ends a wait for him.

    A hold that waited for the customer ends at the moment of his reply, not at the click that recorded it. An
    automatic message is neither.
    """
    ticket, policy = at.ticket, at.policy
    moment = _when(at, command)
    human = not command.automatic
    clocks: promises.Clocks = {}
    if command.direction == "outbound" and _by_a_person(command):
        clocks = promises.stopped(ticket, policy, at.now, promises.FIRST_RESPONSE)
    made = Contacted(
        at=at.now,
        by=at.by,
        direction=command.direction,
        channel=command.channel,
        text=command.text,
        said_at=_said_at(at, command),
        automatic=True if command.direction == "outbound" and not _by_a_person(command) else None,
        clocks=clocks,
    )
    if command.direction == "inbound" and not human:
        text = f"automatic reply by {command.channel}: {command.text}"
        return [Commented(at=at.now, by=at.by, text=text, automatic=True)]
    events: list[Event] = [made]
    waited = ticket.hold is not None and "question_sent" in policy.holds[ticket.hold.reason].needs
    if command.direction == "inbound" and waited:
        events.append(resumed(at.after(made), moment, REPLIED))
    if command.direction == "inbound" and _was_waited_for(ticket, at.now):
        again = Reopen(by=command.by, role=command.role, reason=REPLIED)
        return [made, *judge_reopen(at.after(made), again)]
    return [*events, *reactions(at.after(*events))]


def judge_near_miss(at: Situation, command: LogNearMiss) -> list[Event]:
    """Almost an escalation: only on a ticket at Tier 1 that never escalated."""
    ticket = at.ticket
    if ticket.escalations or ticket.emergency:
        raise AlreadyEscalated(f"{ticket.id} was escalated; a near miss is one that was not.")
    if (ticket.ending.tier if ticket.ending else ticket.tier) != 1:
        raise NotAllowedInStage(f"{ticket.id} is in {ticket.stage.value}.", stage=ticket.stage.value)
    names = ("considered_trigger", "why_considered", "what_unblocked_it")
    lacks = [name for name in names if is_blank(getattr(command, name), at.policy.note)]
    if lacks:
        raise IncompleteCommand(f"A near miss needs {', '.join(lacks)}.", lacks)
    known = {t.id for t in at.policy.triggers} | {at.policy.auto_escalation.trigger}
    if command.considered_trigger not in known:
        raise UnknownName(
            f"No trigger {command.considered_trigger!r}.", field="considered_trigger", value=command.considered_trigger
        )
    return [
        NearMissLogged(
            at=at.now,
            by=at.by,
            considered_trigger=command.considered_trigger,
            why_considered=command.why_considered,
            what_unblocked_it=command.what_unblocked_it,
            article_used=command.article_used,
            category=ticket.category,
        )
    ]


def judge_rating(at: Situation, command: RateNote) -> list[Event]:
    """The receiver's word on the last note."""
    if not at.ticket.notes:
        raise NoNoteToRate(f"Nothing was handed over on {at.ticket.id}.")
    if not command.rating:
        raise IncompleteCommand("Rate the note complete, usable or unusable.", ["rating"])
    return [NoteRated(at=at.now, by=at.by, rating=command.rating, comment=command.comment)]


def judge_complete_note(at: Situation, command: CompleteNote) -> list[Event]:
    """The rest of a note that a timer or an emergency left incomplete."""
    ticket = at.ticket
    if ticket.note_debt is None:
        raise NoNoteDebt(f"No note is owed on {ticket.id}.")
    known = ticket.notes[-1].note.over(prefilled(ticket, at.policy))
    whole = command.note.over(known)
    lacks = missing(whole, at.policy.note, subject=ticket.subject)
    if lacks:
        raise IncompleteHandoff(f"The note of {ticket.id} still lacks {', '.join(lacks)}.", lacks)
    return [NoteCompleted(at=at.now, by=at.by, note=true_to_ticket(whole, ticket))]


def judge_comment(at: Situation, command: Comment) -> list[Event]:
    """A work note; blanks are refused."""
    if not command.text.strip():
        raise IncompleteCommand("A comment needs a text.", ["text"])
    return [Commented(at=at.now, by=at.by, text=command.text)]


def _told(at: Situation) -> list[Event]:
    """A handoff is taken up once; that the client was told by then is a fact of its own, and a first response."""
    clocks = promises.stopped(at.ticket, at.policy, at.now, promises.FIRST_RESPONSE, promises.NEXT_REPLY)
    if not clocks:
        return []
    made = Contacted(at=at.now, by=at.by, direction="outbound", channel="phone", clocks=clocks)
    return [made, *reactions(at.after(made))]


def _was_waited_for(ticket: Ticket, now: datetime) -> bool:
    """Whether the ticket ended only because the customer did not answer, and may still go on."""
    ending = ticket.ending
    return ending is not None and ending.code == NO_ANSWER and now <= ending.reopen_until


def _by_a_person(command: ContactMade) -> bool:
    return not command.automatic and command.role is not Role.INTEGRATION


def _said_at(at: Situation, command: ContactMade) -> datetime | None:
    """When it was said, if that was before it was recorded; not before there was a ticket."""
    if command.at is None or command.at >= at.now:
        return None
    return max(command.at, at.ticket.opened_at)


def _when(at: Situation, command: ContactMade) -> datetime:
    """When the customer spoke: not in the future, and not before the hold that the reply ends."""
    hold = at.ticket.hold
    moment = min(command.at or at.now, at.now)
    return max(moment, hold.since) if hold else moment
