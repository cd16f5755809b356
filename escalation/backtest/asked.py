"""What people asked of a ticket, taken back out of its journal: the commands behind the recorded events.

What triggers and timers did is left out, since another policy decides that anew. Nor does the journal hold roles, so
each command comes from a service manager, whom every rule about roles lets pass: what it holds was permitted.
"""

from escalation import commands as ask
from escalation.events import (
    Absorbed,
    Accepted,
    AgreementChanged,
    AlertsHeard,
    Attached,
    AttemptLogged,
    BreachStated,
    Cancelled,
    ChecklistTicked,
    ChildJoined,
    ChildLeft,
    Closed,
    Commented,
    Consulted,
    Contacted,
    Coordinated,
    Detached,
    Escalated,
    Event,
    ExclusionAsked,
    ExclusionDecided,
    FieldsUpdated,
    Followed,
    Held,
    MajorDeclared,
    MajorEnded,
    MajorUpdated,
    NearMissLogged,
    NoteCompleted,
    NoteRated,
    PolicyAdopted,
    RatingAnswered,
    Reopened,
    Resolved,
    Resumed,
    Returned,
    ServiceRated,
    Transferred,
    TreeWalked,
    Triaged,
)
from escalation.library.tree import Walk
from escalation.policy import Slice
from escalation.promises import FIRST_RESPONSE
from escalation.situation import impact_of
from escalation.terms import SYSTEM, EscalationKind, Role
from escalation.ticket import Ticket
from escalation.working import REPLIED

_TOLD = frozenset(ask.UpdateFields.model_fields) - frozenset(ask.Command.model_fields)
_HEARD = frozenset(ask.HearAlerts.model_fields) & frozenset(AlertsHeard.model_fields)
_AFTER_A_WORD = (Attached, Contacted, Detached, Held, Reopened, Resolved, Resumed)
_REACH = frozenset({"scope", "facts", "flags"})


def command_of(
    event: Event, ticket: Ticket, before: Event, after: Event | None, recorded: Slice | None
) -> ask.AnyCommand | None:
    """The command that made this event, None where time, a trigger or the command of a neighbouring event did.

    `ticket` is as it stood before the event, `before` and `after` are its neighbours in the journal, `recorded` is the
    policy of the time, where it is known.
    """
    if isinstance(event, Absorbed):
        return ask.Absorb(ticket_id=event.ticket_id, opened_at=event.counted_from or event.at, watchers=event.watchers)
    if isinstance(event, Followed):
        return _follow(event, after)
    if isinstance(event, ChildJoined | ChildLeft):
        return (ask.Adopt if isinstance(event, ChildJoined) else ask.Disown)(ticket_id=event.ticket_id)
    if isinstance(before, Followed | MajorUpdated) and before.at == event.at and isinstance(event, _AFTER_A_WORD):
        return None  # what followed from that
    if isinstance(event, Transferred) and event.why in ("absence", "left", "shift_end") and event.by == SYSTEM:
        return ask.Relieve(person=ticket.owner, why=event.why, reason=event.reason)
    if isinstance(event, AlertsHeard):
        return ask.HearAlerts.model_validate({n: getattr(event, n) for n in _HEARD})
    if event.by == SYSTEM:
        return None
    command = _said(event, ticket, before, after, recorded)
    return command.model_copy(update={"by": event.by, "role": Role.SERVICE_MANAGER}) if command else None


def going_over(event: Event, policy: Slice | None) -> ask.AnyCommand | None:
    """The command to go on by `policy` where the record went on by another; None where there is none to go on by."""
    if policy is None:
        return None
    by, role = event.by, Role.SERVICE_MANAGER
    match event:
        case PolicyAdopted(reason=reason):
            return ask.AdoptPolicy(by=by, role=role, version=policy.version, reason=reason, policy=policy)
        case AgreementChanged(reason=reason):
            return ask.ChangeAgreement(by=by, role=role, agreement=policy.agreement, reason=reason, policy=policy)
        case ServiceRated(score=score, comment=comment, channel=channel):
            return ask.RateService(score=score, comment=comment, channel=channel)
        case RatingAnswered(text=text):
            return ask.AnswerRating(text=text)
        case _:
            return None


