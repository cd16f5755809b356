from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from escalation.events import Event
from escalation.review.incident import ProposedRevision, Publication, Published, Review, ReviewCase, Waiver
from escalation.ticket import fold
from stores.database import transaction
from stores.journal import Journal
from stores.reviews import Reviews
from tests.stores.stories import HOUR, MONDAY, intake, queued, resolved, short_life, story

NOW = datetime(2026, 6, 8, 9, 0, tzinfo=UTC)
SOP = "SOP-07"


@pytest.fixture
def reviews(engine: Engine) -> Reviews:
    return Reviews(engine)


def _review(ticket_id: str = "t1", client: str = "acme") -> Review:
    case = ReviewCase(
        ticket_id=ticket_id,
        client=client,
        subject="No mail",
        category="mail",
        owner="sofia",
        manager="grace",
        due_at=NOW,
        policy_version="v1",
        opened_at=MONDAY,
    )
    return Review(
        case=case,
        resolved_at=MONDAY,
        resolved_tier=3,
        cause="mail",
        resolution="Restarted it.",
        holdings=(),
        tried=(),
        fired=(),
        notes=(),
        clocks=(),
        similar=(),
        questions=(),
        proposed=ProposedRevision(sop=SOP, title="Mail", body="Restart it."),
    )


def _publication(ticket_id: str = "t1", body: str = "Restart it.") -> Publication:
    return Publication(
        ticket_id=ticket_id,
        sop=SOP,
        title="Mail",
        body=body,
        author="sofia",
        approver="grace",
        at=NOW,
        answers={"root_cause": "a full disk"},
        comment="good",
    )


def test_the_first_draft_stays(reviews: Reviews) -> None:
    reviews.save_draft(_review())
    reviews.save_draft(_review(client="globex"))
    found = reviews.review("t1")
    assert found is not None
    assert (found.review, found.state) == (_review(), "open")
    assert reviews.review("t2") is None


def test_a_review_that_is_late_says_so_until_it_is_decided(reviews: Reviews) -> None:
    reviews.save_draft(_review())
    reviews.mark_overdue("t1", NOW)
    reviews.mark_overdue("t1", NOW + HOUR)
    late = reviews.review("t1")
    assert late is not None
    assert (late.state, late.overdue_at) == ("overdue", NOW)
    reviews.waive(Waiver(ticket_id="t1", by="grace", reason="no change needed", at=NOW + HOUR))
    reviews.mark_overdue("t1", NOW + 2 * HOUR)
    decided = reviews.review("t1")
    assert decided is not None
    assert (decided.state, decided.decided_by, decided.reason) == ("waived", "grace", "no change needed")


def test_publishing_ends_the_review_and_makes_a_revision_once(reviews: Reviews) -> None:
    reviews.save_draft(_review())
    first = reviews.publish(_publication())
    assert first == reviews.publish(_publication(body="something else")) == Published(sop=SOP, revision=1)
    found, document = reviews.review("t1"), reviews.document(SOP)
    assert found is not None
    assert (found.state, found.published, found.answers) == ("published", first, {"root_cause": "a full disk"})
    assert document is not None
    assert (document.body, document.review, document.state) == ("Restart it.", "t1", "published")


def test_the_next_revision_retires_the_one_before(reviews: Reviews) -> None:
    for n in (1, 2):
        reviews.save_draft(_review(f"t{n}"))
        reviews.publish(_publication(f"t{n}", body=f"body {n}"))
    current, former = reviews.document(SOP), reviews.document(SOP, 1)
    assert current is not None
    assert former is not None
    assert (current.revision, current.body, former.state) == (2, "body 2", "retired")
    assert [document.sop for document in reviews.documents()] == [SOP]
    assert reviews.document("SOP-99") is None


def test_two_reviews_of_one_document_at_once_make_two_revisions(reviews: Reviews) -> None:
    for n in range(8):
        reviews.save_draft(_review(f"t{n}"))
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: reviews.publish(_publication(f"t{n % 8}")), range(16)))
    assert {each.revision for each in made} == set(range(1, 9))
    assert made[:8] == made[8:]


def test_a_revision_stays_as_it_was_written(reviews: Reviews, engine: Engine) -> None:
    reviews.save_draft(_review())
    reviews.publish(_publication())
    with pytest.raises(DBAPIError, match="is written"), transaction(engine) as connection:
        connection.execute(text("UPDATE documents SET body = 'x'"))


def test_reviews_are_listed_by_due_date_state_and_client(reviews: Reviews) -> None:
    reviews.save_draft(_review("t1"))
    reviews.save_draft(_review("t2", client="globex"))
    reviews.waive(Waiver(ticket_id="t2", by="grace", reason="no change", at=NOW))
    assert [line.review.case.ticket_id for line in reviews.all()] == ["t1", "t2"]
    assert [line.review.case.ticket_id for line in reviews.all(state="open")] == ["t1"]
    assert [line.review.case.ticket_id for line in reviews.all(clients=("globex",))] == ["t2"]


def test_similar_tickets_are_resolved_ones_of_the_category_the_clients_own_and_the_latest_first(
    reviews: Reviews, engine: Engine
) -> None:
    books = Journal(engine)

    def life(ticket_id: str, hours: int, client: str) -> list[Event]:
        at = MONDAY + hours * HOUR
        return [intake(ticket_id, at, client=client), queued("tomas", at), resolved("tomas", at + HOUR)]

    for ticket_id, hours, client in (("a", 1, "globex"), ("b", 2, "acme"), ("c", 3, "globex"), ("d", 4, "acme")):
        books.append(story(ticket_id, *life(ticket_id, hours, client)))
    books.append(short_life("open"))
    other = intake("other").intake.model_copy(update={"category": "vpn"})
    opened = intake("other").model_copy(update={"intake": other})
    books.append(story("other", opened, queued("tomas"), resolved("tomas", MONDAY + HOUR)))
    mine = fold(life("b", 2, "acme"))
    found = reviews.similar(mine, limit=3)
    assert [ticket.ticket_id for ticket in found] == ["d", "c", "a"]
    assert (found[0].tier, found[0].cause, found[0].resolution) == (1, "mail", "Restarted it.")
