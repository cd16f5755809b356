"""Temporal's calls in the trace of the request that made them, up to the activity that carries it out.

The SDK's own interceptor puts an update into the trace of the workflow's start, with a link to the request. A ticket
lives for days and is asked many things: each belongs to the trace of whoever asked.
"""

from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind
from temporalio.api.common.v1 import Payload
from temporalio.contrib.opentelemetry import TracingInterceptor, TracingWorkflowInboundInterceptor
from temporalio.worker import HandleUpdateInput, WorkflowInboundInterceptor, WorkflowInterceptorClassInput

from workflows.mailbox import in_trace


class TicketTracing(TracingInterceptor):
    """Spans of client, workflow and activity; none on replay, and none of what nobody traced."""

    def __init__(self, provider: TracerProvider) -> None:
        super().__init__(provider.get_tracer("tierline"))

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002 - the SDK's own name
    ) -> type[TracingWorkflowInboundInterceptor]:
        """The SDK's, but for updates."""
        super().workflow_interceptor_class(input)
        return _Inbound


class _Inbound(TracingWorkflowInboundInterceptor):
    def handle_update_validator(self, input: HandleUpdateInput) -> None:  # noqa: A002 - the SDK's own name
        """What is refused here leaves no trace in history; in the request's own trace it does."""
        with in_trace(self._asked_in(input)):
            self._completed_span(f"ValidateUpdate:{input.update}", kind=SpanKind.SERVER)
            WorkflowInboundInterceptor.handle_update_validator(self, input)

    async def handle_update_handler(self, input: HandleUpdateInput) -> object:  # noqa: A002 - the SDK's own name
        """The letter that the handler writes keeps the trace, and the loop goes on in it."""
        with in_trace(self._asked_in(input)):
            self._completed_span(f"HandleUpdate:{input.update}", kind=SpanKind.SERVER)
            return await WorkflowInboundInterceptor.handle_update_handler(self, input)

    def _asked_in(self, said: HandleUpdateInput) -> Context:
        header: Payload | None = said.headers.get(self.header_key)
        carrier = self.payload_converter.from_payloads([header])[0] if header else None
        return self._set_on_context(self.text_map_propagator.extract(carrier) if carrier else Context())
