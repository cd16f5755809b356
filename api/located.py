"""Which ticket a request is about: on every line of its log, and on its trace."""

import structlog
from opentelemetry import trace

TICKET = "ticket_id"
SPAN_TICKET = "tierline.ticket_id"


def about(ticket_id: str | None) -> None:
    """From here on, what this request logs and traces names the ticket."""
    if ticket_id:
        structlog.contextvars.bind_contextvars(**{TICKET: ticket_id})
        trace.get_current_span().set_attribute(SPAN_TICKET, ticket_id)
