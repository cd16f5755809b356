"""How workflows are isolated: our own rules and the libraries they stand on pass through, everything else does not."""

from temporalio.worker.workflow_sandbox import SandboxRestrictions

from workflows.wary import WaryRunner

# Of workflows/, every module that defines no workflow: loaded anew for each ticket, they would cost 6 to 10 ms and
# 200 KiB of each. They hold no state.
_OURS = (
    *("alert_doors", "attributes", "card", "case", "converter", "doors", "examples", "exclusion_doors"),
    *("family_doors", "kinship", "legible", "mailbox", "measures", "options", "questions", "rating_doors"),
    *("reception", "standing", "summaries"),
)
PASSED_THROUGH = (
    *("statemachine", "escalation", "activities", "pydantic", "pydantic_core", "structlog", "opentelemetry"),
    *(f"workflows.{module}" for module in _OURS),
)


def runner() -> WaryRunner:
    """The runner of every worker, in the product and in the tests."""
    return WaryRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))
