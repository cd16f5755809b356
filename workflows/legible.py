"""What cannot be read as a command: the sentence by which whoever sent it learns what to send instead.

The models of commands are lenient, so that the rules can name what is missing. What is left is a payload that is no
object at all, more or fewer of them than one, and a value of the wrong kind: Temporal would answer with a Python
error. What was sent is never repeated: it may be a secret.
"""

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    HandleQueryInput,
    HandleUpdateInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)

from escalation.commands import Command, Opening
from escalation.review.decision import Decision
from workflows.examples import payload

ILLEGIBLE = "invalid_request"
_MOST = 5  # faults named at once
_MOMENT = TypeAdapter(AwareDatetime)


def illegible(hint: object, fault: ValidationError) -> ApplicationError | None:
    """What to tell whoever sent this; None where it was not sent by people, so that it fails as it would."""
    if not isinstance(hint, type) or not issubclass(hint, Command | Decision | Opening):
        return None
    errors = fault.errors(include_url=False, include_input=False, include_context=False)
    if any(not error["loc"] for error in errors):
        return one_object(hint.name)
    said = "; ".join(_words(error) for error in errors[:_MOST])
    return refused(f"{hint.name} cannot be read: {said}.")


def one_object(name: str) -> ApplicationError:
    """It takes one JSON object, such as this."""
    return refused(f"{name} takes one JSON object, such as {payload(name)}")


def moment(said: object) -> datetime | None:
    """The moment that a query is about; none where the UI's box for it held nothing."""
    if said in (None, "", {}):
        return None
    try:
        return _MOMENT.validate_python(said)
    except ValidationError:
        raise refused('This is no moment with its zone, such as "2026-03-02T09:00:00Z"') from None


def refused(message: str) -> ApplicationError:
    """As an update or a query says it."""
    return ApplicationError(message, type=ILLEGIBLE, non_retryable=True)


def _words(error: ErrorDetails) -> str:
    return f"{'.'.join(map(str, error['loc']))}: {error['msg']}"


class Legible(Interceptor):
    """Every worker's: an update with no payload or with two is refused in a sentence; a query's are passed over."""

    def workflow_interceptor_class(self, _: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        """For each run."""
        return _OnePayload


class _OnePayload(WorkflowInboundInterceptor):
    def handle_update_validator(self, input: HandleUpdateInput) -> None:  # noqa: A002 - the SDK names it so
        """Before any validator of ours."""
        if len(input.args) != 1 or input.args[0] is None:
            raise one_object(input.update)
        super().handle_update_validator(input)

    async def handle_query(self, input: HandleQueryInput) -> Any:  # noqa: A002 - the SDK names it so
        """A query that asks for nothing, whatever was sent with it: the UI's box for it may have held something."""
        if input.query not in _TAKES_ONE:
            input.args = []
        return await super().handle_query(input)


_TAKES_ONE = frozenset({"sla", "__stack_trace"})
