"""Ownership moving, in sentences."""

from typing import assert_never

from api.console.names import said
from api.console.ticket.teller import Teller, Told
from api.console.ticket.words import listed, via
from escalation import events as e
from escalation.terms import SYSTEM, EscalationKind

Moved = e.Queued | e.Escalated | e.Returned | e.Transferred | e.Reopened
Beside = e.Accepted | e.TriggerFired | e.Coordinated | e.ProblemLinked | e.Consulted
_RELIEVED = {
    "absence": "since {0} is away",
    "left": "since {0} has left the desk",
    "shift_end": "at the end of {0}'s shift",
    "not_accepted": "since {0} did not accept it in time",
}


def told(teller: Teller, event: Moved) -> Told:
    """Who has the ticket now, and why."""
    match event:
        case e.Queued():
            where = "Triage has it" if event.to_tier is None else f"It begins at Tier {event.to_tier}"
            return Told(f"{where}{_because(teller, event)}. {_owner(teller, event)}")
        case e.Escalated():
            return _escalated(teller, event)
        case e.Returned():
            who = teller.person(event.by)
            sentence = f"{who} returned it to Tier {event.to_tier}: {said(event.reason).lower()}."
            return Told(f"{sentence} {_owner(teller, event)}", "warn", _words(("Missing", event.what_is_missing)))
        case e.Transferred():
            return _transferred(teller, event)
        case e.Reopened():
            sentence = f"{teller.person(event.by)} reopened it. {_owner(teller, event)}"
            return Told(sentence, "warn", _words(("Reason", event.reason)))
        case _:
            assert_never(event)


def beside(teller: Teller, event: Beside) -> Told:
    """What happened beside a move."""
    match event:
        case e.Accepted():
            and_told = " and told the client" if event.contacted else ""
            how = f" by {said(event.channel).lower()}" if event.channel else ""
            return Told(f"{teller.person(event.by)} accepted it{how}{and_told}.", "good")
        case e.TriggerFired():
            to = f"; the {said(event.inform).lower()} was informed" if event.inform else ""
            return Told(f"A trigger fired: {teller.trigger(event.trigger)}{to}.", "warn")
        case e.Coordinated():
            why = f", since {teller.trigger(event.trigger)}" if event.trigger else ""
            asked = "" if event.by == SYSTEM else f"{teller.person(event.by)} involved management. "
            reason = () if event.trigger else _words(("Reason", event.reason))
            return Told(f"{asked}{teller.person(event.coordinator)} coordinates from now on{why}.", "warn", reason)
        case e.ProblemLinked():
            return Told(
                f"The fault keeps coming back: it is part of problem {event.problem}, with "
                f"{len(event.tickets)} tickets.",
                "warn",
            )
        case e.Consulted():
            sentence = f"{teller.person(event.by)} consulted {teller.person(event.person)}."
            return Told(sentence, "", _words(("Question", event.question), ("Answer", event.answer)))
        case _:
            assert_never(event)


def _escalated(teller: Teller, event: e.Escalated) -> Told:
    emergency = event.escalation is EscalationKind.EMERGENCY
    if emergency:
        start = "An emergency" if event.by == SYSTEM else f"{teller.person(event.by)} declared an emergency"
        start += f": straight to Tier {event.to_tier}"
    elif event.by == SYSTEM:
        start = f"It went up to Tier {event.to_tier} by itself"
    else:
        start = f"{teller.person(event.by)} escalated it to Tier {event.to_tier}"
    scope = " It lies inside the tier's own scope, so the weekly audit looks at it." if event.in_scope else ""
    sentence = f"{start}{_because(teller, event)}. {_owner(teller, event)}{scope}"
    own = () if event.trigger else _words(("Reason", said(event.reason) if "_" in event.reason else event.reason))
    return Told(sentence, "bad" if emergency else "warn", (*own, *_words(("Guard overridden", event.override))))


def _transferred(teller: Teller, event: e.Transferred) -> Told:
    before = teller.person(event.previous_owner or "")
    match event.why:
        case "take_over":
            return Told(f"{teller.person(event.by)} took it over from {before}.")
        case "paged":
            return Told(f"{teller.person(event.by)} answered the page and took it over from {before}.", "good")
        case "asked":
            sentence = f"{teller.person(event.by)} transferred it. {_owner(teller, event)}"
            return Told(sentence, "", _words(("Reason", event.reason)))
        case "absence" | "left" | "shift_end" | "not_accepted":
            why = _RELIEVED[event.why].format(before)
            return Told(f"It changed hands {why}. {_owner(teller, event)}", "warn")
        case _:
            assert_never(event.why)


def _owner(teller: Teller, event: Moved) -> str:
    how = via(event.via)
    return f"{teller.person(event.owner)} owns it now{f', {how}' if how else ''}."


def _because(teller: Teller, event: Moved) -> str:
    also = f" (also: {listed(map(teller.trigger, event.matched))})" if event.trigger and event.matched else ""
    return f", since {teller.trigger(event.trigger)}{also}" if event.trigger else ""


def _words(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((label, text) for label, text in pairs if text.strip())
