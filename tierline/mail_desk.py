"""The desk for mail that comes in: the API's own ways, with a token for one client: nothing else is in reach."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from api.asking import ask, take_in
from api.faults import Fault, KeyReused, NoSuchTicket, NotConfirmed
from api.services import Services
from escalation.commands import Command, Intake
from escalation.errors import Refusal, TicketClosed
from escalation.identity import external_ticket
from escalation.ports import Token, Unavailable
from escalation.terms import Role
from escalation.view import TicketView


@dataclass
class MailDesk:
    """Implements `activities.clerk.MailDesk`."""

    handed: Callable[[], Services]

    @cached_property
    def services(self) -> Services:
        """Made with the first mail: a worker without a mailbox has no use for them."""
        return self.handed()

    async def open(self, sender: str, intake: Intake) -> str:
        """The id of the ticket, taken in once however often it is asked."""
        try:
            policy = self.services.policies.current()
            view = await take_in(self.services, policy, _token(sender, intake.client), intake, None)
        except KeyReused:  # the same mail, read under another policy
            return external_ticket(intake.client, intake.external_id or "")
        except Fault as fault:
            raise _said(fault) from fault
        return view.id

    async def ask(self, sender: str, client: str, ticket_id: str, command: Command, key: str) -> TicketView:
        """Ask one thing of a ticket, once for each key; the view after it."""
        try:
            return await ask(self.services, _token(sender, client), ticket_id, command, key)
        except Fault as fault:
            raise _said(fault) from fault


def _token(sender: str, client: str) -> Token:
    return Token(id="mail", person=sender, role=Role.INTEGRATION, clients=(client,))


def _said(fault: Fault) -> Exception:
    match fault:
        case NotConfirmed():
            return Unavailable(fault.detail)
        case NoSuchTicket():
            return TicketClosed(fault.detail)
        case _:
            return Refusal(f"{fault.code}: {fault.detail}")
