"""Tells a webhook's workflow that there is something for it; begins it, where it is not there."""

from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy

from workflows.webhook import Hook, WebhookWorkflow

_WAIT = timedelta(seconds=3)


@dataclass(frozen=True)
class HookBell:
    """Rung by whoever knows of something new; where Temporal does not answer, the next ring does it."""

    client: Client
    task_queue: str

    async def wake(self, webhook: str) -> None:
        """Have it look now; RPCError while Temporal is away."""
        await self.client.start_workflow(
            WebhookWorkflow.run,
            Hook(webhook=webhook),
            id=f"webhook/{webhook}",
            task_queue=self.task_queue,
            start_signal="look",
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            rpc_timeout=_WAIT,
            static_summary="Events to another program",
        )
