"""Tickets that share a fault, and major incidents, in sentences."""

from typing import assert_never

from api.console.ticket.teller import Teller, Told
from escalation import events as e
from escalation.durations import format_duration
from escalation.terms import SYSTEM, Following

Joined = e.Attached | e.Detached | e.ChildJoined | e.ChildLeft | e.Followed
Major = e.MajorDeclared | e.MajorUpdated | e.MajorUpdateMissed | e.MajorEnded
_ALONG: dict[Following, str] = {
    "resolved": "was resolved, and this ticket with it",
    "reopened": "was reopened, and this ticket with it",
    "held": "was put on hold, and this ticket with it",
    "resumed": "goes on, and this ticket with it",
    "told": "has news for the clients",
    "left": "has no children any more",
    "moved": "gave its children to another ticket",
}


def joined(teller: Teller, event: Joined) -> Told:
    """Who belongs to whom."""
    who = "Tierline" if event.by == SYSTEM else teller.person(event.by)
    match event:
        case e.Attached():
            return Told(f"{who} made it a child of {event.parent}, where the work is done.", "", _reason(event.reason))
        case e.Detached():
            return Told(f"{who} took it from {event.parent}: it goes on by itself.", "warn", _reason(event.reason))
        case e.ChildJoined():
            return Told(f"{event.ticket_id} shares its fault and became its child.")
        case e.ChildLeft():
            return Told(f"{event.ticket_id} is its child no more.")
        case e.Followed():
            said = (("Words", event.text),) if event.text else ()
            return Told(f"Its parent {event.parent} {_ALONG[event.what]}.", "", said)
        case _:
            assert_never(event)


def major(teller: Teller, event: Major) -> Told:
    """Who leads, what the clients heard, and when they did not."""
    who = teller.person(event.by)
    match event:
        case e.MajorDeclared():
            led = (
                f"{teller.person(event.commander)} commands, {teller.person(event.communicator)} speaks to the clients"
            )
            every = format_duration(event.update_every)
            return Told(f"{who} declared a major incident: {led} every {every}.", "bad", _reason(event.reason))
        case e.MajorUpdated():
            due = teller.clock(event.update_due_at)
            return Told(f"{who} told the clients how it stands; next by {due}.", "good", (("Words", event.text),))
        case e.MajorUpdateMissed():
            again = f", {event.n} times in a row" if event.n > 1 else ""
            return Told(f"The clients should have heard by {teller.clock(event.due_at)}{again}: an alarm.", "bad")
        case e.MajorEnded():
            return Told(f"{who} ended the major incident.", "", _reason(event.reason))
        case _:
            assert_never(event)


def _reason(reason: str) -> tuple[tuple[str, str], ...]:
    return (("Reason", reason),) if reason else ()
