"""A query must not make a ticket act: not even on a worker that has just started and has all the news yet to read."""

import asyncio
from datetime import timedelta

from temporalio.client import WorkflowQueryFailedError
from temporalio.worker import Replayer, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner
from temporalio.workflow import NondeterminismError

from escalation.commands import Comment
from escalation.policy import Policy
from escalation.view import TicketView
from tests.workflow.desk import Desk
from tests.workflow.fuzzing import failed_tasks, histories
from tests.workflow.parts import Parts
from tests.workflow.policies import hasty
from tests.workflow.servers import dev_server
from tests.workflow.waiting import eventually
from workflows.converter import data_converter
from workflows.sandbox import runner
from workflows.ticket import TicketWorkflow
from workflows.wary import NOT_BEGUN

_TICKETS = 8


async def looked_at_while_no_worker_ran(desk: Desk, parts: Parts, looking: WorkflowRunner) -> list[object]:
    """Tickets whose deadline passes while somebody waits for a look at them; what each look saw."""
    async with parts.worker():
        tickets = [await desk.open(key=str(n)) for n in range(_TICKETS)]
        await eventually(lambda: each_tells(desk, tickets, "TIMER_STARTED"), within=60, every=0.2)
    looks = [asyncio.create_task(look(desk, ticket)) for ticket in tickets]
    await eventually(lambda: each_tells(desk, tickets, "TIMER_FIRED"), within=60, every=0.2)
    async with parts.worker(workflow_runner=looking):
        seen = await asyncio.gather(*looks, return_exceptions=True)
        for ticket in tickets:
            await desk.until_journalled(ticket, "mark_passed")
            await desk.ask(ticket, Comment(by="tomas", text="seen"))
    return list(seen)


async def look(desk: Desk, ticket: str) -> TicketView:
    """Not asked anew after the SDK's ten seconds: after the deadline, it would wait for the task like any other."""
    return await desk.handle(ticket).query(TicketWorkflow.view, rpc_timeout=timedelta(minutes=1))


async def each_tells(desk: Desk, tickets: list[str], event: str) -> bool:
    return all([event in await desk.events(ticket) for ticket in tickets])


async def test_a_look_at_a_ticket_that_a_new_worker_has_yet_to_read_changes_nothing(policy: Policy) -> None:
    async with dev_server() as env:
        parts = Parts.of(env.client, hasty(policy))
        desk = Desk(env, env.client, hasty(policy), parts.people, parts.journal, parts.post)
        for seen in await looked_at_while_no_worker_ran(desk, parts, runner()):
            assert isinstance(seen, TicketView) or (
                isinstance(seen, WorkflowQueryFailedError) and seen.message == NOT_BEGUN
            )
        recorded = await histories(desk)
    assert failed_tasks(recorded) == []
    replayer = Replayer(workflows=[TicketWorkflow], data_converter=data_converter, workflow_runner=runner())
    for history in recorded:
        await replayer.replay_workflow(history)


async def test_the_sdk_still_needs_watching(policy: Policy) -> None:
    """When this fails, the fault is mended: workflows/wary.py and docs/adr/0006 can go."""
    async with dev_server() as env:
        parts = Parts.of(env.client, hasty(policy))
        desk = Desk(env, env.client, hasty(policy), parts.people, parts.journal, parts.post)
        unguarded = SandboxedWorkflowRunner(restrictions=runner().restrictions)
        await looked_at_while_no_worker_ran(desk, parts, unguarded)
        recorded = await histories(desk)
    replayer = Replayer(workflows=[TicketWorkflow], data_converter=data_converter, workflow_runner=runner())
    replays = [await replayer.replay_workflow(history, raise_on_replay_failure=False) for history in recorded]
    assert any(isinstance(replay.replay_failure, NondeterminismError) for replay in replays)
