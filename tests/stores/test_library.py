from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text, update
from sqlalchemy.exc import DBAPIError

from escalation.library import AnyDocument, Draft, Revision, Runbook, Sop, Wanted
from escalation.library.markdown import written
from escalation.library.refusals import (
    DocumentChanged,
    DocumentExists,
    KeyUsed,
    NotInState,
    OwnApproval,
    UnknownDocument,
)
from escalation.library.revisions import diff
from escalation.review.incident import Publication
from escalation.terms import Role
from stores.database import transaction
from stores.library import Library
from stores.reviews import Reviews
from stores.schema import documents
from stores.stale_marks import mark
from tests.stores.test_reviews import NOW as REVIEWED
from tests.stores.test_reviews import review_of
from tierline.policy_amending import Amender

NOW = datetime(2026, 6, 8, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def library(engine: Engine) -> Library:
    return Library(engine)


def runbook(name: str = "RB-1", body: str = "Restart it.", **said: object) -> Runbook:
    return Runbook.model_validate({"id": name, "title": "Restart", "body": body, **said})


def draft(document: AnyDocument, based_on: int | None = None, asked: str | None = None) -> Draft:
    return Draft(
        document=document, text=written(document), author="tomas", at=NOW, based_on=based_on, asked=asked, note="why"
    )


def whatever(*_: object) -> None:
    """Judges nothing."""


def made_public(library: Library, document: AnyDocument, based_on: int | None = None) -> Revision:
    made = library.draft(draft(document, based_on))
    library.approve(document.id, made.revision, by="ruth", role=Role.TEAM_LEAD, at=NOW)
    return library.publish(document.id, made.revision, whatever, by="ruth", at=NOW)


def test_r80_a_revision_goes_from_draft_to_approved_to_published_to_retired(library: Library) -> None:
    made = library.draft(draft(runbook()))
    assert (made.revision, made.state, made.author, made.note, made.newest) == (1, "draft", "tomas", "why", 1)
    approved = library.approve("RB-1", 1, by="ruth", role=Role.TEAM_LEAD, at=NOW)
    assert (approved.state, approved.approver, approved.published_at) == ("approved", "ruth", None)
    published = library.publish("RB-1", 1, whatever, by="ruth", at=NOW)
    assert (published.state, published.published_at) == ("published", NOW)
    assert library.published() == {"RB-1": runbook()}
    retired = library.retire("RB-1", whatever, at=NOW + HOUR)
    assert (retired.state, retired.retired_at) == ("retired", NOW + HOUR)
    assert library.published() == {}


def test_every_step_asked_for_twice_is_done_once(library: Library) -> None:
    assert made_public(library, runbook()) == library.publish("RB-1", 1, whatever, by="ruth", at=NOW + HOUR)
    assert library.approve("RB-1", 1, by="ruth", role=Role.TEAM_LEAD, at=NOW + HOUR).state == "published"
    first = library.retire("RB-1", whatever, at=NOW)
    assert library.retire("RB-1", whatever, at=NOW + HOUR) == first


def test_nobody_approves_their_own_words_but_the_service_manager(library: Library) -> None:
    library.draft(draft(runbook()))
    with pytest.raises(OwnApproval):
        library.approve("RB-1", 1, by="tomas", role=Role.TEAM_LEAD, at=NOW)
    assert library.approve("RB-1", 1, by="tomas", role=Role.SERVICE_MANAGER, at=NOW).approver == "tomas"


def test_only_what_was_approved_is_published(library: Library) -> None:
    library.draft(draft(runbook()))
    with pytest.raises(NotInState):
        library.publish("RB-1", 1, whatever, by="ruth", at=NOW)
    with pytest.raises(UnknownDocument):
        library.publish("RB-1", 2, whatever, by="ruth", at=NOW)


def test_an_edit_based_on_an_older_revision_is_refused_and_names_the_newest(library: Library) -> None:
    library.draft(draft(runbook()))
    library.draft(draft(runbook(body="second"), based_on=1))
    with pytest.raises(DocumentChanged) as refused:
        library.draft(draft(runbook(body="lost?"), based_on=1))
    assert refused.value.details == {"newest": 2}
    with pytest.raises(DocumentExists):
        library.draft(draft(runbook()))
    with pytest.raises(UnknownDocument):
        library.draft(draft(runbook("RB-2"), based_on=1))


def test_of_many_edits_at_once_one_is_kept_and_the_others_are_told(library: Library) -> None:
    library.draft(draft(runbook()))

    def edit(n: int) -> bool:
        try:
            library.draft(draft(runbook(body=f"by {n}"), based_on=1))
        except DocumentChanged:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(edit, range(16))) == 1
    assert [each.revision for each in library.revisions("RB-1")] == [2, 1]


