"""Two tickets about one fault: the earlier clock counts, and nothing is merged into nothing."""

import asyncio
from datetime import timedelta

from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from escalation.commands import Accept, Close, Merge, Resolve
from escalation.events import Absorbed, Cancelled
from escalation.lifecycle import Stage
from escalation.policy import Policy
from escalation.terms import Role
from tests.workflow.desk import Desk, intake
from tests.workflow.parts import Parts
from tests.workflow.policies import around_the_clock
from tests.workflow.servers import skipping_server

BY = {"by": "dana", "role": Role.DISPATCHER}
GONE = {"code": "fixed", "cause": "identity", "resolution": "reset the password"}


async def test_the_ticket_that_goes_on_counts_from_the_earlier_of_the_two(desk: Desk) -> None:
    earlier = await desk.open(key="a")
    await desk.skip(hours=2)
    later = await desk.open(key="b")
    opened_at = (await desk.view(earlier)).opened_at
    merged = await desk.ask(earlier, Merge(**BY, into=later))
    assert (merged.stage, merged.merged_into) == (Stage.CANCELLED, later)
    assert await desk.handle(earlier).result() == "cancelled"
    await desk.until_journalled(later, "absorbed")
    view = await desk.view(later)
    assert view.clocks["resolution"].due_at == opened_at + timedelta(hours=40)
    assert "tomas" in view.watchers
    assert [a.counted_from for a in desk.of(later, Absorbed)] == [opened_at]


async def test_a_later_duplicate_moves_no_clock(desk: Desk) -> None:
    earlier = await desk.open(key="a")
    before = await desk.view(earlier)
    await desk.skip(hours=2)
    later = await desk.open(key="b")
    await desk.ask(later, Merge(**BY, into=earlier))
    await desk.until_journalled(earlier, "absorbed")
    assert (await desk.view(earlier)).clocks == before.clocks


async def test_a_merge_into_a_closed_ticket_is_refused_and_the_ticket_goes_on(desk: Desk) -> None:
    over, ticket = await desk.open(key="a"), await desk.open(key="b")
    owner = (await desk.view(over)).owner
    await desk.ask(over, Accept(by=owner, contacted=True))
    await desk.ask(over, Resolve(by=owner, **GONE))
    await desk.ask(over, Close(by=owner))
    await desk.handle(over).result()
    before = await desk.view(ticket)
    assert (await desk.refused(ticket, Merge(**BY, into=over))).type == "merge_impossible"
    assert await desk.view(ticket) == before


async def test_a_merge_into_a_ticket_that_never_was_is_refused_and_the_ticket_goes_on(desk: Desk) -> None:
    ticket = await desk.open()
    before = await desk.view(ticket)
    assert (await desk.refused(ticket, Merge(**BY, into="T-404"))).type == "merge_impossible"
    assert await desk.view(ticket) == before
    await desk.ask(ticket, Accept(by=before.owner))


async def test_a_ticket_is_not_merged_into_one_of_another_client_and_both_go_on(desk: Desk) -> None:
    ours, theirs = await desk.open(key="a"), await desk.open(intake(client="harbor-law"), key="b")
    before = [await desk.view(ticket) for ticket in (ours, theirs)]
    refused = await desk.refused(ours, Merge(**BY, into=theirs))
    assert refused.type == "merge_impossible"
    assert "harbor-law" in refused.message
    assert [await desk.view(ticket) for ticket in (ours, theirs)] == before
    assert [*desk.of(ours, Cancelled), *desk.of(theirs, Absorbed)] == []


async def test_while_nobody_can_tell_whose_a_ticket_is_nothing_is_merged_into_it(policy: Policy) -> None:
    async with skipping_server() as env:
        parts = Parts.of(env.client, policy)
        desk = Desk(env, env.client, around_the_clock(policy), parts.people, parts.journal, parts.post)
        async with parts.worker():
            ours, theirs = await desk.open(key="a"), await desk.open(intake(client="harbor-law"), key="b")
            parts.record.away = True
            assert (await desk.refused(ours, Merge(**BY, into=theirs))).type == "merge_impossible"
            assert (await desk.view(ours)).stage is Stage.TIER_1


async def test_two_tickets_merged_into_each_other_at_once_do_not_both_end(desk: Desk) -> None:
    one, two = await desk.open(key="a"), await desk.open(key="b")
    answers = await asyncio.gather(
        desk.ask(one, Merge(**BY, into=two)), desk.ask(two, Merge(**BY, into=one)), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, WorkflowUpdateFailedError)]
    assert refused
    assert all(isinstance(r.cause, ApplicationError) and r.cause.type == "merge_impossible" for r in refused)
    ended = [t for t in (one, two) if desk.of(t, Cancelled)]
    assert len(ended) == 2 - len(refused)
