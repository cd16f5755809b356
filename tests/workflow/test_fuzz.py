"""Random commands, signals, deadlines and outages on tickets whose worker forgets them again and again."""

import asyncio
import random
from collections import Counter
from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.client import WorkflowHistory, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError
from temporalio.worker import Replayer

from escalation import commands as ask
from escalation.calendar import AROUND_THE_CLOCK
from escalation.policy import Policy, Promises, Target
from escalation.terms import Flag, Priority, Role, Scope
from escalation.ticket import fold
from tests.workflow.desk import FULL_NOTE, Desk, intake
from tests.workflow.devserver import dev_desk
from workflows.converter import data_converter
from workflows.sandbox import runner
from workflows.ticket import TicketWorkflow

_TICKETS, _COMMANDS, _PEOPLE_AT_ONCE = 6, 24, 3
_MERGED = "UNHANDLED_COMMAND"  # a new letter arrived while the task was at work: the server asks for it again


def hasty(policy: Policy) -> Policy:
    """The default policy with promises of seconds, so that deadlines fall between the commands."""
    quick = Target(time=timedelta(seconds=4), calendar="x24")
    promises = dict.fromkeys(
        Priority, Promises(response=quick, resolution=Target(time=timedelta(seconds=9), calendar="x24"))
    )
    agreements = {name: a.model_copy(update={"promises": promises}) for name, a in policy.agreements.items()}
    auto = policy.auto_escalation.model_copy(update={"at_least": timedelta(seconds=2)})
    after = policy.after_resolution.model_copy(
        update={"auto_close": timedelta(seconds=6), "reopen_window": timedelta(seconds=5)}
    )
    return policy.model_copy(
        update={
            "agreements": agreements,
            "accept": dict.fromkeys(Priority, Target(time=timedelta(seconds=2), calendar="x24")),
            "auto_escalation": auto,
            "after_resolution": after,
            "calendars": dict.fromkeys(policy.calendars, AROUND_THE_CLOCK),
        }
    )


def random_command(chance: random.Random, owner: str, other: str) -> ask.AnyCommand:
    """Any command, by the owner more often than not."""
    by = owner if chance.random() < 0.8 else chance.choice(["tomas", "elena", "sofia"])
    role = chance.choice([Role.TECHNICIAN] * 5 + [Role.SERVICE_MANAGER, Role.DISPATCHER])
    who = {"by": by, "role": role}
    return chance.choice(
        [
            lambda: ask.Accept(**who, contacted=chance.random() < 0.3, take_over=chance.random() < 0.2),
            lambda: ask.LogAttempt(
                **who,
                step=f"step {chance.random()}",
                result="no",
                outcome="failed",
                sop_step=chance.choice(["1", None]),
            ),
            lambda: ask.Escalate(**who, reason="deeper_technical_analysis", note=FULL_NOTE, override_reason="agreed"),
            lambda: ask.Emergency(**who, reason="it spreads"),
            lambda: ask.Coordinate(**who, reason="the client is angry"),
            lambda: ask.Return(**who, reason="note_incomplete", what_is_missing="event ids"),
            lambda: ask.Transfer(
                **who, to_person=chance.choice(["priya", "omar", "ivan", "nobody"]), reason="on leave"
            ),
            lambda: ask.Hold(**who, reason="waiting_customer", evidence={"question_sent": "Which one?"}),
            lambda: ask.Resume(**who),
            lambda: ask.ContactMade(**who, direction=chance.choice(["inbound", "outbound"]), text="hello"),
            lambda: ask.UpdateFields(
                **who,
                scope=chance.choice(list(Scope)),
                urgency=chance.randint(1, 3),
                flags=chance.choice([(), (Flag.SERVER_SIDE,)]),
            ),
            lambda: ask.Comment(**who, text="still at it"),
            lambda: ask.Resolve(**who, code="fixed", cause="identity", resolution="gone"),
            lambda: ask.Reopen(**who, reason="not gone"),
            lambda: ask.Merge(**who, into=other) if chance.random() < 0.15 else ask.Resume(**who),
            lambda: ask.Close(**who) if chance.random() < 0.3 else ask.Resume(**who),
        ]
    )()


