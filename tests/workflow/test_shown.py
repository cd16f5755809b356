"""What an operator sees of a ticket in the Temporal UI: typed search attributes and a card, after every run too."""

import json
from datetime import timedelta

from temporalio.api.sdk.v1 import WorkflowMetadata

from escalation.commands import Accept, Comment, Escalate, Resolve
from escalation.policy import Policy
from tests.workflow.desk import HANDED_UP, Desk, intake
from tests.workflow.devserver import dev_desk
from tests.workflow.policies import around_the_clock
from tests.workflow.review_env import review_desk
from workflows.attributes import ACCEPTED, CATEGORY, CLIENT, COORDINATOR, DUE, OWNER, PRIORITY, REVIEW, SLA, STAGE
from workflows.review import ReviewWorkflow

SHOWN = (CLIENT, PRIORITY, CATEGORY, STAGE, OWNER, COORDINATOR, SLA, ACCEPTED)


async def shown(desk: Desk, ticket: str) -> list[str | bool | None]:
    attributes = (await desk.handle(ticket).describe()).typed_search_attributes
    return [attributes.get(key) for key in SHOWN]


async def card(desk: Desk, ticket: str) -> str:
    metadata = await desk.handle(ticket).query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    return str(metadata.current_details)


async def test_search_attributes_follow_the_ticket(desk: Desk) -> None:
    ticket = await desk.open()
    known = ["acme-dental", "P4", "identity.password_reset"]
    assert await shown(desk, ticket) == [*known, "tier_1", "tomas", "service_desk", "fine", False]
    await desk.ask(ticket, Accept(by="tomas"))
    assert (await shown(desk, ticket))[-1] is True
    view = await desk.ask(ticket, Escalate(by="tomas", reason="knowledge", note=HANDED_UP))
    assert await shown(desk, ticket) == [*known, "tier_2", view.owner, "service_desk", "fine", False]
    await desk.skip(hours=6, minutes=1)
    assert (await shown(desk, ticket))[-2] == "at_risk"
    await desk.skip(hours=2)
    assert (await shown(desk, ticket))[-2] == "breached"


async def test_the_card_says_who_has_it_what_is_due_and_what_is_allowed(desk: Desk) -> None:
    ticket = await desk.open()
    text = await card(desk, ticket)
    assert "P4 · T-1 · tier 1" in text
    assert "Owner **tomas**, **not accepted yet**" in text
    assert "resolution" in text
    assert "escalate" in text
    await desk.ask(ticket, Accept(by="tomas"))
    assert "tomas: accepted" in await card(desk, ticket)


async def test_attributes_and_card_outlive_continue_as_new(policy: Policy) -> None:
    async with dev_desk(around_the_clock(policy), cached=10, continue_after=40) as desk:
        ticket = await desk.open()
        first_run = (await desk.handle(ticket).describe()).run_id
        await desk.ask(ticket, Accept(by="tomas"))
        before = await shown(desk, ticket)
        for n in range(5):
            await desk.ask(ticket, Comment(by="tomas", text=f"note {n}"))
        assert (await desk.handle(ticket).describe()).run_id != first_run
        assert await shown(desk, ticket) == before
        assert "tomas: commented" in await card(desk, ticket)


async def summaries(desk: Desk, ticket: str) -> list[str]:
    """What the timeline says of each timer and activity, in order."""
    history = await desk.handle(ticket).fetch_history()
    return [
        json.loads(event.user_metadata.summary.data)
        for event in history.events
        if event.user_metadata.summary.data and event.event_id > 1
    ]


async def test_the_armed_timer_says_which_promise_it_guards_and_when(desk: Desk) -> None:
    ticket = await desk.open()
    due = (await desk.view(ticket)).next_deadline
    assert due is not None
    assert (await summaries(desk, ticket))[-1] == f"guards: accept, 100 % used, {due.at:%d %b %H:%M} UTC"


async def test_each_activity_says_what_it_is_for_and_names_no_client(desk: Desk) -> None:
    ticket = await desk.open()
    await desk.ask(ticket, Accept(by="tomas"))
    await desk.ask(ticket, Escalate(by="tomas", reason="knowledge", skill="firewall", note=HANDED_UP))
    told = await summaries(desk, ticket)
    assert told[0] == "who takes it: tier 1, identity"
    assert "journal: accepted" in told
    assert "who takes it: tier 2, firewall" in told
    assert any(line.startswith("journal: escalated") and "; messages: " in line for line in told)
    assert not any("acme" in line or "Bob" in line for line in told)


async def test_a_review_can_be_found_by_its_owner_by_where_it_stands_and_by_when_it_is_due() -> None:
    async with review_desk(1000) as reviewing:
        tickets = reviewing.tickets()
        serious = intake(category="security.ransomware", subject="Files are being encrypted", urgency=1)
        ticket = await tickets.open(serious)
        owner = (await tickets.view(ticket)).owner
        await tickets.ask(ticket, Accept(by=owner, contacted=True))
        await tickets.ask(ticket, Resolve(by=owner, code="fixed", cause="security", resolution="Isolated and restored"))
        handle = reviewing.env.client.get_workflow_handle_for(ReviewWorkflow.run, f"review/{ticket}")
        view = await reviewing.until(handle, "open")
        found = (await handle.describe()).typed_search_attributes
        assert [found.get(key) for key in (OWNER, CLIENT, REVIEW)] == [owner, "acme-dental", "open"]
        assert found.get(DUE) == view.due_at
        await reviewing.skip_to(view.due_at + timedelta(minutes=1))
        await reviewing.until(handle, "overdue")
        assert (await handle.describe()).typed_search_attributes.get(REVIEW) == "overdue"