def test_the_same_key_makes_one_revision(library: Library) -> None:
    first = library.draft(draft(runbook(), asked="tomas/1"))
    assert library.draft(draft(runbook(), asked="tomas/1")) == first
    with pytest.raises(KeyUsed):
        library.draft(draft(runbook(body="another"), asked="tomas/1"))
    assert len(library.revisions("RB-1")) == 1


def test_publishing_retires_what_came_before_so_that_one_is_published(library: Library) -> None:
    made_public(library, runbook())
    library.draft(draft(runbook(body="never approved"), based_on=1))
    made_public(library, runbook(body="third"), based_on=2)
    assert [each.state for each in library.revisions("RB-1")] == ["published", "retired", "retired"]
    found = library.one("RB-1")
    assert found is not None
    assert found.document.body == "third"
    assert library.one("RB-1", 1) == library.revisions("RB-1")[-1]


def test_a_revision_that_is_refused_leaves_the_one_before_in_force(library: Library) -> None:
    made_public(library, runbook())
    library.draft(draft(runbook(body="second"), based_on=1))
    library.approve("RB-1", 2, by="ruth", role=Role.TEAM_LEAD, at=NOW)

    def refuse(*_: object) -> None:
        raise NotInState("no")

    with pytest.raises(NotInState):
        library.publish("RB-1", 2, refuse, by="ruth", at=NOW)
    assert library.published()["RB-1"].body == "Restart it."


@pytest.mark.parametrize("column", ["body", "text", "title", "author", "data"])
def test_a_revision_stays_as_it_was_written(library: Library, engine: Engine, column: str) -> None:
    library.draft(draft(runbook()))
    with pytest.raises(DBAPIError, match="is written"), transaction(engine) as connection:
        connection.execute(update(documents).values({column: {} if column == "data" else "x"}))


def test_what_is_retired_stays_retired(library: Library, engine: Engine) -> None:
    made_public(library, runbook())
    library.retire("RB-1", whatever, at=NOW)
    with pytest.raises(DBAPIError, match="is retired"), transaction(engine) as connection:
        connection.execute(text("UPDATE documents SET state = 'published'"))
    assert made_public(library, runbook(body="again"), based_on=1).revision == 2


def test_two_revisions_differ_by_the_lines_that_differ(library: Library) -> None:
    first = library.draft(draft(runbook()))
    second = library.draft(draft(runbook(body="Restart it twice."), based_on=1))
    said = diff(first, second).splitlines()
    assert said[:2] == ["--- RB-1 revision 1", "+++ RB-1 revision 2"]
    assert said[-2:] == ["-Restart it.", "+Restart it twice."]
    assert diff(first, first) == ""


def test_documents_are_found_by_kind_state_category_client_tag_and_doubt(library: Library, engine: Engine) -> None:
    made_public(library, runbook("RB-1", categories=["mail"], tags=["urgent"]))
    made_public(library, runbook("RB-2", clients=["acme"], skills=["m365"]))
    library.draft(draft(Sop(id="SOP-1", title="Mail")))
    library.draft(draft(runbook("RB-1", body="next", categories=["vpn"]), based_on=1))
    with transaction(engine) as connection:
        mark(connection, [("RB-2", "acme moved house")], at=NOW)

    def found(**said: object) -> list[tuple[str, int]]:
        return [(each.document.id, each.revision) for each in library.find(Wanted.model_validate(said))]

    assert found() == [("RB-1", 1), ("RB-2", 1), ("SOP-1", 1)]
    assert found(kind="sop") == [("SOP-1", 1)]
    assert found(state="draft") == [("RB-1", 2), ("SOP-1", 1)]
    assert found(category="mail") == found(tag="urgent") == [("RB-1", 1)]
    assert found(category="vpn") == []
    assert found(client="acme") == found()
    assert found(client="globex") == found(clients=("globex",)) == [("RB-1", 1), ("SOP-1", 1)]
    assert found(stale=True) == found(skill="m365") == [("RB-2", 1)]
    assert found(stale=False, limit=1) == [("RB-1", 1)]
    assert found(after="RB-2") == [("SOP-1", 1)]
    assert [each.reason for each in library.find(Wanted(stale=True))[0].stale] == ["acme moved house"]


