"""The console's reviews: which are to be decided, the draft, the decision, and what came of it."""

from datetime import timedelta
from typing import Any

import pytest

from escalation.policy.amendments import AccessGrant, ScopeChange
from escalation.review.decision import Approve, Change, DocumentChange
from escalation.review.effect import Solved
from escalation.review.incident import (
    QUESTIONS,
    ClockOutcome,
    Fired,
    Holding,
    NoteReview,
    ProposedRevision,
    Published,
    Question,
    SimilarTicket,
    Tried,
)
from escalation.terms import Role
from escalation.triggers import Test as TriggerTest
from tests.api.conftest import OTHER_CLIENT, Api, review_of
from tests.api.memory_desk import MemoryReviewLine, MemoryRevision
from tests.api.visit import Visit, visit_of, words_of

ANSWERS = dict.fromkeys(QUESTIONS, "The certificate had run out.")
HOSTILE = "<script>alert(1)</script>[x](javascript:alert(1))<img src=x onerror=alert(1)>"


def full(api: Api, ticket_id: str, **case: object) -> MemoryReviewLine:
    """A review whose draft has something of everything."""
    line, at = review_of(ticket_id), api.clock.at
    said: dict[str, Any] = {
        "case": line.review.case.model_copy(update={"due_at": at + timedelta(days=2), "sop": "SOP-1"} | case),
        "holdings": (Holding(person="sofia", tier=3, began_at=at, ended_at=at + timedelta(hours=2), came_by="I1"),),
        "tried": (Tried(at=at, by="tomas", tier=1, step="Restart", result="No", outcome="failed", repeated=True),),
        "fired": (Fired(at=at, trigger="I1", reason="", did="moved", from_tier=1, to_tier=2, values={"tier": 1}),),
        "notes": (NoteReview(at=at, by="tomas", from_tier=1, to_tier=2, lacked=("impact",), overdue=True),),
        "clocks": (
            ClockOutcome(
                name="resolution",
                target=timedelta(hours=4),
                calendar="client",
                used=timedelta(hours=5),
                outcome="breached",
                breached_by=timedelta(hours=1),
            ),
        ),
        "similar": (SimilarTicket(ticket_id="T-9", subject="The same again", tier=2, resolution="Renewed it."),),
        "questions": tuple(
            Question(key=key, text=text, answer="It ran out." if key == "root_cause" else "", source="facts")
            for key, text in QUESTIONS.items()
        ),
        "proposed": ProposedRevision(sop="SOP-1", title="Password reset", body="# Steps\n\nLearned."),
    }
    return line.model_copy(update={"review": line.review.model_copy(update=said)})


@pytest.fixture
async def ticket(api: Api) -> str:
    """A ticket with a review that waits."""
    its_id = str((await api.open())["id"])
    api.reviews.lines[its_id] = full(api, its_id)
    return its_id


async def approving(visit: Visit, ticket: str, **fields: object) -> Any:
    return await visit.send(
        f"/console/reviews/{ticket}/approve", **({"document": "yes", "body": "# Steps"} | ANSWERS | fields)
    )


def changed(api: Api, ticket: str) -> tuple[Change, ...]:
    """What the last approval of it was to change."""
    decision = api.reviews.decided[ticket]
    assert isinstance(decision, Approve)
    return decision.changes


# ------------------------------------------------------------------------------------------------------------- the list
async def test_reviews_are_listed_by_whose_they_are_and_where_they_stand(api: Api, ticket: str) -> None:
    late = full(api, "T-LATE", subject="Mail is down", owner="ruth", due_at=api.clock.at - timedelta(days=1))
    done = full(api, "T-DONE", subject="Printer").model_copy(update={"state": "waived", "decided_by": "grace"})
    api.reviews.lines |= {"T-LATE": late, "T-DONE": done}
    visit = await visit_of(api, "ruth", Role.TEAM_LEAD)
    said = words_of(await visit.get("/console/reviews"))
    assert said.index("Mail is down") < said.index("Ransomware")
    assert "To decide 2 Overdue 1 Mine 1" in said
    assert "Printer" not in said
    for shelf, there, away in (("overdue", "Mail is down", "Ransomware"), ("done", "Printer", "Mail is down")):
        said = words_of(await visit.get("/console/reviews", shelf=shelf))
        assert there in said
        assert away not in said
    assert api.policy.people["ruth"].name in words_of(await visit.get("/console/reviews", shelf="mine"))


