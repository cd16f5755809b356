from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from escalation.commands import Contact, Intake, Open
from escalation.desk import open_ticket
from escalation.errors import NothingChanges, PolicyUnsound
from escalation.events import Event
from escalation.lifecycle import Stage
from escalation.policy.amendments import AccessGrant, ScopeChange, TierChange
from escalation.review.incident import ProposedRevision, Publication, Published, Review, ReviewCase, Waiver
from escalation.review.listing import ReviewTally, Shelf
from escalation.ticket import fold
from stores.database import transaction
from stores.journal import Journal
from stores.policies import Policies
from stores.reviews import Reviews
from tests.stores.stories import HOUR, MONDAY, intake, queued, resolved, short_life, story
from tests.unit.rules.story import FACTS
from tierline import PARTS_ROOT
from tierline.policy_amending import Amender
from tierline.policy_publishing import Publisher

NOW = datetime(2026, 6, 8, 9, 0, tzinfo=UTC)
SOP = "SOP-07"


@pytest.fixture
def reviews(engine: Engine) -> Reviews:
    return Reviews(engine, Amender().amend)


def review_of(ticket_id: str = "t1", client: str = "acme") -> Review:
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
    reviews.save_draft(review_of())
    reviews.save_draft(review_of(client="globex"))
    found = reviews.review("t1")
    assert found is not None
    assert (found.review, found.state) == (review_of(), "open")
    assert reviews.review("t2") is None


def test_a_review_that_is_late_says_so_until_it_is_decided(reviews: Reviews) -> None:
    reviews.save_draft(review_of())
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
    reviews.save_draft(review_of())
    first = reviews.publish(_publication())
    assert first == reviews.publish(_publication(body="something else")) == Published(sop=SOP, revision=1)
    found, document = reviews.review("t1"), reviews.document(SOP)
    assert found is not None
    assert (found.state, found.published, found.answers) == ("published", first, {"root_cause": "a full disk"})
    assert document is not None
    assert (document.body, document.review, document.state) == ("Restart it.", "t1", "published")


def test_the_next_revision_retires_the_one_before(reviews: Reviews) -> None:
    for n in (1, 2):
        reviews.save_draft(review_of(f"t{n}"))
        reviews.publish(_publication(f"t{n}", body=f"body {n}"))
    current, former = reviews.document(SOP), reviews.document(SOP, 1)
    assert current is not None
    assert former is not None
    assert (current.revision, current.body, former.state) == (2, "body 2", "retired")
    assert [document.sop for document in reviews.documents()] == [SOP]
    assert reviews.document("SOP-99") is None


def test_two_reviews_of_one_document_at_once_make_two_revisions(reviews: Reviews) -> None:
    for n in range(8):
        reviews.save_draft(review_of(f"t{n}"))
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: reviews.publish(_publication(f"t{n % 8}", f"body {n % 8}")), range(16)))
    assert {each.revision for each in made} == set(range(1, 9))
    assert made[:8] == made[8:]


def test_a_revision_stays_as_it_was_written(reviews: Reviews, engine: Engine) -> None:
    reviews.save_draft(review_of())
    reviews.publish(_publication())
    with pytest.raises(DBAPIError, match="is written"), transaction(engine) as connection:
        connection.execute(text("UPDATE documents SET body = 'x'"))


# ------------------------------------------------------------------------------------- the policy that a review changes
TEXT = (PARTS_ROOT / "policies" / "default.yaml").read_text(encoding="utf-8")
LOWER = ScopeChange(category="email.flow", start_tier=1, tiers={1: TierChange(may_also=("email.flow",))})
GRANT = AccessGrant(tier=1, access=("firewall_ro",))
EMAIL = Intake(
    client="acme-dental",
    contact=Contact(name="Ann", email="ann@acme-dental.example"),
    subject="Mail is late",
    category="email.flow",
    impact=3,
    urgency=2,
    facts=FACTS,
)


@pytest.fixture
def policies(engine: Engine) -> Policies:
    policies = Policies(engine)
    Publisher(policies).publish(TEXT, by="olaf", at=MONDAY)
    return policies


def _amending(ticket_id: str, *changes: ScopeChange | AccessGrant, body: str | None = None) -> Publication:
    return _publication(ticket_id).model_copy(update={"amendments": changes, "body": body})


def _starts_at(policies: Policies) -> Stage:
    """Where a ticket about mail that does not flow starts now."""
    pinned = policies.current().slice_for("acme-dental")
    return fold(list(open_ticket("t9", Open(by="api", intake=EMAIL), pinned, NOW))).stage


