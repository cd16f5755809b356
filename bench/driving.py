"""Lives driven through a running stack: the product's through its own gateway, the bare ones through the client."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from api.gateway import Reviews, Tickets
from bench.bare import TASK_QUEUE, BareCase, BareWorkflow
from bench.lives import LIVES, MANAGER, signed
from bench.play import default_policy
from bench.stack import Stack
from escalation.commands import Resolve
from escalation.policy import Policy
from escalation.terms import Role
from tierline.wiring import temporal
from workflows.review import Waive

_WAIVED = Waive(by=MANAGER, role=Role.SERVICE_MANAGER, reason="The steps are in the document already")


@dataclass(frozen=True)
class Drivers:
    """What drives tickets, over one client; `pause` is how long, in seconds, people wait before the next command."""

    client: Client
    tickets: Tickets
    reviews: Reviews
    policy: Policy
    pause: float = 0.0

    @classmethod
    async def of(cls, stack: Stack, pause: float = 0.0) -> "Drivers":
        """A client of the stack's Temporal."""
        client = await temporal(stack.settings)
        return cls(client, Tickets(client, stack.settings.task_queue), Reviews(client), default_policy(), pause)

    async def product(self, life: str) -> str:
        """One ticket through a whole life; its id."""
        ticket_id, lived = f"B-{uuid4().hex[:12]}", LIVES[life]
        policy = self.policy.slice_for(lived.intake.client)
        view = await self.tickets.open(ticket_id, lived.opening(ticket_id), policy, ticket_id, datetime.now(UTC))
        for place, command in enumerate(lived.steps):
            asked = signed(command, view.owner, f"{ticket_id}/{place}")
            await asyncio.sleep(self.pause)
            view = await self.tickets.command(ticket_id, asked, asked.request_id)
        if lived.reviewed:
            await self.reviews.decide(ticket_id, _WAIVED, f"{ticket_id}/waive")
        return ticket_id

    async def bare(self, life: str) -> str:
        """The same commands, with the same bodies, to the bare workflow."""
        ticket_id, lived = f"b-{uuid4().hex[:12]}", LIVES[life]
        review_after = 1 + next(n for n, step in enumerate(lived.steps) if isinstance(step, Resolve))
        start = WithStartWorkflowOperation(
            BareWorkflow.run,
            BareCase(
                ticket_id=ticket_id,
                life=life,
                commands=lived.commands,
                review_after=review_after if lived.reviewed else None,
            ),
            id=f"bare/{ticket_id}",
            task_queue=TASK_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        )
        opening = lived.opening(ticket_id).model_dump(mode="json")
        await self.client.execute_update_with_start_workflow(
            "open", opening, start_workflow_operation=start, id=f"open/{ticket_id}"
        )
        handle = self.client.get_workflow_handle(f"bare/{ticket_id}")
        for place, command in enumerate(lived.steps):
            asked = signed(command, MANAGER, f"{ticket_id}/{place}")
            await asyncio.sleep(self.pause)
            await handle.execute_update("command", asked.model_dump(mode="json"), id=asked.request_id)
        if lived.reviewed:
            review = self.client.get_workflow_handle(f"bare-review/{ticket_id}")
            await review.execute_update("waive", _WAIVED.model_dump(mode="json"), id=f"{ticket_id}/waive")
        return ticket_id
