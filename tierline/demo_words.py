"""One sentence for each event of the journal, for `tierline demo`."""

from collections.abc import Callable, Iterator
from typing import assert_never

from escalation.durations import format_duration
from escalation.events import (
    Absorbed,
    Accepted,
    AcceptMissed,
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
    CommandRefused,
    Commented,
    Consulted,
    Contacted,
    Coordinated,
    CoverageGap,
    Detached,
    Escalated,
    Event,
    ExclusionAsked,
    ExclusionDecided,
    FieldsUpdated,
    Followed,
    Handoff,
    Held,
    HoldFollowedUp,
    MajorDeclared,
    MajorEnded,
    MajorUpdated,
    MajorUpdateMissed,
    MarkPassed,
    NearMissLogged,
    NoteCompleted,
    NoteOverdue,
    NoteRated,
    Nudged,
    Opened,
    Paged,
    PolicyAdopted,
    ProblemLinked,
    ProgressMissed,
    Queued,
    RatingAnswered,
    Reopened,
    Resolved,
    Resumed,
    Returned,
    ServiceRated,
    Transferred,
    TreeWalked,
    Triaged,
    TriggerFired,
    UnderEscalated,
)
from escalation.terms import Tier

Name = Callable[[str], str]
"""What somebody or something is called, by id."""

_LADDER = {
    1: "not accepted in time: paged again",
    2: "not accepted in twice the time: on to the next person",
    3: "not accepted in three times the time: on to the service manager",
}
_FOUND = {"named": "asked for", "fallback": "the last resort", "lead": "team lead"}


def sentence(event: Event, name: Name, meaning: Name) -> str:
    """What the event says, in one line of plain text; empty where the next event says it all.

    `meaning` says what a trigger stands for.
    """
    match event:
        case Opened():
            return f"takes it in: “{event.intake.subject}” ({event.priority.value}{', VIP' if event.vip else ''})"
        case Triaged():
            return f"triage is complete: {event.category}, impact {event.impact}, urgency {event.urgency}"
        case Queued() | Escalated() | Returned() | Transferred() | Reopened():
            return _handed_over(event, name)
        case Accepted():
            return "accepts it"
        case FieldsUpdated():
            return f"now known: {'; '.join(_changes(event))}"
        case AttemptLogged():
            return f"tries: {event.step} → {event.result} ({event.outcome})"
        case ChecklistTicked():
            passed = "; ".join(f"passes over {step}: {why}" for step, why in event.skipped.items())
            done = f"has done {_list(event.steps)} of {event.sop}" if event.steps else ""
            return "; ".join(said for said in (done, passed) if said)
        case TreeWalked():
            answers = ", ".join(f"{step.question} {step.answer}" for step in event.steps)
            return f"walks {event.tree}: {answers}"
        case TriggerFired():
            return (
                f"{meaning(event.trigger)} (trigger {event.trigger}): the {_plain(event.inform or 'owner')} is informed"
            )
        case Coordinated():
            return f"{name(event.coordinator)} coordinates with the customer from now on: {event.reason}"
        case ProblemLinked():
            return f"the fault keeps coming back: {_list(event.tickets)} are one problem, {event.problem}"
        case Consulted():
            return f"asks {name(event.person)}, and keeps the ticket: {event.question}"
        case Held():
            paused = f"; paused: the {_list(event.pauses)} clock" if event.pauses else "; no clock is paused"
            return f"puts it on hold: {_plain(event.reason)}{paused}"
        case HoldFollowedUp():
            return f"time to ask again (reminder {event.n})"
        case Resumed():
            return f"the hold ends: {event.reason}" if event.reason else "the hold ends"
        case Contacted():
            whose = "speaks with the customer" if event.direction == "outbound" else "the customer says"
            return f"{whose}, by {event.channel}: {event.text}" if event.text else whose
        case NearMissLogged():
            why = f"{event.why_considered}; what helped: {event.what_unblocked_it}"
            return f"logs a near miss on trigger {event.considered_trigger}: {why}"
        case NoteRated():
            return f"rates the handoff note: {event.rating}"
        case NoteCompleted():
            return "completes the handoff note"
        case NoteOverdue():
            return f"{name(event.owed_by)} still owes the rest of the handoff note"
        case Commented():
            return f"notes: {event.text}"
        case MarkPassed():
            return _mark(event)
        case Nudged():
            return (
                f"nothing happened for {format_duration(event.at - event.idle_since)}: {_plain(event.inform)} is asked"
            )
        case UnderEscalated():
            return f"looks too complex for {tier_of(event.tier)}, which keeps it: {_list(tuple(event.values))}"
        case BreachStated():
            return f"says why the {_plain(event.clock)} promise was broken: {event.text}"
        case ExclusionAsked():
            return f"asks that the broken {_plain(event.clock)} promise be left out of the figures: {event.reason}"
        case ExclusionDecided():
            left_out = "does not count" if event.approved else "counts all the same"
            return f"decides that the broken {_plain(event.clock)} promise {left_out}: {event.reason}"
        case ServiceRated():
            return event.reason
        case RatingAnswered():
            return f"answers the low score: {event.text}"
        case AcceptMissed():
            return _LADDER.get(event.level, "still not accepted")
        case Paged():
            return f"{name(event.person)} is paged" if event.person else f"nobody answers {event.rota}"
        case CoverageGap():
            return "nobody on call took it up; the desk is told"
        case ProgressMissed():
            return "nothing was heard since it was taken up; its owner is paged again"
        case Resolved():
            return f"resolves it: {event.resolution} (cause: {event.cause})"
        case Closed():
            return f"closes it: {event.reason}"
        case Cancelled():
            return f"ends it: merged into {event.merged_into}" if event.merged_into else f"cancels it: {event.reason}"
        case Absorbed():
            earlier = "; the earlier clock counts" if event.counted_from else ""
            return f"takes in its duplicate {event.ticket_id}{earlier}"
        case Attached() | Detached() | ChildJoined() | ChildLeft() | Followed():
            return _family(event)
        case MajorDeclared():
            return f"declares a major incident: {name(event.commander)} commands, {name(event.communicator)} speaks"
        case MajorUpdated():
            return f"tells the clients: {event.text}"
        case MajorUpdateMissed():
            return "the clients of the major incident have heard nothing for too long"
        case MajorEnded():
            return f"ends the major incident: {event.reason}"
        case CommandRefused():
            return f"{event.command} was refused: {event.message}"
        case AgreementChanged():
            return f"goes by the agreement {event.agreement or 'of nobody'} from now on: {event.reason}"
        case PolicyAdopted(before=before, after=after):
            return f"goes by policy {after} instead of {before}"
        case AlertsHeard(clear=True):
            return f"monitoring says that all is clear, after {event.total} alerts"
        case AlertsHeard():
            return f"monitoring says more: {event.more} alerts, {event.total} in all; {event.live} faults are not over"
        case _:
            assert_never(event)