async def harass(desk: Desk, ticket: str, other: str, chance: random.Random, tally: Counter[str]) -> None:
    """Send random commands until there have been enough or the ticket is over."""
    for n in range(_COMMANDS // _PEOPLE_AT_ONCE):
        await asyncio.sleep(chance.random() * 0.4)  # people take their time; deadlines fall in between
        try:
            owner = (await desk.view(ticket)).owner
            command = random_command(chance, owner, other)
            if chance.random() < 0.15:
                claim = ask.Accept(by=owner, request_id=f"{ticket}/{n}/{chance.random()}")
                await desk.handle(ticket).signal("claim", claim)
            await desk.ask(ticket, command, key=f"{ticket}/{n}/{chance.random()}")
            tally[command.name] += 1
        except WorkflowUpdateFailedError:
            tally["refused"] += 1
        except WorkflowUpdateRPCTimeoutOrCancelledError:
            tally["not confirmed"] += 1
        except RPCError:
            tally["over"] += 1
            return


async def outages(desk: Desk, chance: random.Random, stop: asyncio.Event) -> None:
    """Take desk and journal away, and bring them back."""
    while not stop.is_set():
        desk.people.away, desk.journal.away = chance.random() < 0.3, chance.random() < 0.3
        await asyncio.sleep(1)
    desk.people.away = desk.journal.away = False


async def histories(desk: Desk) -> list[WorkflowHistory]:
    """Every run of every ticket, those before a continue-as-new too."""
    return [
        await desk.client.get_workflow_handle(found.id, run_id=found.run_id).fetch_history()
        async for found in desk.client.list_workflows("WorkflowType = 'Ticket'")
    ]


# The SDK says so when a worker forgets a ticket whose local activity has just ended; nothing is lost by it.
@pytest.mark.filterwarnings("ignore:Cannot find activity to cancel for token:UserWarning")
@pytest.mark.parametrize(("cached", "seed"), [(0, 1), (2, 2)])
async def test_random_commands_leave_no_failed_workflow_task(policy: Policy, cached: int, seed: int) -> None:
    chance, tally = random.Random(seed), Counter[str]()
    async with dev_desk(hasty(policy), cached, continue_after=90) as desk:
        tickets = [await desk.open(intake(), key=str(n)) for n in range(_TICKETS)]
        stop = asyncio.Event()
        weather = asyncio.create_task(outages(desk, chance, stop))
        await asyncio.gather(
            *(
                harass(desk, ticket, tickets[(n + 1) % _TICKETS], random.Random(f"{seed}/{n}/{person}"), tally)
                for n, ticket in enumerate(tickets)
                for person in range(_PEOPLE_AT_ONCE)
            )
        )
        stop.set()
        await weather
        views = [await desk.view(ticket) for ticket in tickets]
        recorded = await histories(desk)
        await settled(desk, tickets)

    assert sum(tally.values()) > _TICKETS * 10, tally
    assert len([name for name in tally if name not in ("refused", "over", "not confirmed")]) >= 8, tally
    assert failed_tasks(recorded) == []
    assert all(view.owner for view in views)
    for ticket in tickets:
        story = [entry.event for entry in desk.journal.entries(ticket)]
        assert fold(story).owner, ticket
    replayer = Replayer(workflows=[TicketWorkflow], data_converter=data_converter, workflow_runner=runner())
    for history in recorded:
        await replayer.replay_workflow(history)


async def settled(desk: Desk, tickets: list[str]) -> None:
    """Wait until the journal holds every event of every ticket; the retries come within a minute."""
    async with asyncio.timeout(75):
        for ticket in tickets:
            while len(desk.journal.entries(ticket)) < (await desk.view(ticket)).seq:
                await asyncio.sleep(0.5)


def failed_tasks(recorded: list[WorkflowHistory]) -> list[str]:
    """Failed workflow tasks, but for those that the server simply asks for again."""
    failures = (
        (history.workflow_id, event.workflow_task_failed_event_attributes)
        for history in recorded
        for event in history.events
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
    )
    named = [
        (ticket, WorkflowTaskFailedCause.Name(failed.cause), failed.failure.message) for ticket, failed in failures
    ]
    return [f"{ticket}: {cause}: {message}" for ticket, cause, message in named if not cause.endswith(_MERGED)]
