"""Workflows that look twice at what a worker hands them: a query must not make them act.

A query about a workflow that the worker has forgotten comes with the history so far. When something has happened since
the last task (a timer fired, an activity ended, a signal came) and the next task has not begun, sdk-core hands that
over as well: as news, at the time of the last task. The workflow would act on it, at a time that never was and
without the updates that come with the next task; its commands would be kept and sent with that task; and from then on
no worker could replay the history, so the ticket would stand still for good. It takes no more than a worker that
restarts while somebody looks at a ticket whose deadline has passed. docs/adr/0006 has the evidence.

Such news is refused here: the query fails, the worker forgets the run, and the next task finds everything in its order.
"""

from typing import Any

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import SerializationContext, StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner
from temporalio.workflow import Info

_NOWHERE_ELSE = StorageDriverStoreContext(target=None)
NOT_BEGUN = "Something has just happened to this workflow that it has not taken in yet. Ask again."


class WaryRunner(SandboxedWorkflowRunner):
    """The sandbox, with each workflow in it on its guard."""

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """A workflow in its sandbox."""
        return _Wary(super().create_instance(det))


class _Wary(WorkflowInstance):
    """Passes everything on to the workflow, but for news without a task."""

    def __init__(self, workflow: WorkflowInstance) -> None:
        self._workflow = workflow
        self._begun = (0, 0)  # when the task began, in nanoseconds, and how many bytes of history there were
        self._length = 0

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        """What the workflow makes of it; refused, if the history has grown and no task has begun since."""
        begun = act.timestamp.ToNanoseconds(), act.history_size_bytes
        known = act.history_size_bytes > 0  # both come with a task's beginning; the time-skipping server says no size
        if known and begun == self._begun and act.history_length > self._length and not act.is_replaying:
            return _refused(act.run_id)
        self._begun, self._length = begun, act.history_length
        return self._workflow.activate(act)

    def get_info(self) -> Info:
        return self._workflow.get_info()

    def get_thread_id(self) -> int | None:
        return self._workflow.get_thread_id()

    # Asked for every payload, and the answer compiles and runs code in the sandbox: a quarter of what a ticket cost its
    # worker. Our converter (workflows/converter.py) is the same for every payload, and keeps none of them elsewhere.
    def get_serialization_context(self, command_info: Any) -> SerializationContext | None:  # noqa: ARG002
        return None

    def get_external_store_context(self, command_info: Any) -> StorageDriverStoreContext:  # noqa: ARG002
        return _NOWHERE_ELSE


def _refused(run_id: str) -> WorkflowActivationCompletion:
    completion = WorkflowActivationCompletion(run_id=run_id)
    completion.failed.failure.message = NOT_BEGUN
    return completion
