"""R97, R98: a review waits for a person as long as it takes, and ends with a published change or a waiver."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError, WorkflowUpdateHandle, WorkflowUpdateStage
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.worker import Replayer

from escalation.commands import Accept, Close, Resolve
from escalation.errors import PolicyUnsound
from escalation.policy.amendments import ScopeChange, TierChange
from escalation.review.decision import Approve, Decision, DocumentChange, Waive
from escalation.review.incident import Published
from escalation.review.view import ReviewView
from escalation.terms import Role
from tests.unit.incident import ANSWERS
from tests.workflow.desk import intake
from tests.workflow.review_env import ReviewDesk, review_desk
from workflows.converter import data_converter
from workflows.review import ReviewWorkflow
from workflows.sandbox import runner

APPROVE = Approve(by="ruth", role=Role.TEAM_LEAD, answers=ANSWERS, comment="goes to the next stand-up")
WAIVE = Waive(by="grace", role=Role.SERVICE_MANAGER, reason="the device is gone for good")
LOWER = Approve(
    by="grace",
    role=Role.SERVICE_MANAGER,
    answers=ANSWERS,
    changes=(ScopeChange(category="email.flow", start_tier=1, tiers={1: TierChange(may_also=("email.flow",))}),),
)
Handle = WorkflowHandle[ReviewWorkflow, str]


@pytest.fixture(params=[1000, 0], ids=["cached", "cold"])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[ReviewDesk]:
    async with review_desk(request.param) as desk:
        yield desk


async def decide(handle: Handle, asked: Approve | Waive, *, key: str | None = None) -> ReviewView:
    return ReviewView.model_validate(await handle.execute_update(_name(asked), asked, id=key, result_type=ReviewView))


async def begin(handle: Handle, asked: Approve | Waive, *, key: str | None = None) -> WorkflowUpdateHandle[ReviewView]:
    """The decision accepted; what comes of it is awaited later."""
    return await handle.start_update(
        _name(asked), asked, id=key, result_type=ReviewView, wait_for_stage=WorkflowUpdateStage.ACCEPTED
    )


def _name(asked: Approve | Waive) -> str:
    return type(asked).__name__.lower()


async def events_of(handle: Handle) -> list[str]:
    """The history in the words of the server, without the tasks."""
    names = [EventType.Name(event.event_type) for event in (await handle.fetch_history()).events]
    return [name for name in names if "WORKFLOW_TASK" not in name]


async def refused(handle: Handle, asked: Approve | Waive) -> ApplicationError:
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await decide(handle, asked)
    assert isinstance(caught.value.cause, ApplicationError)
    return caught.value.cause


# ------------------------------------------------------------------------------------------------ from the ticket
async def test_r97_a_ticket_that_was_resolved_at_tier_3_begins_its_review_which_outlives_it(desk: ReviewDesk) -> None:
    tickets = desk.tickets()
    ticket = await tickets.open(intake(category="security.ransomware", subject="Files are being encrypted", urgency=1))
    owner = (await tickets.view(ticket)).owner
    await tickets.ask(ticket, Accept(by=owner, contacted=True))
    await tickets.ask(ticket, Resolve(by=owner, code="fixed", cause="security", resolution="Isolated and restored"))
    handle = desk.env.client.get_workflow_handle_for(ReviewWorkflow.run, f"review/{ticket}")
    view = await desk.until(handle, "open")
    assert (view.case.owner, view.case.category) == (owner, "security.ransomware")
    await tickets.ask(ticket, Close(by=owner))
    assert await tickets.handle(ticket).result() == "closed"
    assert (await decide(handle, APPROVE)).state == "published"


async def test_a_ticket_that_stayed_below_tier_3_has_no_review(desk: ReviewDesk) -> None:
    tickets = desk.tickets()
    ticket = await tickets.open()
    owner = (await tickets.view(ticket)).owner
    await tickets.ask(ticket, Accept(by=owner, contacted=True))
    await tickets.ask(ticket, Resolve(by=owner, code="fixed", cause="identity", resolution="Reset the password"))
    with pytest.raises(RPCError, match="not found"):
        await desk.env.client.get_workflow_handle(f"review/{ticket}").describe()


# ---------------------------------------------------------------------------------------------------- the draft
async def test_the_draft_is_kept_and_its_owner_told(desk: ReviewDesk) -> None:
    view = await desk.until(await desk.drafted(), "open")
    assert view.proposed is not None
    assert (view.proposed.sop, len(view.questions), view.overdue) == ("SOP-01", 5, False)
    assert desk.reviews.drafts["T-1"].proposed == view.proposed
    assert desk.informed() == ["sofia"]


async def test_the_draft_waits_until_the_journal_holds_the_resolution(desk: ReviewDesk) -> None:
    handle = await desk.start(journalled=False)
    await desk.skip(hours=3)
    assert (await handle.query(ReviewWorkflow.state)).state == "drafting"
    desk.write_journal()
    await desk.skip(minutes=2)
    await desk.until(handle, "open")


async def test_the_draft_waits_as_long_as_the_documents_are_away(desk: ReviewDesk) -> None:
    desk.reviews.away = True
    handle = await desk.start()
    await desk.skip(hours=3)
    assert desk.reviews.failures > 100
    desk.reviews.away = False
    await desk.skip(minutes=2)
    await desk.until(handle, "open")


# -------------------------------------------------------------------------------------------------- the decision
async def test_r98_an_approved_revision_is_published_as_proposed(desk: ReviewDesk) -> None:
    handle = await desk.drafted()
    view = await decide(handle, APPROVE)
    assert (view.state, view.decided_by, view.reason) == ("published", "ruth", "goes to the next stand-up")
    assert view.published is not None
    assert view.proposed is not None
    published = desk.reviews.publications["T-1"]
    assert (published.sop, published.body) == (view.proposed.sop, view.proposed.body)
    assert (published.author, published.approver, published.answers) == ("sofia", "ruth", ANSWERS)
    assert await handle.result() == "published"


async def test_the_approver_may_publish_words_of_their_own(desk: ReviewDesk) -> None:
    handle = await desk.drafted()
    await decide(handle, APPROVE.model_copy(update={"changes": (DocumentChange(body="# Ask who calls first"),)}))
    assert desk.reviews.publications["T-1"].body == "# Ask who calls first"


async def test_r98_a_change_of_scope_goes_with_the_document_or_without_it(desk: ReviewDesk) -> None:
    handle = await desk.drafted()
    view = await decide(handle, LOWER)
    assert (view.state, view.published) == ("published", Published(policy_version="2026.1+T-1"))
    published = desk.reviews.publications["T-1"]
    assert (published.body, published.amendments) == (None, LOWER.amendments)


async def test_r98_a_change_that_the_policy_cannot_stand_is_refused_and_the_review_stays_open(desk: ReviewDesk) -> None:
    handle = await desk.drafted()
    faults = [{"field": "line 8: categories.email.flow", "message": "it starts at tier 1, which may not handle it"}]
    desk.reviews.refuses = PolicyUnsound("The document has 1 fault.", errors=faults)
    error = await refused(handle, LOWER)
    assert (error.type, error.details[0]["errors"]) == ("policy_unsound", faults)
    view = await handle.query(ReviewWorkflow.state)
    assert (view.state, view.decided_by, view.refused) == ("open", None, "The document has 1 fault.")
    await desk.skip(days=6)
    assert (await desk.until(handle, "overdue")).overdue
    desk.reviews.refuses = None
    again = await decide(handle, LOWER, key="once-more")
    assert (again.state, again.refused) == ("published", None)
    assert await handle.result() == "published"


@pytest.mark.parametrize(
    ("asked", "code", "missing"),
    [
        ({"role": Role.TEAM_LEAD}, "not_permitted", None),
        ({"changes": ()}, "incomplete_review", ["changes"]),
        ({"changes": (ScopeChange(category="email.flow"),)}, "incomplete_review", ["changes.0.start_tier"]),
        ({"changes": (DocumentChange(), DocumentChange())}, "incomplete_review", ["changes.1.kind"]),
    ],
)
async def test_r98_a_change_of_policy_is_for_the_service_manager_and_says_something(
    desk: ReviewDesk, asked: dict[str, object], code: str, missing: list[str] | None
) -> None:
    handle = await desk.drafted()
    error = await refused(handle, LOWER.model_copy(update=asked))
    assert (error.type, error.details[0].get("missing")) == (code, missing)
    assert desk.reviews.publications == {}


async def test_r98_a_waiver_ends_the_review_with_its_reason_and_changes_no_document(desk: ReviewDesk) -> None:
    handle = await desk.drafted()
    view = await decide(handle, WAIVE)
    assert (view.state, view.reason) == ("waived", WAIVE.reason)
    assert await handle.result() == "waived"
    assert desk.reviews.waivers["T-1"].by == "grace"
    assert desk.reviews.publications == {}


async def test_a_refusal_reads_as_a_sentence_names_what_is_missing_and_leaves_no_trace(desk: ReviewDesk) -> None:
    handle = await desk.drafted()
    before = await events_of(handle)
    error = await refused(handle, APPROVE.model_copy(update={"answers": {"root_cause": "a stale credential"}}))
    assert error.type == "incomplete_review"
    assert error.details[0]["missing"] == ["why_not_lower", "permanent_fix", "sop_change", "tier_next_time"]
    assert "permanent_fix" in error.message
    assert await events_of(handle) == before


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (APPROVE.model_copy(update={"role": Role.TECHNICIAN}), "not_permitted"),
        (WAIVE.model_copy(update={"role": Role.TEAM_LEAD}), "not_permitted"),
        (WAIVE.model_copy(update={"reason": " \n"}), "incomplete_review"),
        (Approve(), "incomplete_review"),
    ],
)
async def test_who_may_not_decide_or_says_too_little_is_refused(
    desk: ReviewDesk, asked: Approve | Waive, code: str
) -> None:
    handle = await desk.drafted()
    assert (await refused(handle, asked)).type == code
    assert (await handle.query(ReviewWorkflow.state)).state == "open"


async def test_a_decision_made_before_the_draft_is_carried_out_after_it(desk: ReviewDesk) -> None:
    handle = await desk.start(journalled=False)
    waiting = await begin(handle, APPROVE)
    desk.write_journal()
    await desk.skip(minutes=2)
    assert (await waiting.result()).state == "published"


async def test_a_second_other_decision_is_refused_and_the_first_repeated_is_answered_again(desk: ReviewDesk) -> None:
    handle = await desk.drafted()
    desk.reviews.away = True
    first = await begin(handle, APPROVE, key="approve-1")
    again = await begin(handle, APPROVE.model_copy(update={"request_id": "approve-1"}), key="another")
    assert (await refused(handle, WAIVE)).type == "review_over"
    assert (await refused(handle, APPROVE)).type == "review_over"
    desk.reviews.away = False
    await desk.skip(minutes=2)
    assert await first.result() == await again.result()
    assert (await decide(handle, APPROVE, key="approve-1")).state == "published"
    assert len(desk.reviews.publications) == 1


async def test_of_two_decisions_at_once_one_stands(desk: ReviewDesk) -> None:
    handle = await desk.drafted()
    desk.reviews.away = True
    await begin(handle, WAIVE)
    assert (await refused(handle, APPROVE)).details[0]["decided_by"] == "grace"
    desk.reviews.away = False
    await desk.skip(minutes=2)
    assert await handle.result() == "waived"
    assert desk.reviews.publications == {}


# ------------------------------------------------------------------------------------------------- the due moment
async def test_r97_an_overdue_review_reaches_the_service_manager_once_and_then_each_week(desk: ReviewDesk) -> None:
    handle = await desk.drafted()
    due_at = (await handle.query(ReviewWorkflow.state)).due_at
    await desk.skip_to(due_at - timedelta(minutes=1))
    assert desk.informed() == ["sofia"]
    await desk.skip(minutes=2)
    view = await desk.until(handle, "overdue")
    assert view.overdue
    assert desk.informed() == ["sofia", "service_manager"]
    assert len(desk.reviews.overdue["T-1"]) == 1
    await desk.skip_to(due_at + timedelta(days=6, hours=23))
    assert desk.informed().count("service_manager") == 1
    await desk.skip_to(due_at + timedelta(days=21, minutes=5))
    assert desk.informed().count("service_manager") == 4
    late = [at - due_at for at in desk.reviews.overdue["T-1"]]
    assert all(timedelta() <= at - timedelta(weeks=n) < timedelta(seconds=30) for n, at in enumerate(late))


async def test_an_overdue_review_can_still_be_decided_and_then_nobody_is_reminded(desk: ReviewDesk) -> None:
    handle = await desk.drafted()
    await desk.skip(days=4)
    await desk.until(handle, "overdue")
    view = await decide(handle, APPROVE)
    assert (view.state, view.overdue) == ("published", True)
    told = desk.informed()
    await desk.skip(days=60)
    assert desk.informed() == told


async def test_a_review_decided_in_time_informs_nobody_but_its_owner(desk: ReviewDesk) -> None:
    handle = await desk.drafted()
    await decide(handle, APPROVE)
    await desk.skip(days=60)
    assert desk.informed() == ["sofia"]
    assert desk.reviews.overdue == {}


async def test_weeks_that_the_review_slept_through_are_not_made_up_for(desk: ReviewDesk) -> None:
    handle = await desk.start(overdue_by=timedelta(days=30))
    await desk.until(handle, "overdue")
    await desk.skip(days=4)
    assert desk.informed().count("service_manager") == 1
    await desk.skip(days=2)
    assert desk.informed().count("service_manager") == 2


# ---------------------------------------------------------------------------------------------------- what lasts
async def test_r97_a_request_to_cancel_changes_nothing(desk: ReviewDesk) -> None:
    handle = await desk.drafted()
    await handle.cancel()
    await desk.skip(hours=1)
    assert (await handle.query(ReviewWorkflow.state)).state == "open"
    assert (await decide(handle, APPROVE)).state == "published"
    assert await handle.result() == "published"


async def test_a_request_to_cancel_while_it_drafts_or_publishes_changes_nothing(desk: ReviewDesk) -> None:
    desk.reviews.away = True
    handle = await desk.start()
    await handle.cancel()
    await desk.skip(hours=1)
    desk.reviews.away = False
    await desk.skip(minutes=2)
    await desk.until(handle, "open")
    assert (await decide(handle, WAIVE)).state == "waived"


async def test_its_history_replays(desk: ReviewDesk) -> None:
    handle = await desk.drafted()
    await desk.skip(days=20)
    await refused(handle, Approve())
    await handle.cancel()
    await decide(handle, APPROVE)
    replayer = Replayer(workflows=[ReviewWorkflow], workflow_runner=runner(), data_converter=data_converter)
    result = await replayer.replay_workflow(await handle.fetch_history())
    assert result.replay_failure is None


def test_both_decisions_are_lenient_so_that_a_sentence_can_refuse_them() -> None:
    for kind in Decision.__subclasses__():
        assert kind.model_validate({"unheard_of": 1}).by == ""
