"""What the fuzz does to tickets, and what it then asks of their histories and stories."""

import asyncio
import random
from collections import Counter
from itertools import groupby

from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.client import (
    WorkflowHistory,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.service import RPCError

from escalation import commands as ask
from escalation.events import Entry, MarkPassed
from escalation.terms import Flag, Role, Scope
from escalation.view import TicketView
from tests.workflow.desk import FULL_NOTE, HANDED_UP, Desk

_ASKED_FOR_AGAIN = "UNHANDLED_COMMAND"  # a letter arrived while the task was at work: the server gives it out anew


def random_command(chance: random.Random, ticket: TicketView, other: str, request_id: str) -> ask.AnyCommand:
    """Any command, by the owner and allowed in the stage more often than not."""
    note = chance.choice([FULL_NOTE, HANDED_UP])
    commands: list[ask.AnyCommand] = [
        ask.Accept(contacted=chance.random() < 0.3, take_over=chance.random() < 0.2),
        ask.LogAttempt(step=f"step {chance.random()}", result="no", outcome="failed", sop_step="1"),
        ask.LogAttempt(step=f"step {chance.random()}", result="no", outcome="failed"),
        ask.Escalate(reason="deeper_technical_analysis", note=note, override_reason="agreed"),
        ask.Emergency(reason="it spreads"),
        ask.Coordinate(reason="the client is angry"),
        ask.Return(reason="note_incomplete", what_is_missing="event ids"),
        ask.Transfer(to_person=chance.choice(["priya", "omar", "ivan", "nobody"]), reason="on leave", note=note),
        ask.Hold(reason="waiting_customer", evidence={"question_sent": "Which one?"}),
        ask.Resume(),
        ask.ContactMade(direction=chance.choice(["inbound", "outbound"]), text="hello"),
        ask.UpdateFields(scope=chance.choice(list(Scope)), urgency=chance.randint(1, 3)),
        ask.UpdateFields(flags=chance.choice([(), (Flag.SERVER_SIDE,)]), impact=chance.randint(1, 3)),
        ask.Comment(text="still at it"),
        ask.Comment(text="and again"),
        ask.Resolve(code="fixed", cause="identity", resolution="gone"),
        ask.Reopen(reason="not gone"),
        ask.Merge(into=other) if chance.random() < 0.15 else ask.Resume(),
        ask.Close() if chance.random() < 0.3 else ask.Comment(text="nearly done"),
    ]
    fitting = [command for command in commands if command.name in ticket.allowed]
    by = ticket.owner if chance.random() < 0.8 else chance.choice(["tomas", "elena", "sofia"])
    role = chance.choice([Role.TECHNICIAN] * 5 + [Role.SERVICE_MANAGER, Role.DISPATCHER])
    asked = chance.choice(fitting if fitting and chance.random() < 0.8 else commands)
    return asked.model_copy(update={"by": by, "role": role, "request_id": request_id})


async def harass(desk: Desk, ticket: str, other: str, chance: random.Random, tally: Counter[str], rounds: int) -> None:
    """Send random commands, claims and repeats, so many or until the ticket is over."""
    person = chance.random()
    for n in range(rounds):
        request_id = f"{ticket}/{person}/{n}"
        await asyncio.sleep(chance.random() * 0.5)  # people take their time; deadlines fall in between
        try:
            view = await desk.view(ticket)
            command = random_command(chance, view, other, request_id)
            if chance.random() < 0.15:
                await desk.handle(ticket).signal("claim", ask.Accept(by=view.owner, request_id=f"{request_id}/claim"))
            copies = 2 if chance.random() < 0.2 else 1
            await asyncio.gather(*(desk.ask(ticket, command, key=f"{request_id}/{copy}") for copy in range(copies)))
            tally[command.name] += 1
        except WorkflowUpdateFailedError:
            tally["refused"] += 1
        except WorkflowQueryFailedError:
            tally["not seen"] += 1
        except WorkflowUpdateRPCTimeoutOrCancelledError:
            tally["not confirmed"] += 1
        except RPCError:
            tally["over"] += 1
            return


async def outages(desk: Desk, chance: random.Random) -> None:
    """Take desk and journal away and bring them back, again and again until cancelled; then for good."""
    try:
        while True:
            desk.people.away, desk.journal.away = chance.random() < 0.4, chance.random() < 0.3
            await asyncio.sleep(1)
    finally:
        desk.people.away = desk.journal.away = False


async def histories(desk: Desk) -> list[WorkflowHistory]:
    """Every run of every workflow, those before a continue-as-new too."""
    return [
        await desk.client.get_workflow_handle(found.id, run_id=found.run_id).fetch_history()
        async for found in desk.client.list_workflows("WorkflowType IN ('Ticket', 'Review')")
    ]


def failed_tasks(recorded: list[WorkflowHistory]) -> list[str]:
    """Failed workflow tasks, but for those that the server simply asks for again."""
    failures = (
        (history.workflow_id, event.workflow_task_failed_event_attributes)
        for history in recorded
        for event in history.events
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
    )
    named = [(which, WorkflowTaskFailedCause.Name(failed.cause), failed.failure.message) for which, failed in failures]
    return [f"{which}: {cause}: {message}" for which, cause, message in named if not cause.endswith(_ASKED_FOR_AGAIN)]


def marks_passed_twice(story: list[Entry]) -> list[tuple[str, int, str]]:
    """Thresholds that fired more than once."""
    passed = Counter(
        (e.event.clock, e.event.generation, e.event.mark) for e in story if isinstance(e.event, MarkPassed)
    )
    return [mark for mark, times in passed.items() if times > 1]


def applied_twice(story: list[Entry]) -> list[str]:
    """Requests whose events do not all stand together and at one moment: they were decided on more than once."""
    decisions = Counter(request for (request, _), _ in groupby(story, key=lambda e: (e.request_id, e.event.at)))
    return [request for request, times in decisions.items() if request and times > 1]
