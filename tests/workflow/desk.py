"""What workflow tests drive tickets with."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from temporalio.client import Client, WithStartWorkflowOperation, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.testing import WorkflowEnvironment

from escalation.commands import AnyCommand, Contact, Intake, IntakeFacts, Open, Opening
from escalation.events import Event
from escalation.handoff import HandoffNote
from escalation.policy import Policy
from escalation.terms import Role
from escalation.view import SlaView, TicketView
from tests.workflow.ports import MemoryDesk, MemoryJournal, MemoryPostman
from workflows.case import Case
from workflows.ticket import TicketWorkflow

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
        return ticket_id

    async def ask(self, ticket_id: str, command: AnyCommand, *, key: str | None = None) -> TicketView:
        """One command, as its update; the view after it."""
        answer = await self.handle(ticket_id).execute_update(command.name, command, id=key, result_type=TicketView)
        return TicketView.model_validate(answer)

    async def view(self, ticket_id: str) -> TicketView:
        return await self.handle(ticket_id).query(TicketWorkflow.view)

    async def sla(self, ticket_id: str) -> SlaView:
        return await self.handle(ticket_id).query(TicketWorkflow.sla)

    def handle(self, ticket_id: str) -> WorkflowHandle[TicketWorkflow, str]:
        return self.client.get_workflow_handle_for(TicketWorkflow.run, f"ticket/{ticket_id}")

    async def skip(self, **span: float) -> datetime:
        """Let time pass; the moment it is then."""
        await self.env.sleep(timedelta(**span))
        return await self.env.get_current_time()

    def story(self, ticket_id: str) -> list[Event]:
        """What the journal holds of a ticket."""
        return [entry.event for entry in self.journal.entries(ticket_id)]

    def kinds(self, ticket_id: str) -> list[str]:
        return [event.kind for event in self.story(ticket_id)]

    def sent(self, template: str) -> list[str]:
        """To whom a message of this template went."""
        return [message.to for message in self.post.messages.values() if message.template == template]