async def test_a_desk_without_reviews_says_what_will_be_there(api: Api) -> None:
    visit = await visit_of(api)
    for shelf in ("open", "overdue", "mine", "done"):
        assert "review" in words_of(await visit.get("/console/reviews", shelf=shelf)).partition("Done")[2]


async def test_reviews_of_other_clients_are_not_there(api: Api, ticket: str) -> None:
    visit = await visit_of(api, "partner", Role.TEAM_LEAD, OTHER_CLIENT)
    assert "Ransomware" not in words_of(await visit.get("/console/reviews"))
    assert (await visit.get(f"/console/reviews/{ticket}")).status_code == 404
    assert (await approving(visit, ticket)).status_code == 404
    assert (await visit.send(f"/console/reviews/{ticket}/waive", reason="none of theirs")).status_code == 404
    assert api.reviews.lines[ticket].state == "open"


# ---------------------------------------------------------------------------------------------------------- one of them
async def test_r97_a_review_shows_the_story_the_proposal_and_the_five_questions(api: Api, ticket: str) -> None:
    page = await (await visit_of(api)).get(f"/console/reviews/{ticket}")
    said = words_of(page)
    for each in (
        "Restart → No Failed Repeated",
        "A whole office is affected (I1)",
        "lacked impact",
        "the rest came late or never",
        "broken by 1 h",
        "The same again",
        "+Learned.",
        *QUESTIONS.values(),
    ):
        assert each in said
    assert f"review%2F{ticket}" in page.text
    assert "It ran out.</textarea>" in page.text
    assert "style=" not in page.text


async def test_r98_a_review_ends_with_a_change_and_every_question_answered(api: Api, ticket: str) -> None:
    visit = await visit_of(api, "ruth", Role.TEAM_LEAD)
    refused = await approving(visit, ticket, root_cause=" ", permanent_fix="")
    assert refused.status_code == 422
    assert 'id="root_cause-wrong"' in refused.text
    assert 'id="permanent_fix-wrong"' in refused.text
    assert 'id="sop_change-wrong"' not in refused.text
    assert "The certificate had run out.</textarea>" in refused.text
    nothing = await approving(visit, ticket, document="")
    assert (nothing.status_code, "Choose what changes" in words_of(nothing)) == (422, True)
    assert (await approving(visit, ticket)).headers["location"] == f"/console/reviews/{ticket}"
    assert api.reviews.lines[ticket].decided_by == "ruth"
    again = await approving(visit, ticket)
    assert (again.status_code, "decided already" in words_of(again)) == (409, True)


async def test_r98_it_is_waived_with_a_reason_by_the_service_manager_alone(api: Api, ticket: str) -> None:
    lead = await visit_of(api, "ruth", Role.TEAM_LEAD)
    assert "Waive the review" not in words_of(await lead.get(f"/console/reviews/{ticket}"))
    refused = await lead.send(f"/console/reviews/{ticket}/waive", reason="the device is gone")
    assert (refused.status_code, "service manager may waive" in words_of(refused)) == (403, True)
    manager = await visit_of(api)
    empty = await manager.send(f"/console/reviews/{ticket}/waive", reason="n/a")
    assert (empty.status_code, 'id="reason-wrong"' in empty.text) == (422, True)
    assert (await manager.send(f"/console/reviews/{ticket}/waive", reason="The device is gone.")).status_code == 303


async def test_r100_criteria_and_access_are_changed_by_the_form(api: Api, ticket: str) -> None:
    visit = await visit_of(api)
    asked = {"criteria": "yes", "start_tier": "1", "may_also_1": "security.ransomware, email.*", "time_box_2": "2h"}
    asked |= {"access": "yes", "access_tier": "2", "access_names": "m365_admin"}
    condition = {"field": "users_affected", "op": "more_than", "value": 50}
    asked |= {"was.I1": "{}", "trigger.I1": str(condition).replace("'", '"')}
    assert (await approving(visit, ticket, **asked)).status_code == 303
    document, scope, access = changed(api, ticket)
    assert isinstance(scope, ScopeChange)
    assert isinstance(access, AccessGrant)
    assert (document.kind, scope.category, scope.start_tier) == ("document", "security.ransomware", 1)
    assert scope.tiers[1].may_also == ("security.ransomware", "email.*")
    assert scope.tiers[2].time_box == timedelta(hours=2)
    assert scope.triggers["I1"] == TriggerTest.model_validate(condition)
    assert (access.tier, access.access) == (2, ("m365_admin",))


