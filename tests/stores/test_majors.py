"""B8, B9: children by their parent and major incidents, out of the real PostgreSQL."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from escalation.events import Attached, ChildJoined, Event, MajorDeclared, MajorEnded, MajorUpdated, MajorUpdateMissed
from escalation.ports import TicketFilter
from stores.journal import Journal
from stores.lines import Lines
from stores.majors import Majors
from stores.read_side import ReadSide
from tests.stores.stories import HOUR, MONDAY, intake, queued, story

EVERY = timedelta(minutes=30)


def declared(hours: int, commander: str = "sofia") -> MajorDeclared:
    at = MONDAY + hours * HOUR
    led = {"commander": commander, "communicator": "grace", "update_every": EVERY, "update_due_at": at + EVERY}
    return MajorDeclared(at=at, by="grace", reason="three clients", **led)


def told(hours: int, text: str) -> MajorUpdated:
    at = MONDAY + hours * HOUR
    return MajorUpdated(at=at, by="grace", text=text, update_due_at=at + EVERY)


MISSED = MajorUpdateMissed(at=MONDAY + 3 * HOUR, n=1, due_at=MONDAY + 3 * HOUR, update_due_at=MONDAY + 4 * HOUR)
LIVES: dict[str, list[Event]] = {
    "T-P": [
        *(intake("T-P"), queued("sofia", tier=3), declared(0), ChildJoined(at=MONDAY, ticket_id="T-C")),
        *(told(1, "we look"), told(2, "the cut is found"), MISSED),
    ],
    "T-C": [intake("T-C", client="other"), queued("tomas"), Attached(at=MONDAY, by="dana", parent="T-P")],
    "T-OLD": [
        *(intake("T-OLD"), queued("ivan", tier=3), declared(-9, "ivan"), told(-8, "once"), told(-7, "upon a time")),
        MajorEnded(at=MONDAY - 6 * HOUR, by="grace", reason="small after all"),
    ],
    "T-PLAIN": [intake("T-PLAIN"), queued("tomas")],
}


@pytest.fixture
def engine_with(engine: Engine) -> Engine:
    for ticket_id, events in LIVES.items():
        Journal(engine).append(story(ticket_id, *events))
    return engine


def test_b9_running_incidents_say_who_leads_what_was_said_and_when_the_clients_hear_next(engine_with: Engine) -> None:
    (found,) = Majors(engine_with).incidents(None, running=True, limit=20)
    assert (found.ticket_id, found.commander, found.communicator) == ("T-P", "sofia", "grace")
    assert [word.text for word in found.updates] == ["the cut is found", "we look"]
    assert (found.children, found.missed, found.update_due_at) == (1, 1, MONDAY + 4 * HOUR)


def test_b9_those_of_the_past_are_there_too_the_latest_first_and_only_of_the_clients_asked(engine_with: Engine) -> None:
    majors = Majors(engine_with)
    assert [each.ticket_id for each in majors.incidents(None, running=False, limit=20)] == ["T-P", "T-OLD"]
    assert [each.ticket_id for each in majors.incidents(None, running=False, limit=1)] == ["T-P"]
    assert majors.incidents(("other",), running=False, limit=20) == []


def test_b9_however_many_there_are_they_take_two_statements(engine_with: Engine) -> None:
    asked: list[str] = []
    event.listen(engine_with, "before_cursor_execute", lambda *said: asked.append(str(said[2])))
    Majors(engine_with).incidents(None, running=False, limit=20)
    assert len([words for words in asked if words.lstrip().startswith("SELECT")]) == 2


def test_b8_the_children_of_a_ticket_are_found_by_their_parent(engine_with: Engine) -> None:
    lines = Lines(engine_with)
    assert [each.id for each in lines.lines(TicketFilter(parent="T-P"), "due", 9).lines] == ["T-C"]
    assert lines.lines(TicketFilter(parent="T-P", clients=("acme",)), "due", 9).lines == ()
    assert [each.id for each in lines.lines(TicketFilter(major=True), "due", 9).lines] == ["T-P"]
    assert "T-OLD" in [each.id for each in lines.lines(TicketFilter(major=False), "due", 9).lines]


def test_b8_a_child_that_nobody_took_up_waits_for_nobody(engine_with: Engine) -> None:
    waiting = Lines(engine_with).lines(TicketFilter(open=True, accepted=False), "waiting", 9).lines
    assert {line.id for line in waiting} == {"T-P", "T-OLD", "T-PLAIN"}
    (child,) = Lines(engine_with).lines(TicketFilter(parent="T-P"), "due", 9).lines
    assert (child.parent, child.waits, child.accept_by) == ("T-P", False, None)
    queues = ReadSide(engine_with).queues(MONDAY)
    assert {tier.tier: (tier.open, tier.unaccepted) for tier in queues.tiers}[1] == (2, 1)
