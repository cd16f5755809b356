"""R79 on PostgreSQL: who is told of what is published, and who has read it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from escalation.library.documents import Sop
from escalation.library.markdown import written
from escalation.library.readings import Owed
from escalation.library.revisions import Draft
from escalation.review.incident import Publication
from escalation.terms import SYSTEM, Role
from stores.desk import Desk
from stores.journal import Journal
from stores.library import Library
from stores.news import Watcher
from stores.readings import Readings
from stores.reviews import Reviews
from tests.stores.desks import policy
from tests.stores.test_reviews import review_of
from tierline.policy_amending import Amender

NOW = datetime(2026, 6, 8, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
BELOW = ["elena", "marek", "priya", "tomas"]


@pytest.fixture
def readings(engine: Engine, desk: Desk) -> Readings:
    """With the people of a small desk: two of Tier 1, two of Tier 2, one of Tier 3, and those who lead."""
    return Readings(engine)


def drafted(body: str = "Restart it.", author: str = "sofia", based_on: int | None = None) -> Draft:
    document = Sop(id="SOP-04", title="Mail", body=body)
    return Draft(document=document, text=written(document), author=author, at=NOW, based_on=based_on, note="full queue")


def published(engine: Engine, body: str, based_on: int | None = None) -> None:
    library = Library(engine)
    made = library.draft(drafted(body, based_on=based_on))
    library.approve("SOP-04", made.revision, by="ruth", role=Role.TEAM_LEAD, at=NOW)
    for _ in range(2):
        library.publish("SOP-04", made.revision, lambda *_: None, by="ruth", at=NOW)


def people(owed: list[Owed]) -> list[str]:
    return [each.person for each in owed]


def test_r79_publishing_has_everybody_of_tier_1_and_tier_2_told_once(readings: Readings, engine: Engine) -> None:
    published(engine, "one")
    owed = readings.owed(10)
    assert people(owed) == BELOW
    assert (owed[0].document, owed[0].revision, owed[0].title, owed[0].note) == ("SOP-04", 1, "Mail", "full queue")
    for each in owed:
        readings.told(each, LATER)
        readings.told(each, LATER + timedelta(days=1))
    assert readings.owed(10) == []
    found = readings.readers("SOP-04")
    assert found is not None
    assert {(each.told_at, each.read_at) for each in found} == {(LATER, None)}


def test_r79_a_review_tells_them_as_well_and_what_is_no_longer_published_is_no_news(
    readings: Readings, engine: Engine
) -> None:
    published(engine, "one")
    reviews = Reviews(engine, Amender().amend)
    reviews.save_draft(review_of("t1"))
    reviews.publish(
        Publication(ticket_id="t1", sop="SOP-04", title="Mail", body="two", author="sofia", approver="grace", at=NOW)
    )
    assert {(each.person, each.revision) for each in readings.owed(10)} == {(person, 2) for person in BELOW}


def test_r79_the_first_reading_counts_and_who_has_read_it_is_not_told(readings: Readings, engine: Engine) -> None:
    published(engine, "one")
    first = readings.read("SOP-04", "tomas", LATER)
    assert first is not None
    assert (first.revision, first.read_at) == (1, LATER)
    assert readings.read("SOP-04", "tomas", LATER + timedelta(days=1)) == first
    assert people(readings.owed(10)) == [person for person in BELOW if person != "tomas"]
    assert readings.read("SOP-04", "sofia", LATER) is not None  # nobody has to be told to read
    found = readings.readers("SOP-04")
    assert found is not None
    assert [each.person for each in found if each.read_at] == ["sofia", "tomas"]


def test_r79_a_new_revision_is_read_anew_and_the_one_before_keeps_its_readers(
    readings: Readings, engine: Engine
) -> None:
    published(engine, "one")
    readings.read("SOP-04", "tomas", LATER)
    published(engine, "two", based_on=1)
    now, before = readings.readers("SOP-04"), readings.readers("SOP-04", 1)
    assert now is not None
    assert before is not None
    assert [each.person for each in now if each.read_at] == []
    assert [each.person for each in before if each.read_at] == ["tomas"]


def test_r79_what_is_not_there_can_neither_be_read_nor_asked_about(readings: Readings) -> None:
    assert readings.read("SOP-99", "tomas", NOW) is None
    assert readings.readers("SOP-99") is None


def test_r79_what_a_desk_begins_with_is_no_news_and_who_has_left_is_not_told(
    readings: Readings, engine: Engine, desk: Desk
) -> None:
    Library(engine).take_in([drafted("one", author=SYSTEM)], lambda *_: None, at=NOW)
    assert readings.owed(10) == []
    left = policy()
    desk.seed(left.model_copy(update={"people": {k: v for k, v in left.people.items() if k != "marek"}}))
    published(engine, "two", based_on=1)
    assert people(readings.owed(10)) == ["elena", "priya", "tomas"]


def test_an_open_page_hears_of_each_step_of_a_document(engine: Engine) -> None:
    library, watcher = Library(engine), Watcher(engine, Journal(engine))
    marks = [watcher.news().mark]
    made = library.draft(drafted("one"))
    marks.append(watcher.news().mark)
    library.approve("SOP-04", made.revision, by="ruth", role=Role.TEAM_LEAD, at=NOW + timedelta(hours=1))
    marks.append(watcher.news().mark)
    library.publish("SOP-04", made.revision, lambda *_: None, by="ruth", at=NOW + timedelta(hours=2))
    marks.append(watcher.news().mark)
    assert len(set(marks)) == 4
    assert watcher.news().mark == marks[-1]