def _said(
    event: Event, ticket: Ticket, before: Event, after: Event | None, recorded: Slice | None
) -> ask.AnyCommand | None:
    match event:
        case FieldsUpdated():
            return _update(event, ticket, recorded)
        case Triaged(category=category, impact=impact, urgency=urgency):
            told = isinstance(before, FieldsUpdated) or before.kind == "opened"
            return None if told else ask.Triage(category=category, impact=impact, urgency=urgency)
        case Escalated() | Returned() | Transferred() | Accepted() | Reopened() | Coordinated() | Consulted():
            return _moving(event, before)
        case ChecklistTicked() if isinstance(after, Escalated) and _together(event, after):
            return None  # said with the escalation that follows
        case Contacted():
            return _contact(event, after)
        case Resumed(reason=reason):
            return None if isinstance(before, Contacted) and reason == REPLIED else ask.Resume(reason=reason)
        case Held(reason=reason, evidence=evidence):
            return ask.Hold(reason=reason, evidence=evidence)
        case Resolved() | Closed() | Cancelled():
            return _ending(event)
        case Attached() | Detached() | MajorDeclared() | MajorUpdated() | MajorEnded():
            return _family(event)
        case _:
            return _working(event)


def _follow(event: Followed, after: Event | None) -> ask.AnyCommand:
    """What the parent said, with what the event that followed from it has of it."""
    said = {"parent": event.parent, "what": event.what, "author": event.author, "text": event.text}
    match after:
        case Resolved(code=code, cause=cause):
            return ask.Follow(**said, code=code, cause=cause)
        case Held(reason=reason, evidence=evidence):
            return ask.Follow(**said, code=reason, evidence=evidence)
        case Attached(parent=parent):
            return ask.Follow(**said, to=parent)
        case _:
            return ask.Follow(**said)


def _moving(event: Event, before: Event) -> ask.AnyCommand | None:
    match event:
        case Escalated():
            return _escalation(event, before if isinstance(before, ChecklistTicked) else None)
        case Returned(reason=reason, what_is_missing=missing, to_tier=tier):
            return ask.Return(reason=reason, what_is_missing=missing, to_tier=tier)
        case Transferred(why="shift_end", need=need, reason=reason):
            return ask.HandOver(to_person=need.person, shift_note=reason)
        case Transferred(why="asked", need=need, reason=reason, note=note) if note is not None:
            return ask.Transfer(to_person=need.person, skill=need.skill, reason=reason, note=note)
        case Accepted(clocks=clocks, contacted=contacted):
            taken = isinstance(before, Transferred) and before.why == "take_over" and before.by == event.by
            return ask.Accept(take_over=taken, contacted=bool(contacted) or FIRST_RESPONSE in clocks)
        case Reopened(reason=reason) if not (isinstance(before, Contacted) and reason == REPLIED):
            return ask.Reopen(reason=reason)
        case Coordinated(reason=reason):
            return ask.Coordinate(reason=reason)
        case Consulted(person=person, question=question, answer=answer):
            return ask.Consult(person=person, question=question, answer=answer)
        case _:
            return None


def _together(one: Event, other: Event) -> bool:
    """Whether both came of one command."""
    return (one.at, one.by) == (other.at, other.by)


def _escalation(event: Escalated, ticked: ChecklistTicked | None) -> ask.AnyCommand:
    if event.escalation is EscalationKind.EMERGENCY and event.trigger is None:
        return ask.Emergency(reason=event.reason, note=event.note)
    reason = event.reason or event.trigger or ""
    escalate = ask.Escalate(to_tier=event.to_tier, reason=reason, note=event.note, override_reason=event.override)
    if ticked is None or not _together(ticked, event):
        return escalate
    return escalate.model_copy(update={"ticked": ticked.steps, "skipped": ticked.skipped})


