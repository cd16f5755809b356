"""The workflows that last: each is begun by the first worker, and once however many there are."""

from contextlib import suppress

from temporalio.client import Client
from temporalio.common import Priority, WorkflowIDConflictPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from workflows import duty, intake
from workflows.duty import DutyState, DutyWorkflow
from workflows.intake import IntakeState, IntakeWorkflow


async def begin_duty(client: Client, task_queue: str) -> None:
    """Have somebody watch who is away and who goes home; once, however many workers there are."""
    with suppress(WorkflowAlreadyStartedError, RPCError):
        await client.start_workflow(
            DutyWorkflow.run,
            DutyState(),
            id=duty.ID,
            task_queue=task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary="Relieves whoever is away or goes home",
        )


async def begin_intake(client: Client, task_queue: str) -> None:
    """Have somebody deal with what machines sent while no worker ran; once, however many workers there are."""
    with suppress(WorkflowAlreadyStartedError, RPCError):
        await client.start_workflow(
            IntakeWorkflow.run,
            IntakeState(),
            id=intake.ID,
            task_queue=task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=intake.SUMMARY,
            priority=Priority(priority_key=1),
        )
