"""How late a deadline was met, told from the events that it brought."""

from datetime import timedelta

from escalation.events import AcceptMissed, Closed, Event, HoldFollowedUp, MarkPassed, NoteOverdue, Resumed
from escalation.lateness import met
from tests.unit.rules.story import MONDAY

LATE = timedelta(seconds=7)
NOW = MONDAY + LATE


def test_a_mark_is_as_late_as_its_event_came_after_it_was_due() -> None:
    passed = MarkPassed(at=NOW, clock="resolution", generation=1, mark="75", due_at=MONDAY)
    assert met([passed]) == [("resolution", LATE)]


def test_what_else_the_same_deadline_brought_is_not_counted_again() -> None:
    passed = MarkPassed(at=NOW, clock="accept", generation=1, mark="100", due_at=MONDAY)
    assert met([passed, AcceptMissed(at=NOW, level=1, due_at=MONDAY)]) == [("accept", LATE)]


def test_every_other_promise_goes_by_its_own_name() -> None:
    events: list[Event] = [
        HoldFollowedUp(at=NOW, n=1, due_at=MONDAY),
        NoteOverdue(at=NOW, owed_by="marek", due_at=MONDAY),
        Resumed(at=NOW, due_at=MONDAY),
    ]
    assert met(events) == [("hold_follow_up", LATE), ("note_owed", LATE), ("longest_hold", LATE)]


def test_a_hold_that_a_person_ended_and_events_without_a_deadline_are_none() -> None:
    assert met([Resumed(at=NOW), Closed(at=NOW, reason="nobody objected")]) == []