def _update(event: FieldsUpdated, ticket: Ticket, recorded: Slice | None) -> ask.AnyCommand | None:
    """What a person said; an impact that the policy of the time read off the reach is left to the other one."""
    changed = {name: value for name in _TOLD if (value := getattr(event, name)) is not None}
    if recorded is not None and (ticket.impact is None or _REACH & set(changed)):
        draft = ticket.model_copy(update=changed)
        read_off = impact_of(recorded, draft.scope, draft.facts, draft.flags)
        widens = ticket.impact is None or read_off < ticket.impact
        if event.impact == read_off and widens:  # by itself it never narrows: that is a person's word
            changed.pop("impact", None)
        elif event.impact is None and ticket.impact is not None and widens:
            changed["impact"] = ticket.impact  # a person's word kept it where it was
    return ask.UpdateFields(**changed) if changed else None


def _contact(event: Contacted, after: Event | None) -> ask.AnyCommand:
    """A reply that was recorded later counts from its own moment, at which it also ended a hold."""
    moment = after.at if isinstance(after, Resumed) and after.reason == REPLIED else event.said_at
    return ask.ContactMade(
        direction=event.direction,
        channel=event.channel,
        text=event.text,
        automatic=bool(event.automatic),
        at=moment,
    )


def _ending(event: Event) -> ask.AnyCommand | None:
    match event:
        case Resolved(code=code, cause=cause, resolution=resolution):
            return ask.Resolve(code=code, cause=cause, resolution=resolution)
        case Closed(reason=reason):
            return ask.Close(reason=reason)
        case Cancelled(reason=reason, merged_into=str() as into):
            return ask.Merge(into=into, reason=reason)
        case Cancelled(reason=reason):
            return ask.Cancel(reason=reason)
        case _:
            return None


def _family(event: Event) -> ask.AnyCommand | None:
    match event:
        case Attached(parent=parent, reason=reason):
            return ask.Attach(parent=parent, reason=reason)
        case Detached(reason=reason):
            return ask.Detach(reason=reason)
        case MajorDeclared(reason=reason):
            led = {name: getattr(event, name) for name in ("commander", "communicator", "update_every")}
            return ask.DeclareMajor(**led, reason=reason)
        case MajorUpdated(text=text):
            return ask.PostUpdate(text=text)
        case MajorEnded(reason=reason):
            return ask.StandDown(reason=reason)
        case _:
            return None


def _working(event: Event) -> ask.AnyCommand | None:
    match event:
        case AttemptLogged(step=step, result=result, outcome=outcome, sop_step=sop_step):
            return ask.LogAttempt(step=step, result=result, outcome=outcome, sop_step=sop_step)
        case TreeWalked(tree=tree, revision=revision, steps=steps, leaf=leaf):
            return ask.WalkTree(tree=tree, revision=revision, walked=Walk(steps=steps, node=tree, leaf=leaf))
        case ChecklistTicked(sop=sop):
            # What an SOP asked of them is no matter of the policy: here it is only a sign that somebody was at work.
            return ask.Comment(text=f"went by {sop}")
        case NearMissLogged():
            return ask.LogNearMiss(
                considered_trigger=event.considered_trigger,
                why_considered=event.why_considered,
                what_unblocked_it=event.what_unblocked_it,
                article_used=event.article_used,
            )
        case NoteRated(rating=rating, comment=comment):
            return ask.RateNote(rating=rating, comment=comment)
        case NoteCompleted(note=note):
            return ask.CompleteNote(note=note)
        case Commented(automatic=True, text=text):
            return ask.ContactMade(direction="inbound", automatic=True, text=text)
        case Commented(text=text):
            return ask.Comment(text=text)
        case BreachStated(clock=clock, code=code, text=text):
            return ask.StateBreach(clock=clock, code=code, text=text)
        case ExclusionAsked(clock=clock, reason=reason):
            return ask.AskExclusion(clock=clock, reason=reason)
        case ExclusionDecided(clock=clock, approved=approved, reason=reason):
            return ask.DecideExclusion(clock=clock, approve=approved, reason=reason)
        case _:
            return None