def _family(event: Attached | Detached | ChildJoined | ChildLeft | Followed) -> str:
    match event:
        case Attached(parent=parent):
            return f"becomes a child of {parent}"
        case Detached(parent=parent):
            return f"is a child of {parent} no more"
        case ChildJoined(ticket_id=child):
            return f"{child} becomes its child"
        case ChildLeft(ticket_id=child):
            return f"{child} is its child no more"
        case Followed(parent=parent, what=what):
            return f"goes with its parent {parent}: {what}"


def tier_of(tier: Tier | None) -> str:
    """`Tier 2`, or triage."""
    return f"Tier {tier}" if tier else "triage"


def _handed_over(event: Handoff, name: Name) -> str:
    way = f"{tier_of(event.from_tier)} → {tier_of(event.to_tier)}"
    found = _FOUND.get(event.via, _plain(event.via))
    owner = f"{name(event.owner)} owns it from this moment ({found})"
    match event:
        case Escalated():
            cause = f"trigger {event.trigger}: {event.reason}" if event.trigger else _plain(event.reason)
            lacks = (
                f". The note was built from the ticket and lacks {_list(event.incomplete)}" if event.incomplete else ""
            )
            return f"{event.escalation.value} escalation, {way} ({cause}): {owner}{lacks}"
        case Returned():
            return f"returned, {way} ({_plain(event.reason)}: {event.what_is_missing}): {owner}"
        case Transferred():
            return f"passed on within {tier_of(event.to_tier)} ({event.reason}): {owner}"
        case Reopened():
            return f"reopens it at {tier_of(event.to_tier)} ({event.reason}): {owner}"
        case _:
            cause = f" (trigger {event.trigger})" if event.trigger else ""
            return f"{tier_of(event.to_tier)}{cause}: {owner}"


def _mark(event: MarkPassed) -> str:
    if event.clock == "accept":
        return ""  # the rung of the ladder that follows says it
    if not event.mark.isdigit():
        return "the moment has come to go up by itself"
    informed = f"; informed: {_list(event.inform)}" if event.inform else ""
    return f"{event.mark} % of the time to {_TO[event.clock]} is used{informed}"


_TO = {"first_response": "respond", "resolution": "resolve"}


def _changes(event: FieldsUpdated) -> Iterator[str]:
    """Every field that has another value now; of the intake facts, each by itself."""
    for field, value in event.after.items():
        former = event.before.get(field)
        if isinstance(value, dict) and isinstance(former, dict):
            yield from (f"{_plain(key)} {_value(one)}" for key, one in value.items() if one != former.get(key))
        else:
            yield f"{_plain(field)} {_value(value)}"


def _value(value: object) -> str:
    """A code as words; a text of somebody's own as it is."""
    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value))
    return str(value) if " " in str(value) else _plain(str(value))


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(map(_plain, names))


def _plain(word: str) -> str:
    return word.replace("_", " ")
