"""`claim` and `handoff` as signals: the same judgement as the updates; a refusal stands on the timeline."""

from escalation.commands import Accept, Escalate
from escalation.events import Accepted, CommandRefused, Escalated
from escalation.lifecycle import Stage
from escalation.policy import Policy
from tests.workflow.desk import HANDED_UP, Desk
from tests.workflow.parts import Parts
from tests.workflow.policies import around_the_clock
from tests.workflow.servers import skipping_server


async def test_a_claim_by_signal_accepts_the_handoff(desk: Desk) -> None:
    ticket = await desk.open()
    owner = (await desk.view(ticket)).owner
    await desk.handle(ticket).signal("claim", Accept(by=owner))
    await desk.until_journalled(ticket, "accepted")
    assert (await desk.view(ticket)).accepted_at is not None


async def test_a_handoff_by_signal_moves_the_ticket_up(desk: Desk) -> None:
    ticket = await desk.open()
    owner = (await desk.view(ticket)).owner
    await desk.handle(ticket).signal("handoff", Escalate(by=owner, reason="knowledge", note=HANDED_UP))
    await desk.until_journalled(ticket, "escalated")
    view = await desk.view(ticket)
    assert (view.stage, [e.owner for e in desk.of(ticket, Escalated)]) == (Stage.TIER_2, [view.owner])


async def test_a_refused_claim_is_noted_on_the_timeline_and_changes_nothing_else(desk: Desk) -> None:
    ticket = await desk.open()
    before = await desk.view(ticket)
    await desk.handle(ticket).signal("claim", Accept(by="sofia"))
    await desk.until_journalled(ticket, "command_refused")
    refused = desk.of(ticket, CommandRefused)[0]
    assert (refused.by, refused.command, refused.code) == ("sofia", "accept", "not_owner")
    assert await desk.view(ticket) == before.model_copy(update={"seq": before.seq + 1})


async def test_a_refused_handoff_says_on_the_timeline_what_the_note_lacks(desk: Desk) -> None:
    ticket = await desk.open()
    owner = (await desk.view(ticket)).owner
    await desk.handle(ticket).signal("handoff", Escalate(by=owner, reason="knowledge"))
    await desk.until_journalled(ticket, "command_refused")
    refused = desk.of(ticket, CommandRefused)[0]
    assert refused.code == "incomplete_handoff"
    assert "customer_told" in refused.message
    assert (await desk.view(ticket)).stage is Stage.TIER_1


async def test_the_same_signal_twice_is_one_claim_and_one_refusal(desk: Desk) -> None:
    ticket = await desk.open()
    owner = (await desk.view(ticket)).owner
    for _ in range(3):
        await desk.handle(ticket).signal("claim", Accept(by="sofia", request_id="psa-1"))
        await desk.handle(ticket).signal("claim", Accept(by=owner, request_id="psa-2"))
    await desk.until_journalled(ticket, "accepted")
    await desk.skip(minutes=1)
    assert (len(desk.of(ticket, Accepted)), len(desk.of(ticket, CommandRefused))) == (1, 1)


async def test_a_claim_sent_while_no_worker_runs_counts_when_one_is_back(policy: Policy) -> None:
    async with skipping_server() as env:
        parts = Parts.of(env.client, policy)
        desk = Desk(env, env.client, around_the_clock(policy), parts.people, parts.journal, parts.post)
        async with parts.worker(cached=0):
            ticket = await desk.open()
            owner = (await desk.view(ticket)).owner
        await desk.handle(ticket).signal("claim", Accept(by=owner))
        assert desk.of(ticket, Accepted) == []
        async with parts.worker():
            await desk.until_journalled(ticket, "accepted")
            assert (await desk.view(ticket)).owner == owner
