"""What an operator sees of a ticket in the Temporal UI: typed search attributes and a card, after every run too."""

from temporalio.api.sdk.v1 import WorkflowMetadata

from escalation.commands import Accept, Comment, Escalate
from escalation.policy import Policy
from tests.workflow.desk import HANDED_UP, Desk
from tests.workflow.devserver import dev_desk
from tests.workflow.policies import around_the_clock
from workflows.attributes import ACCEPTED, CATEGORY, CLIENT, COORDINATOR, OWNER, PRIORITY, SLA, STAGE

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


async def test_the_armed_timer_says_which_promise_it_guards(desk: Desk) -> None:
    ticket = await desk.open()
    history = await desk.handle(ticket).fetch_history()
    summaries = [
        event.user_metadata.summary.data.decode() for event in history.events if event.user_metadata.summary.data
    ]
    assert summaries[-1] == '"guards: accept 100"'
