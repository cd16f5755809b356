"""What the Temporal UI shows as a ticket's current details."""

from collections.abc import Sequence

from temporalio import workflow

from escalation import card
from escalation.ticket import Ticket


def drawn(ticket: Ticket, recent: Sequence[str]) -> str:
    """The card; a fault in drawing it is said on it, and freezes no ticket."""
    try:
        return card.card(ticket, recent)
    except Exception as fault:  # noqa: BLE001 - whatever it is, the ticket matters more than its card
        workflow.logger.exception("the card cannot be drawn")
        return f"The card cannot be drawn: {fault}"
