"""One sentence for each event of the journal, for `tierline demo`."""

from collections.abc import Callable
from typing import assert_never

from escalation.events import (
    Absorbed,
    Accepted,
    AcceptMissed,
    AttemptLogged,
    Cancelled,
    Closed,
    CommandRefused,
    Commented,
    Consulted,
    Contacted,
    Coordinated,
    Escalated,
    Event,
    FieldsUpdated,
    Handoff,
    Held,
    HoldFollowedUp,
    MarkPassed,
    NearMissLogged,
    NoteCompleted,
    NoteOverdue,
    NoteRated,
    Opened,
    Queued,
    Reopened,
    Resolved,
    Resumed,
    Returned,
    Transferred,
    Triaged,
    TriggerFired,
)
from escalation.terms import Tier

Name = Callable[[str], str]
"""The name of a person, by id."""

_LADDER = {1: "the owner is paged again", 2: "on to the next person", 3: "the service manager is told"}
_FOUND = {"named": "asked for", "fallback": "the last resort", "lead": "team lead"}


def sentence(event: Event, name: Name) -> str:
    """What the event says, in one line of plain text."""
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
            return f"now known: {', '.join(f'{field} {_value(value)}' for field, value in event.after.items())}"
        case AttemptLogged():
            return f"tries: {event.step} → {event.result} ({event.outcome})"
        case TriggerFired():
            return f"trigger {event.trigger} fires; informed: {_plain(event.inform or 'nobody')}"
        case Coordinated():
            return f"{name(event.coordinator)} coordinates with the customer from now on: {event.reason}"
        case Consulted():
            return f"asks {name(event.person)}, and keeps the ticket: {event.question}"
        case Held():
            paused = f"; paused: the {_list(event.pauses)} clock" if event.pauses else "; no clock is paused"
            return f"puts it on hold: {_plain(event.reason)}{paused}"
        case HoldFollowedUp():
            return f"time to ask again, for the {event.n}. time"
        case Resumed():
            return f"the hold ends: {event.reason}" if event.reason else "the hold ends"
        case Contacted():
            whose = "speaks with the customer" if event.direction == "outbound" else "the customer says"
            return f"{whose}, by {event.channel}: {event.text}" if event.text else whose
        case NearMissLogged():
            return f"logs a near miss on {event.considered_trigger}: {event.why_considered}; {event.what_unblocked_it}"
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
        case AcceptMissed():
            return f"nobody has accepted it, {event.level}. limit: {_LADDER.get(event.level, 'once more')}"
        case Resolved():
            return f"resolves it: {event.resolution} (cause: {event.cause})"
        case Closed():
            return f"closes it: {event.reason}"
        case Cancelled():
            return f"ends it: merged into {event.merged_into}" if event.merged_into else f"cancels it: {event.reason}"
        case Absorbed():
            earlier = "; the earlier clock counts" if event.counted_from else ""
            return f"takes in its duplicate {event.ticket_id}{earlier}"
        case CommandRefused():
            return f"{event.command} was refused: {event.message}"
        case _:
            assert_never(event)


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
    clock = _plain(event.clock)
    if not event.mark.isdigit():
        return f"the {clock} clock reaches the moment to go up by itself"
    informed = f"; informed: {_list(event.inform)}" if event.inform else ""
    return f"{event.mark} % of the time to {_TO[event.clock]} is used{informed}"


_TO = {"first_response": "respond", "resolution": "resolve", "accept": "accept"}


def _value(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{_plain(key)} {_value(one)}" for key, one in value.items() if one is not None)
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(map(_plain, names))


def _plain(word: str) -> str:
    return word.replace("_", " ")
