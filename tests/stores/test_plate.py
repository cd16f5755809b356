"""What one person's page asks, of the real PostgreSQL: notes owed, questions, breaches to decide on, reviews, news."""

import pytest
from sqlalchemy import Engine

from escalation.events import BreachStated, Consulted, ExclusionAsked, ExclusionDecided
from escalation.ports import TicketFilter
from escalation.records import NoteDebt
from stores.consultations import Consultations
from stores.desk import Desk
from stores.journal import Journal
from stores.read_side import ReadSide
from stores.readings import Readings
from stores.reviews import Reviews
from tests.stores.stories import HOUR, MONDAY, accepted, closed, escalated, intake, queued, story
from tests.stores.test_readings import LATER, published
from tests.stores.test_reviews import review_of
from tierline.policy_amending import Amender


@pytest.fixture
def readings(engine: Engine, desk: Desk) -> Readings:
    """With the people of a small desk, who are told of documents."""
    return Readings(engine)


def _consulted(question: str, answer: str = "", at: int = 1) -> Consulted:
    return Consulted(at=MONDAY + at * HOUR, by="tomas", person="sofia", question=question, answer=answer)


def test_a_question_is_open_until_the_same_person_is_recorded_with_an_answer(engine: Engine) -> None:
    begun = (intake("T-1"), queued("tomas"), accepted("tomas", MONDAY))
    Journal(engine).append(story("T-1", *begun, _consulted("Which gateway?"), _consulted("And which port?", at=2)))
    Journal(engine).append(story("T-2", intake("T-2", client="other"), queued("tomas"), _consulted("Why?", at=3)))
    Journal(engine).append(story("T-3", intake("T-3"), queued("tomas"), _consulted("Over?"), closed(MONDAY + HOUR)))
    asked = Consultations(engine)
    assert [each.question for each in asked.asked_of("sofia", None, 9)] == ["Why?", "And which port?", "Which gateway?"]
    assert [each.ticket_id for each in asked.asked_of("sofia", ("other",), 9)] == ["T-2"]
    assert [each.ticket_id for each in asked.asked_of("sofia", None, 1)] == ["T-2"]
    assert asked.asked_of("marek", None, 9) == []
    Journal(engine).append(story("T-1", _consulted("Which port?", "8443", at=4), first=6))
    assert [each.ticket_id for each in asked.asked_of("sofia", None, 9)] == ["T-2"]


def test_a_ticket_of_which_a_note_is_owed_is_found_by_who_owes_it(engine: Engine) -> None:
    debt = NoteDebt(owed_by="tomas", due_at=MONDAY + 2 * HOUR, missing=("suspected_cause",))
    owing = {"incomplete": debt.missing, "owed_by": debt.owed_by, "owed_at": debt.due_at}
    up = escalated("marek", MONDAY + HOUR).model_copy(update=owing)
    Journal(engine).append(story("T-1", intake("T-1"), queued("tomas"), up))
    Journal(engine).append(story("T-2", intake("T-2"), queued("tomas"), escalated("marek", MONDAY + HOUR)))
    page = ReadSide(engine).tickets(TicketFilter(owes_note="tomas", running=True), 9, None)
    assert [(each.ticket.id, each.ticket.note_debt) for each in page.tickets] == [("T-1", debt)]
    assert ReadSide(engine).tickets(TicketFilter(owes_note="marek"), 9, None).tickets == ()


def test_a_breach_waits_for_a_decision_from_when_it_is_asked_for_until_it_is_made(engine: Engine) -> None:
    stated = BreachStated(at=MONDAY, by="tomas", clock="resolution", generation=1, code="capacity", text="All at once")
    asked = ExclusionAsked(at=MONDAY, by="tomas", clock="resolution", reason="It was theirs")
    decided = ExclusionDecided(at=MONDAY, by="grace", clock="resolution", approved=False, reason="It was not")
    Journal(engine).append(story("T-0", intake("T-0"), queued("tomas"), stated))
    Journal(engine).append(story("T-1", intake("T-1"), queued("tomas"), stated, asked))
    waits = TicketFilter(to_be_decided=True)
    assert [each.ticket.id for each in ReadSide(engine).tickets(waits, 9, None).tickets] == ["T-1"]
    Journal(engine).append(story("T-1", decided, first=5))
    assert ReadSide(engine).tickets(waits, 9, None).tickets == ()


def test_a_review_is_owed_by_its_owner_until_it_is_decided(engine: Engine) -> None:
    reviews = Reviews(engine, Amender().amend)
    reviews.save_draft(review_of("t1"))
    reviews.save_draft(review_of("t2", client="other"))
    assert [each.ticket_id for each in reviews.heads("mine", "sofia", LATER, None, 9)] == ["t1", "t2"]
    assert [each.ticket_id for each in reviews.heads("mine", "sofia", LATER, ("other",), 9)] == ["t2"]
    assert reviews.heads("mine", "marek", LATER, None, 9) == []


def test_r79_what_somebody_was_told_of_is_unread_until_they_say_so(readings: Readings, engine: Engine) -> None:
    published(engine, "one")
    (unread,) = readings.unread("tomas")
    assert (unread.document, unread.revision, unread.title, unread.note) == ("SOP-04", 1, "Mail", "full queue")
    assert readings.unread("sofia") == []  # of Tier 3: nobody has to tell them
    readings.read("SOP-04", "tomas", LATER)
    assert readings.unread("tomas") == []
    published(engine, "two", based_on=1)
    assert [each.revision for each in readings.unread("tomas")] == [2]
    assert [each.revision for each in readings.unread("priya")] == [2]  # of what is published now, once
