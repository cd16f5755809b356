"""The workflows that last: each is begun by the first worker, and once however many there are."""

from contextlib import suppress
from datetime import timedelta

from temporalio.client import Client
from temporalio.common import Priority, WorkflowIDConflictPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from workflows import duty, intake, mail
from workflows.duty import DutyState, DutyWorkflow
from workflows.intake import IntakeState, IntakeWorkflow
from workflows.mail import MailState, MailWorkflow


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


async def begin_mail(client: Client, task_queue: str, every: timedelta) -> None:
    """Have somebody look at the desk's mailbox so often; once, however many workers there are."""
    with suppress(WorkflowAlreadyStartedError, RPCError):
        await client.start_workflow(
            MailWorkflow.run,
            MailState(every=every),
            id=mail.ID,
            task_queue=task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary="Reads the desk's mail",
        )