def test_r96_a_doubt_stands_until_a_revision_is_published_or_somebody_says_it_is_still_right(
    library: Library, engine: Engine
) -> None:
    for name in ("RB-1", "RB-2"):
        made_public(library, runbook(name))
        with transaction(engine) as connection:
            mark(connection, [(name, "a new firewall"), (name, "a new firewall")], at=NOW)
    library.draft(draft(runbook(body="next"), based_on=1))
    assert [len(each.stale) for each in library.find(Wanted(stale=True))] == [1, 1]
    assert library.still_right("RB-2", by="ruth", why="same screens", at=NOW).stale == ()
    library.approve("RB-1", 2, by="ruth", role=Role.TEAM_LEAD, at=NOW)
    assert library.publish("RB-1", 2, whatever, by="ruth", at=NOW).stale == ()
    with pytest.raises(UnknownDocument):
        library.still_right("RB-9", by="ruth", why="", at=NOW)


def test_documents_come_in_all_or_none_and_again_without_a_change(library: Library) -> None:
    drafts = [draft(runbook("RB-1")), draft(runbook("RB-2"))]

    def refuse(*_: object) -> None:
        raise NotInState("no")

    with pytest.raises(NotInState):
        library.take_in(drafts, refuse, at=NOW)
    assert library.is_empty()
    assert len(library.take_in(drafts, None, at=NOW)) == 2
    assert library.take_in(drafts, None, at=NOW) == []
    published = library.take_in(drafts, whatever, at=NOW)
    assert [(each.revision, each.state) for each in published] == [(1, "published"), (1, "published")]
    assert library.take_in(drafts, whatever, at=NOW) == []
    changed = [drafts[0], draft(runbook("RB-2", body="changed"))]
    assert [each.revision for each in library.take_in(changed, whatever, at=NOW)] == [2]


def test_a_review_publishes_into_the_same_library_once_and_keeps_the_sops_own_parts(
    library: Library, engine: Engine
) -> None:
    reviews = Reviews(engine, Amender().amend)
    sop = Sop(id="SOP-07", title="Mail", required_information=("Who?",), categories=("mail",), body="Old.")
    made_public(library, sop)
    reviews.save_draft(review_of())
    asked = Publication(
        ticket_id="t1", sop="SOP-07", title="Mail", body="New.", author="sofia", approver="grace", at=REVIEWED
    )
    assert reviews.publish(asked) == reviews.publish(asked)
    found = library.revisions("SOP-07")
    assert [(each.state, each.review) for each in found] == [("published", "t1"), ("retired", None)]
    assert found[0].document == sop.model_copy(update={"body": "New."})
    assert (found[0].author, found[0].approver) == ("sofia", "grace")
    assert "says no step that Tier 1 completes" in found[0].stale[0].reason  # for somebody to complete


def test_titles_are_those_that_people_work_by_and_none_of_other_clients(library: Library) -> None:
    made_public(library, runbook(title="Restart it"))
    library.draft(draft(runbook(title="Restart it twice"), 1))
    library.draft(draft(runbook("RB-2", title="Theirs", clients=["other"])))
    names = ["RB-1", "RB-2", "RB-3"]
    assert library.titles(names, None) == {"RB-1": "Restart it", "RB-2": "Theirs"}
    assert library.titles(names, ("acme",)) == {"RB-1": "Restart it"}
    assert library.titles([], None) == {}
