"""One cause at several clients: the tickets of the same kind of fault get a parent among them."""

from datetime import datetime
from fnmatch import fnmatchcase

from escalation.alerts.board import Board
from escalation.alerts.fault import Fault
from escalation.alerts.telling import tell
from escalation.alerts.tickets import AlertTicket
from escalation.policy import Alerting


def shared(kind: str, rules: Alerting) -> bool:
    """Whether faults of this kind may have one cause at several clients."""
    return bool(kind) and any(fnmatchcase(kind, pattern) for pattern in rules.outage.kinds)


def gather(board: Board, fault: Fault, now: datetime) -> None:
    """Where enough clients have it, the first ticket is the parent of those that nobody has claimed.

    Emergencies stay each by itself: somebody has to take up every one of them.
    """
    rules = board.rules.outage
    if fault.began_at is None or not shared(fault.kind, board.rules):
        return
    alike = board.alike(fault.kind, fault.began_at - rules.within)
    tickets = {t.id: t for each in alike if (t := board.ticket_of(each)) and not t.emergency}
    if len({ticket.client for ticket in tickets.values()}) < rules.clients:
        return
    parent = _parent(list(tickets.values()))
    for ticket in tickets.values():
        if ticket.id != parent and ticket.under is None and not board.claimed(ticket):
            tell(board, ticket.model_copy(update={"under": parent}), now)


def _parent(tickets: list[AlertTicket]) -> str:
    """The parent that some of them have already, else the first."""
    known = {ticket.under for ticket in tickets if ticket.under}
    return next((ticket.id for ticket in tickets if ticket.id in known), tickets[0].id)
