"""What workflow tests drive tickets with."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateHandle,
    WorkflowUpdateStage,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from escalation.commands import AnyCommand, Contact, Intake, IntakeFacts, Open, Opening
from escalation.events import Event, Fact
from escalation.handoff import HandoffNote, StepTried
from escalation.policy import Policy
from escalation.terms import Role
from escalation.view import SlaView, TicketView
from tests.workflow.ports import (
    MemoryCover,
    MemoryDesk,
    MemoryJournal,
    MemoryLibrary,
    MemoryPostman,
    MemoryReadings,
    MemoryRelief,
)
from tests.workflow.waiting import eventually
from workflows.case import Case
from workflows.ticket import TicketWorkflow

E = TypeVar("E", bound=Fact)

FACTS = IntakeFacts(
    affected_systems=("workstation WS-12",),
    error_messages="none seen",
    users_affected=1,
    recent_changes="none known",
    steps_attempted="restarted",
)
FULL_NOTE = HandoffNote(
    summary_symptoms="Sign-in fails with error 53003 since this morning",
    steps_tried=None,
    what_failed="password reset and unlock",
    suspected_cause="conditional access",
    customer_told="a specialist calls back within the hour",
)

HANDED_UP = FULL_NOTE.model_copy(
    update={"steps_tried": (StepTried(step="reset the password", result="still locked", tier=1),)}
)


def intake(**changes: object) -> Intake:
    """A password reset of an ordinary client, with everything that triage asks for."""
    usual: dict[str, object] = {
        "client": "acme-dental",
        "contact": Contact(name="Bob Miller", email="bob@acme.example"),
        "subject": "Cannot sign in",
        "category": "identity.password_reset",
        "impact": 3,
        "urgency": 2,
        "facts": FACTS,
    }
    return Intake.model_validate({**usual, **changes})


@dataclass
class Desk:
    """Drives tickets the way people and tools do, and moves the clock."""

    env: WorkflowEnvironment
    client: Client
    policy: Policy
    people: MemoryDesk
    journal: MemoryJournal
    post: MemoryPostman
    relief: MemoryRelief = field(default_factory=MemoryRelief)
    cover: MemoryCover = field(default_factory=MemoryCover)
    library: MemoryLibrary = field(default_factory=MemoryLibrary)
    readings: MemoryReadings = field(default_factory=MemoryReadings)
    opened: int = field(default=0)

    async def open(self, taken: Intake | None = None, *, ticket_id: str | None = None, key: str = "k") -> str:
        """Take a ticket in; its id."""
        self.opened += 1
        ticket_id = ticket_id or f"T-{self.opened}"
        taken = taken or intake()
        case = Case(
            ticket_id=ticket_id,
            policy=self.policy.slice_for(taken.client),
            intake=Open(by="dana", role=Role.DISPATCHER, intake=taken, request_id=f"intake/{key}"),
            fingerprint=key,
        )
        start = WithStartWorkflowOperation(
            TicketWorkflow.run,
            case,
            id=f"ticket/{ticket_id}",
            task_queue="tierline",
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        )
        await self.client.execute_update_with_start_workflow(
            "open", Opening(fingerprint=key), start_workflow_operation=start, id=f"intake/{key}"
        )
        await self.until_waiting(ticket_id)
        return ticket_id

    async def ask(self, ticket_id: str, command: AnyCommand, *, key: str | None = None) -> TicketView:
        """One command, as its update; the view after it. A ticket that does not answer for a minute is stuck."""
        async with asyncio.timeout(60):
            answer = await self.handle(ticket_id).execute_update(command.name, command, id=key, result_type=TicketView)
        return TicketView.model_validate(answer)

    async def view(self, ticket_id: str) -> TicketView:
        return await self.handle(ticket_id).query(TicketWorkflow.view)

    async def sla(self, ticket_id: str) -> SlaView:
        return await self.handle(ticket_id).query(TicketWorkflow.sla, await self.env.get_current_time())

    def handle(self, ticket_id: str) -> WorkflowHandle[TicketWorkflow, str]:
        return self.client.get_workflow_handle_for(TicketWorkflow.run, f"ticket/{ticket_id}")

    async def skip(self, **span: float) -> datetime:
        """Let time pass; the moment it is then.

        Not to a moment at which a timer fires, if the ticket is asked something next: the time-skipping server strands
        a run whose task cancels a timer that fired while the task was under way (sdk-java #3088).
        """
        await self.env.sleep(timedelta(**span))
        return await self.env.get_current_time()

    async def refused(self, ticket_id: str, command: AnyCommand, *, key: str | None = None) -> ApplicationError:
        """The refusal of one command."""
        with pytest.raises(WorkflowUpdateFailedError) as caught:
            await self.ask(ticket_id, command, key=key)
        assert isinstance(caught.value.cause, ApplicationError)
        return caught.value.cause

    async def begin(self, ticket_id: str, command: AnyCommand) -> WorkflowUpdateHandle[TicketView]:
        """The command accepted; its answer is awaited later."""
        return await self.handle(ticket_id).start_update(
            command.name, command, result_type=TicketView, wait_for_stage=WorkflowUpdateStage.ACCEPTED
        )

    async def skip_to(self, moment: datetime) -> None:
        """Let time pass until then."""
        await self.env.sleep(moment - await self.env.get_current_time())

    async def until_waiting(self, ticket_id: str) -> None:
        """Wait until nothing of the ticket is under way: an intake is answered before it is written and sent."""

        async def idle() -> bool:
            return not (await self.handle(ticket_id).describe()).raw_description.pending_activities

        await eventually(idle)

    async def until_journalled(self, ticket_id: str, kind: str) -> None:
        """Wait, a few real seconds at most, until the journal tells of such an event."""

        async def told() -> bool:
            return kind in self.kinds(ticket_id)

        await eventually(told)

    async def events(self, ticket_id: str) -> list[str]:
        """The history in the words of the server, without the tasks."""
        names = [EventType.Name(event.event_type) for event in (await self.handle(ticket_id).fetch_history()).events]
        return [name.removeprefix("EVENT_TYPE_") for name in names if "WORKFLOW_TASK" not in name]

    def of(self, ticket_id: str, kind: type[E]) -> list[E]:
        """The events of one kind, in order."""
        return [event for event in self.story(ticket_id) if isinstance(event, kind)]

    def story(self, ticket_id: str) -> list[Event]:
        """What the journal holds of a ticket."""
        return [entry.event for entry in self.journal.entries(ticket_id)]

    def kinds(self, ticket_id: str) -> list[str]:
        return [event.kind for event in self.story(ticket_id)]

    def sent(self, template: str) -> list[str]:
        """To whom a message of this template went."""
        return [message.to for message in self.post.messages.values() if message.template == template]
