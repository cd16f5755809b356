"""A desk on the time-skipping server: one server for each test, real workflows and activities, ports in memory."""

import shutil
import sysconfig
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.desk import DeskActivities
from activities.effects import EffectActivities
from escalation.commands import AnyCommand, Contact, Intake, IntakeFacts, Open, Opening
from escalation.events import Event
from escalation.handoff import HandoffNote
from escalation.policy import Policy
from escalation.terms import Role
from escalation.view import SlaView, TicketView
from tests.workflow.ports import MemoryDesk, MemoryJournal, MemoryPostman
from tierline.policy_file import load_policy
from workflows.attributes import ATTRIBUTES
from workflows.case import Case
from workflows.sandbox import runner
from workflows.ticket import TicketWorkflow

_KINDS = {"Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD, "Bool": IndexedValueType.INDEXED_VALUE_TYPE_BOOL}
_ROOT = Path(__file__).resolve().parents[2]

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


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy(_ROOT / "policies" / "default.yaml")


@pytest.fixture(params=[1000], ids=["cached"])
def cached_workflows(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
async def desk(policy: Policy, cached_workflows: int) -> AsyncIterator[Desk]:
    binary = shutil.which("temporal-test-server", path=sysconfig.get_path("scripts"))
    async with await WorkflowEnvironment.start_time_skipping(
        data_converter=pydantic_data_converter, test_server_existing_path=binary
    ) as env:
        await env.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=env.client.namespace,
                search_attributes={name: _KINDS[kind] for name, kind in ATTRIBUTES.items()},
            )
        )
        people, journal, post = MemoryDesk(policy), MemoryJournal(), MemoryPostman()
        effects = EffectActivities(journal, post)
        with ThreadPoolExecutor(8) as threads:
            async with Worker(
                env.client,
                task_queue="tierline",
                workflows=[TicketWorkflow],
                activities=[DeskActivities(people).name_receivers, effects.carry_out],
                activity_executor=threads,
                workflow_runner=runner(),
                max_cached_workflows=cached_workflows,
            ):
                yield Desk(env, env.client, policy, people, journal, post)
