"""How workflows are isolated: our own rules and the libraries they stand on pass through, everything else does not."""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

PASSED_THROUGH = ("statemachine", "escalation", "activities", "pydantic", "pydantic_core", "structlog")


def runner() -> SandboxedWorkflowRunner:
    """The runner of every worker, in the product and in the tests."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))
