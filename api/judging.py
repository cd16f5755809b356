"""The API's way to the worker that judges the past."""

from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError

from api.faults import NotConfirmed
from escalation.backtest.kept import Backtest
from workflows.backtest import BacktestAsked, BacktestWorkflow, workflow_id

_WAIT = timedelta(seconds=5)


@dataclass(frozen=True)
class Judging:
    """Begins what is on record; implements `api.services.Judging`."""

    client: Client
    task_queue: str

    async def begin(self, backtest: Backtest) -> None:
        """Begin it, unless it is under way; NotConfirmed while Temporal does not answer."""
        try:
            await self.client.start_workflow(
                BacktestWorkflow.run,
                BacktestAsked(id=backtest.id),
                id=workflow_id(backtest.id),
                task_queue=self.task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                rpc_timeout=_WAIT,
                static_summary=f"Policy {backtest.version} on past tickets",
            )
        except RPCError as error:
            raise NotConfirmed(f"Temporal does not answer ({error.status.name.lower()}); ask again.") from None
