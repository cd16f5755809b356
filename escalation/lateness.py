"""How late deadlines were met: what they guard, and how long after its moment each was."""

from collections.abc import Iterable
from datetime import timedelta

from escalation.events import Event, HoldFollowedUp, MarkPassed, NoteOverdue, Nudged, Paged, Resumed


def met(events: Iterable[Event]) -> list[tuple[str, timedelta]]:
    """Each deadline that these events met; what else a deadline brought is not counted a second time."""
    found = []
    for event in events:
        match event:
            case MarkPassed(clock=promise):
                pass
            case Nudged():
                promise = "idle"
            case HoldFollowedUp():
                promise = "hold_follow_up"
            case NoteOverdue():
                promise = "note_owed"
            case Paged():
                promise = "page"
            case Resumed(due_at=due_at) if due_at is not None:
                promise = "longest_hold"
            case _:
                continue
        assert event.due_at is not None  # noqa: S101 - the case above says so
        found.append((promise, event.at - event.due_at))
    return found
