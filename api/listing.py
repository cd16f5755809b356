"""Pages of tickets."""

from api.faults import InvalidRequest
from api.patience import patiently
from api.services import Services
from escalation.ports import TicketFilter
from escalation.view import TicketView, view


async def page(
    services: Services, wanted: TicketFilter, limit: int, cursor: str | None
) -> tuple[tuple[TicketView, ...], str | None]:
    """The tickets of one page, and the cursor of the next; InvalidRequest for a cursor that was not given out here."""
    try:
        found = await patiently(services.read.tickets, wanted, limit, cursor)
    except ValueError as error:
        fault = {"field": "query.cursor", "message": "was not given out here"}
        raise InvalidRequest("This cursor was not given out here.", errors=[fault]) from error
    return tuple(view(kept.ticket) for kept in found.tickets), found.next_cursor
