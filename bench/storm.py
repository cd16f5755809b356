"""Thousands of tickets whose deadlines fall within one second, the product's and bare ones."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.common import Priority

from bench.bare import TASK_QUEUE, BareCase, BareWorkflow
from bench.driving import Drivers
from bench.play import Play
from bench.waiting import WAITING, waiting
from stores.journal import Journal
from workflows.case import Case
from workflows.ticket import TicketWorkflow

_AT_ONCE = 30
_CHUNK = 100


@dataclass(frozen=True)
class Due:
    """One ticket of the storm."""

    ticket_id: str
    workflow_id: str
    due_at: datetime
    play: Play


@dataclass(frozen=True)
class Fired:
    """When its first timer was armed and when it fired, as the server has it; how often it fired."""

    armed_at: datetime | None
    fired_at: datetime | None
    times: int


def gathered(drivers: Drivers, prefix: str, kind: str, number: int, at: datetime) -> list[Due]:
    """`number` tickets, due one after the other within the second that begins `at`."""
    storm = uuid4().hex[:6]
    moments = [at + timedelta(seconds=1) * n / number for n in range(number)]
    names = [f"{prefix}{storm}-{n}" for n in range(number)]
    return [
        Due(name, f"{kind}/{name}", moment, waiting(drivers.policy, name, moment))
        for name, moment in zip(names, moments, strict=True)
    ]


def written(journal: Journal, storm: Sequence[Due]) -> None:
    """The journal as it would stand had each ticket been taken in when its clock says."""
    for start in range(0, len(storm), _CHUNK):
        journal.append([entry for due in storm[start : start + _CHUNK] for entry in due.play.decisions[0]])


async def started(client: Client, queue: str, due: Due) -> None:
    """A ticket's workflow as a new run takes it up: everything in the case, its timer to be armed."""
    case = Case(ticket_id=due.ticket_id, policy=due.play.policy, ticket=due.play.ticket)
    await client.start_workflow(
        TicketWorkflow.run,
        case,
        id=due.workflow_id,
        task_queue=queue,
        priority=Priority(priority_key=int(due.play.ticket.priority.value[1])),
    )


async def started_bare(client: Client, due: Due) -> None:
    """The bare workflow with the same timer."""
    case = BareCase(ticket_id=due.ticket_id, life=WAITING, commands=1, due_at=due.due_at)
    await client.start_workflow(BareWorkflow.run, case, id=due.workflow_id, task_queue=TASK_QUEUE)


async def for_each(storm: Sequence[Due], do: Callable[[Due], Awaitable[None]]) -> None:
    """Do something for all of them, some at the same time."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(due: Due) -> None:
        async with gate:
            await do(due)

    async with asyncio.TaskGroup() as together:
        for due in storm:
            together.create_task(one(due))


async def fired(client: Client, due: Due) -> Fired:
    """What the history says of the ticket's timers."""
    events = (await client.get_workflow_handle(due.workflow_id).fetch_history()).events
    armed = [e.event_time for e in events if e.event_type == EventType.EVENT_TYPE_TIMER_STARTED]
    times = [e.event_time for e in events if e.event_type == EventType.EVENT_TYPE_TIMER_FIRED]
    first = times[0].ToDatetime(UTC) if times else None
    return Fired(armed[0].ToDatetime(UTC) if armed else None, first, len(times))


async def ended(client: Client, due: Due) -> None:
    """The ticket is not needed any more."""
    await client.get_workflow_handle(due.workflow_id).terminate("the benchmark is over")
