"""Structured logs, one line each: readable by default, JSON where a collector reads them."""

import logging
import sys

import structlog
from opentelemetry import trace
from structlog.typing import EventDict, Processor, WrappedLogger
from temporalio import workflow

_QUIET = ("httpx", "httpcore", "apprise")  # they log whole URLs
_TOLD_BY_US = "temporalio.activity"  # a traceback for every failure; tierline.activity_log has a line for each
_OF_A_TICKET = ("ticket/", "review/")


def configure(form: str) -> None:
    """Send everything, structlog's and the standard library's, to standard error in one shape."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        located,
        traced,
    ]
    workflow.logger.workflow_info_on_message = False  # it stands in fields of its own
    json = form == "json"
    # Plain tracebacks: the rich ones take seconds and show every local, clients' data with them.
    plain = structlog.dev.plain_traceback
    readable = structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, exception_formatter=plain)
    last: Processor = structlog.processors.JSONRenderer() if json else readable
    if json:
        shared += [structlog.processors.TimeStamper(fmt="iso", utc=True), structlog.processors.format_exc_info]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger(_TOLD_BY_US).setLevel(logging.ERROR)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def ticket_of(workflow_id: str) -> str | None:
    """The ticket that a workflow is about, by the workflow's name; None where the name does not say."""
    return next((workflow_id.removeprefix(word) for word in _OF_A_TICKET if workflow_id.startswith(word)), None)


def located(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Where a workflow's line comes from, in the fields that every other line has."""
    said = event.pop("temporal_workflow", None)
    event.pop("temporal_activity", None)  # bound as fields of their own
    if isinstance(said, dict):
        workflow_id = str(said.get("workflow_id", ""))
        found = {"workflow_id": workflow_id, "run_id": said.get("run_id"), "ticket_id": ticket_of(workflow_id)}
        event.update({name: value for name, value in found.items() if value})
    return event


def traced(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The trace in which a line was written, where there is one."""
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        event.update(trace_id=f"{span.trace_id:032x}", span_id=f"{span.span_id:016x}")
    return event
