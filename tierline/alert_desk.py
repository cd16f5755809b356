"""How alerts reach tickets: through the same door as everybody, with its answers in their words."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from api.faults import KeyReused, NoSuchTicket, NotConfirmed
from api.gateway import Tickets
from escalation.alerts.ports import TicketClosedError, TicketRefusedError, Told
from escalation.commands import Attach, HearAlerts, Merge, Open
from escalation.errors import Refusal, StaleCommand, TicketClosed
from escalation.identity import fingerprint
from escalation.lifecycle import OVER
from escalation.policy import Slice
from escalation.ports import Unavailable
from escalation.terms import SYSTEM, Role
from escalation.view import TicketView

T = TypeVar("T")
_ONE_CAUSE = "the same kind of fault at several clients at once"


@dataclass(frozen=True)
class TemporalAlertDesk:
    """Implements `escalation.alerts.ports.AlertDesk`."""

    tickets: Tickets

    async def open(self, ticket_id: str, command: Open, policy: Slice) -> None:
        """A ticket that lives, or has lived, under this id is open: it is told of the rest, and says if it is over."""
        now = datetime.now(UTC)
        try:
            await _asked(self.tickets.open(ticket_id, command, policy, fingerprint(command.intake), now))
        except TicketClosedError:
            return

    async def tell(self, ticket_id: str, command: HearAlerts) -> Told:
        """Every telling has an id of its own, so that a repeat is one."""
        view = await _asked(self.tickets.command(ticket_id, command, command.request_id))
        return Told(over=view.stage in OVER)

    async def attach(self, ticket_id: str, parent: str, request_id: str) -> None:
        """A parent that is over takes no children: the ticket goes on by itself."""
        view = await _asked(self.tickets.view(ticket_id))
        if not _claimed(view):
            attach = Attach(by=SYSTEM, role=Role.SYSTEM, parent=parent, reason=_ONE_CAUSE, expected_seq=view.seq)
            await _asked(self.tickets.command(ticket_id, attach, f"{request_id}/{view.seq}"))

    async def fold(self, ticket_id: str, into: str, request_id: str) -> bool:
        """Nobody takes it up between the look and the merge: the merge is of what was seen, or of nothing."""
        view = await _asked(self.tickets.view(ticket_id))
        if _claimed(view):
            return False
        merge = Merge(by=SYSTEM, role=Role.SYSTEM, into=into, reason="part of a storm of alerts", expected_seq=view.seq)
        await _asked(self.tickets.command(ticket_id, merge, f"{request_id}/{view.seq}"))
        return True


def _claimed(view: TicketView) -> bool:
    taken_up = view.accepted_at is not None or any(stay.accepted_at for stay in view.chain)
    return taken_up or view.hold is not None or view.emergency


async def _asked(answer: Awaitable[T]) -> T:
    try:
        return await answer
    except (NotConfirmed, StaleCommand) as away:
        raise Unavailable(str(away)) from None
    except (TicketClosed, NoSuchTicket, KeyReused) as over:
        raise TicketClosedError(str(over)) from None
    except Refusal as refused:
        raise TicketRefusedError(str(refused)) from None
