"""OpenTelemetry traces: on where the standard variables name a collector, and otherwise not even loaded."""

import os
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

log = structlog.get_logger()

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


def tracing(service: str) -> "TracerProvider | None":
    """A provider whose spans go to the collector by OTLP over HTTP; None where tracing is off or cannot be had."""
    if not _wanted():
        return None
    try:
        from tierline.spans import provider
    except ImportError:
        log.warning("traces are wanted, and their packages are not there: pip install 'tierline[otel]'")
        return None
    return provider(service)


def _wanted() -> bool:
    said = os.environ
    off = said.get("OTEL_SDK_DISABLED", "").lower() == "true" or said.get("OTEL_TRACES_EXPORTER", "").lower() == "none"
    return not off and any(said.get(name) for name in _ENDPOINTS)
