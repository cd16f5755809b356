"""Where an operator sees the workflow of a ticket."""

from urllib.parse import quote

from api.services import Services


def monitor(services: Services, ticket_id: str) -> str:
    """The address of the ticket's workflow in the Temporal UI; empty where no UI is known."""
    if not services.temporal_ui:
        return ""
    return f"{services.temporal_ui.rstrip('/')}/workflows/{quote(f'ticket/{ticket_id}', safe='')}"
