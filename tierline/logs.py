"""Structured logs, one line each: readable by default, JSON where a collector reads them."""

import logging
import sys

import structlog

_QUIET = ("httpx", "httpcore", "apprise", "temporalio.activity")  # they log whole URLs, or every retry


def configure(form: str) -> None:
    """Send everything, structlog's and the standard library's, to standard error in one shape."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
    ]
    json = form == "json"
    # Plain tracebacks: the rich ones take seconds and show every local, clients' data with them.
    plain = structlog.dev.plain_traceback
    readable = structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, exception_formatter=plain)
    last: structlog.typing.Processor = structlog.processors.JSONRenderer() if json else readable
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
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
