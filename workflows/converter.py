"""How our models travel through Temporal: pydantic's JSON, without the fields that say nothing.

A field that is None is left out, and read back as its default; it is a fifth of what a ticket's history would weigh.
A ticket's view, the answer to every command, goes without whatever is at its default.
"""

from typing import Any

from pydantic import ValidationError
from pydantic_core import to_json
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverter,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
    PayloadConverter,
)
from temporalio.exceptions import ApplicationError

from escalation.errors import Refusal
from escalation.view import TicketView
from workflows.legible import ILLEGIBLE, illegible


class LeanJson(PydanticJSONPlainPayloadConverter):
    """pydantic's JSON, None left out."""

    def to_payload(self, value: Any) -> Payload | None:
        """The value as JSON of its own type."""
        if isinstance(value, TicketView):
            data = value.model_dump_json(exclude_none=True, exclude_defaults=True).encode()
        else:
            data = to_json(value, exclude_none=True)
        return Payload(metadata={"encoding": self.encoding.encode()}, data=data)

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        """The value; for a command that cannot be read, a sentence that says why not."""
        try:
            return super().from_payload(payload, type_hint)
        except ValidationError as fault:
            if sentence := illegible(type_hint, fault):
                raise sentence from None
            raise


class LeanPayloads(CompositePayloadConverter):
    """Temporal's converters with ours in place of its JSON."""

    def __init__(self) -> None:
        ours = LeanJson()
        super().__init__(
            *(
                ours if isinstance(theirs, JSONPlainPayloadConverter) else theirs
                for theirs in DefaultPayloadConverter.default_encoding_payload_converters
            )
        )


class PlainRefusals(DefaultFailureConverter):
    """A refusal is an answer, not a fault: it travels as a sentence, without a stack trace."""

    def to_failure(self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure) -> None:
        """As Temporal does it, the trace of a refusal left out."""
        super().to_failure(exception, payload_converter, failure)
        if isinstance(exception, ApplicationError) and (exception.type in Refusal.codes or exception.type == ILLEGIBLE):
            failure.stack_trace = ""


data_converter = DataConverter(payload_converter_class=LeanPayloads, failure_converter_class=PlainRefusals)
"""The one converter of every client, worker, replay and test server."""
