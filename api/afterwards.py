"""What may still be said of a ticket whose workflow has ended: why a promise was broken, and what its client thinks.

The same rules decide it, on the ticket as the journal tells it, and the journal takes it at once (docs/adr/0009).
"""

from collections.abc import Sequence

from api import reading
from api.faults import KeyReused, NoSuchTicket
from api.patience import patiently
from api.services import Services
from escalation import view as views
from escalation.commands import AnyCommand
from escalation.desk import decide
from escalation.effects import messages
from escalation.errors import TicketClosed
from escalation.events import Event
from escalation.exclusions import says
from escalation.satisfaction import says as rated
from escalation.ticket import Ticket
from escalation.view import TicketView


async def say(services: Services, ticket_id: str, command: AnyCommand) -> TicketView:
    """Say it once, however often it is asked; the view after it."""
    kept = (await reading.stored(services, ticket_id, NoSuchTicket("There is no such ticket."))).ticket
    if not kept.over:
        raise on_record_only(kept)
    try:
        policy = await reading.pinned(services, kept)
    except NoSuchTicket:
        raise on_record_only(kept) from None

    def judged(ticket: Ticket, before: Sequence[Event]) -> Sequence[Event]:
        if any(not (says(event, command) or rated(event, command)) for event in before):
            raise KeyReused("This key was used for another request.")
        return [] if before else decide(ticket, command, policy, services.now())

    ticket, entries = await patiently(services.journal.append_afterwards, ticket_id, command.request_id, judged)
    told = [word for entry in entries for word in messages(ticket, [entry.event], entry.seq, policy)]
    if told:
        await services.postman.take(told)
    return views.view(ticket)


def on_record_only(ticket: Ticket) -> TicketClosed:
    """The refusal of everything else, where no workflow is left to ask."""
    return TicketClosed(f"{ticket.id} is on record only; nothing more can be done to it.", stage=ticket.stage.value)