async def test_what_the_form_did_not_touch_is_no_change(api: Api, ticket: str) -> None:
    visit = await visit_of(api)
    page = (await visit.get(f"/console/reviews/{ticket}")).text
    assert 'name="was.I1"' in page
    body = api.reviews.lines[ticket].review.proposed.body.replace("\n", "\r\n")
    same = next(each for each in api.policy.triggers if each.id == "I1").when
    asked = {"was.I1": same.model_dump_json(), "trigger.I1": same.model_dump_json(indent=2), "may_also_1": "email.*"}
    assert (await approving(visit, ticket, body=body, criteria="yes", **asked)).status_code == 303
    document, scope = changed(api, ticket)
    assert isinstance(document, DocumentChange)
    assert isinstance(scope, ScopeChange)
    assert (document.body, scope.triggers, scope.category) == (None, {}, None)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"criteria": "yes"}, "criteria"),
        ({"criteria": "yes", "failed_attempts_1": "many"}, "failed_attempts_1"),
        ({"criteria": "yes", "time_box_2": "soon"}, "time_box_2"),
        ({"criteria": "yes", "trigger.I1": "whenever"}, "trigger.I1"),
        ({"access": "yes", "access_names": " "}, "access_names"),
        ({"body": " "}, "body"),
    ],
)
async def test_a_change_that_cannot_be_read_is_refused_at_its_field(
    api: Api, ticket: str, asked: dict[str, str], field: str
) -> None:
    refused = await approving(await visit_of(api), ticket, **asked)
    assert refused.status_code == 422
    assert f'id="{field}-wrong"' in refused.text
    assert api.reviews.lines[ticket].state == "open"


async def test_a_team_lead_is_not_offered_the_policy_and_a_technician_nothing(api: Api, ticket: str) -> None:
    lead = words_of(await (await visit_of(api, "ruth", Role.TEAM_LEAD)).get(f"/console/reviews/{ticket}"))
    assert "Criteria and access are changed by the service manager" in lead
    assert "Gets access to" not in lead
    forced = await approving(
        await visit_of(api, "ruth", Role.TEAM_LEAD), ticket, access="yes", access_tier=2, access_names="m365"
    )
    assert forced.status_code == 403
    technician = await visit_of(api, "tomas", Role.TECHNICIAN)
    assert "Make these changes" not in words_of(await technician.get(f"/console/reviews/{ticket}"))
    assert (await approving(technician, ticket)).status_code == 403


async def test_r99_what_came_of_it_is_drawn_and_stands_in_a_table(api: Api, ticket: str) -> None:
    at = api.clock.at - timedelta(days=30)
    published = {"published": Published(sop="SOP-1", revision=3), "decided_at": at, "decided_by": "ruth"}
    decided = {"state": "published", "answers": ANSWERS} | published
    api.reviews.lines[ticket] = api.reviews.lines[ticket].model_copy(update=decided)
    shares = {1: 0.0, 2: 0.25, 3: 0.75}
    api.reviews.tickets_solved = [
        Solved(since=at - timedelta(days=90), until=at, solved=12, by_tier={1: 0, 2: 3, 3: 9}, shares=shares),
        Solved(since=at, until=api.clock.at, solved=10, by_tier={1: 10, 2: 0, 3: 0}, shares={1: 1.0, 2: 0.0, 3: 0.0}),
    ]
    page = await (await visit_of(api)).get(f"/console/reviews/{ticket}")
    assert 'class="tier-3" x="25.0" width="75.0"' in page.text
    assert 'class="tier-1" x="0.0" width="100.0"' in page.text
    assert "75% at Tier 3" in words_of(page)
    assert "/console/library/SOP-1/diff?before=2&amp;after=3" in page.text
    assert "Decide" not in words_of(page).replace("Decided", "")
    assert "The certificate had run out." in words_of(page)


async def test_what_clients_and_technicians_wrote_is_never_markup(api: Api, ticket: str) -> None:
    line = full(api, ticket, subject=HOSTILE)
    proposed = line.review.proposed.model_copy(update={"body": HOSTILE, "title": HOSTILE})
    tried = (line.review.tried[0].model_copy(update={"step": HOSTILE, "result": HOSTILE}),)
    review = line.review.model_copy(update={"proposed": proposed, "tried": tried, "resolution": HOSTILE})
    api.reviews.lines[ticket] = line.model_copy(update={"review": review})
    api.reviews.revisions["SOP-1"] = MemoryRevision(
        sop="SOP-1", revision=2, title=HOSTILE, body=HOSTILE, published_at=api.clock.at
    )
    visit = await visit_of(api)
    for path in ("/console/reviews", f"/console/reviews/{ticket}"):
        text = (await visit.get(path)).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert 'href="javascript' not in text