def test_r98_the_next_ticket_of_that_kind_is_routed_lower_and_running_ones_keep_their_version(
    reviews: Reviews, policies: Policies
) -> None:
    reviews.save_draft(review_of())
    pinned = policies.current().slice_for("acme-dental")
    assert _starts_at(policies) is Stage.TIER_2
    published = reviews.publish(_amending("t1", LOWER))
    assert published == Published(policy_version="2026.1+t1")
    assert _starts_at(policies) is Stage.TIER_1
    assert fold(list(open_ticket("t8", Open(by="api", intake=EMAIL), pinned, NOW))).stage is Stage.TIER_2
    line = reviews.review("t1")
    assert line is not None
    assert (line.state, line.published, line.changes, line.decided_by) == ("published", published, (LOWER,), "grace")
    current = next(each for each in policies.all() if each.current)
    assert (current.version, current.published_by) == ("2026.1+t1", "grace")


def test_r98_a_document_and_the_criteria_change_together_and_once(reviews: Reviews, policies: Policies) -> None:
    reviews.save_draft(review_of())
    both = _amending("t1", LOWER, body="Restart it, and then look at the queue.")
    first = reviews.publish(both)
    assert first == reviews.publish(both) == Published(sop=SOP, revision=1, policy_version="2026.1+t1")
    assert len(policies.all()) == 2


def test_r100_an_access_grant_makes_a_new_version_of_the_scope(reviews: Reviews, policies: Policies) -> None:
    reviews.save_draft(review_of())
    reviews.publish(_amending("t1", GRANT))
    assert "firewall_ro" in policies.current().scope[1].access
    assert "firewall_ro" not in policies.version("2026.1").scope[1].access


def test_r98_a_change_that_the_lint_refuses_publishes_nothing_and_leaves_the_review_open(
    reviews: Reviews, policies: Policies
) -> None:
    reviews.save_draft(review_of())
    unsound = ScopeChange(category="email.flow", start_tier=1)
    with pytest.raises(PolicyUnsound):
        reviews.publish(_amending("t1", unsound, body="Restart it."))
    line = reviews.review("t1")
    assert line is not None
    assert (line.state, line.published, reviews.document(SOP)) == ("open", None, None)
    assert policies.current().version == "2026.1"


def test_r98_a_review_does_not_end_with_a_change_that_changes_nothing(reviews: Reviews, policies: Policies) -> None:
    for n in (1, 2, 3):
        reviews.save_draft(review_of(f"t{n}"))
    reviews.publish(_publication("t1"))
    with pytest.raises(NothingChanges):
        reviews.publish(_publication("t2"))
    reviews.publish(_amending("t2", GRANT))
    with pytest.raises(NothingChanges):
        reviews.publish(_amending("t3", GRANT))
    assert [line.review.case.ticket_id for line in reviews.all("open")] == ["t3"]


def test_r98_two_reviews_at_once_change_the_policy_one_on_top_of_the_other(
    reviews: Reviews, policies: Policies
) -> None:
    for n in (1, 2):
        reviews.save_draft(review_of(f"t{n}"))
    with ThreadPoolExecutor(2) as pool:
        asked = [_amending("t1", LOWER), _amending("t2", GRANT)]
        made = {each.policy_version for each in pool.map(reviews.publish, asked)}
    current = policies.current()
    assert made == {"2026.1+t1", "2026.1+t2"}
    assert current.version in made
    assert (current.categories["email.flow"].tier, "firewall_ro" in current.scope[1].access) == (1, True)


def test_reviews_are_listed_by_due_date_state_and_client(reviews: Reviews) -> None:
    reviews.save_draft(review_of("t1"))
    reviews.save_draft(review_of("t2", client="globex"))
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


def test_reviews_are_listed_without_their_drafts_by_whose_they_are_and_where_they_stand(reviews: Reviews) -> None:
    for ticket_id, client, days in (("t1", "acme", 1), ("t2", "other", -1), ("t3", "acme", 2)):
        review = review_of(ticket_id, client)
        case = review.case.model_copy(update={"due_at": NOW + timedelta(days=days)})
        reviews.save_draft(review.model_copy(update={"case": case}))
    reviews.waive(Waiver(ticket_id="t3", by="grace", reason="gone", at=NOW))

    def on(shelf: Shelf, person: str = "sofia", clients: tuple[str, ...] | None = None) -> list[str]:
        return [head.ticket_id for head in reviews.heads(shelf, person, NOW, clients, 10)]

    assert (on("open"), on("overdue"), on("done")) == (["t2", "t1"], ["t2"], ["t3"])
    assert (on("mine"), on("mine", "ruth"), on("open", clients=("acme",))) == (["t2", "t1"], [], ["t1"])
    assert [head.ticket_id for head in reviews.heads("open", "sofia", NOW, None, 1, 1)] == ["t1"]
    (done,) = reviews.heads("done", "sofia", NOW, None, 10)
    assert (done.subject, done.category, done.decided_by, done.reason) == ("No mail", "mail", "grace", "gone")
    assert reviews.tally("sofia", NOW, None) == ReviewTally(open=2, overdue=1, mine=2)
    assert reviews.tally("ruth", NOW, ("acme",)) == ReviewTally(open=1, overdue=0, mine=0)
