"""The spans that leave this process: each with its ticket, and none with what anybody said."""

import os
from collections.abc import Sequence
from importlib.metadata import version

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Status

from api.located import SPAN_TICKET
from tierline.logs import ticket_of

_WORKFLOW = "temporalWorkflowID"
_SAID = ("url.query", "url.full")  # what somebody searches for is theirs
_TYPE = "exception.type"


def provider(service: str, exporter: SpanExporter | None = None) -> TracerProvider:
    """Sends spans in batches to the collector that the OTEL_ variables name, as this service unless they name one."""
    named = {} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": service}
    made = TracerProvider(resource=Resource.create(named | {"service.version": version("tierline")}))
    made.add_span_processor(BatchSpanProcessor(Discreet(exporter or OTLPSpanExporter())))
    return made


class Discreet(SpanExporter):
    """Passes spans on as `told` has them."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """As the exporter behind it."""
        return self._exporter.export([told(span) for span in spans])

    def shutdown(self) -> None:
        """As the exporter behind it."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """As the exporter behind it."""
        return self._exporter.force_flush(timeout_millis)


def told(span: ReadableSpan) -> ReadableSpan:
    """The span with its ticket's id, and without queries and the words of exceptions, which may be a client's."""
    attributes = {name: value for name, value in (span.attributes or {}).items() if name not in _SAID}
    if ticket := ticket_of(str(attributes.get(_WORKFLOW, ""))):
        attributes[SPAN_TICKET] = ticket
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=attributes,
        events=[_wordless(event) for event in span.events],
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _wordless(event: Event) -> Event:
    kind = (event.attributes or {}).get(_TYPE)
    return Event(event.name, {_TYPE: kind} if kind is not None else {}, event.timestamp)
