"""Each Tier 3 incident begins one review, however often it is reopened."""

from escalation.commands import Accept, Close, Reopen, Resolve
from tests.workflow.desk import Desk, intake
from workflows.review import ReviewWorkflow

GONE = {"code": "fixed", "cause": "security", "resolution": "Isolated and restored"}


async def test_a_tier_3_ticket_resolved_twice_has_one_review_and_the_review_outlives_it(desk: Desk) -> None:
    ticket = await desk.open(intake(category="security.ransomware", subject="Files are being encrypted", urgency=1))
    owner = (await desk.view(ticket)).owner
    await desk.ask(ticket, Accept(by=owner, contacted=True))
    await desk.ask(ticket, Resolve(by=owner, **GONE))
    review = desk.client.get_workflow_handle_for(ReviewWorkflow.run, f"review/{ticket}")
    first = (await review.describe()).run_id
    view = await desk.ask(ticket, Reopen(by=owner, reason="it is back"))
    await desk.ask(ticket, Accept(by=view.owner, contacted=True))
    await desk.ask(ticket, Resolve(by=view.owner, **GONE))
    await desk.ask(ticket, Close(by=view.owner))
    assert await desk.handle(ticket).result() == "closed"
    assert (await desk.events(ticket)).count("START_CHILD_WORKFLOW_EXECUTION_INITIATED") == 1
    assert (await review.describe()).run_id == first
    assert (await review.query(ReviewWorkflow.state)).case.ticket_id == ticket
