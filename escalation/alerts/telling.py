"""What a ticket hears of its alerts: that more came, how bad it is, that all is clear; seldom, and all at once."""

from datetime import datetime

from escalation.alerts.board import Board
from escalation.alerts.fault import Fault
from escalation.alerts.tickets import AlertTicket, Outcome
from escalation.alerts.weighing import weight_of
from escalation.commands import HearAlerts
from escalation.policy import Alerting
from escalation.terms import Line

_SILENT = frozenset({"maintenance", "flapping"})
"""Counted, and told with the next thing that there is to tell."""


def link(board: Board, ticket_id: str, fault: Fault, outcome: Outcome, received_at: datetime) -> None:
    """One more alert of this ticket; the one that opens it is told by its intake."""
    ticket = board.tickets.get(ticket_id)
    if ticket is None:
        return
    worst = min(ticket.worst, fault.worst)
    changed: dict[str, object] = {"total": ticket.total + 1, "latest": fault.summary, "worst": worst, "clear": False}
    if outcome == "opened":
        changed["told"] = ticket.told + 1
    board.put_ticket(counted := ticket.model_copy(update=changed))
    if outcome != "opened" and (outcome not in _SILENT or worst < ticket.worst or _begins_to_flap(fault, outcome)):
        tell(board, counted, received_at)


def tell(board: Board, ticket: AlertTicket, now: datetime) -> None:
    """Have it told of what there is to tell, as soon as it may be."""
    board.put_ticket(ticket.model_copy(update={"tell_at": ticket.told_soon(now, board.rules.tell_every)}))


def told_of(ticket: AlertTicket, rules: Alerting) -> HearAlerts:
    """The command by which it hears; the impact and urgency of its worst severity, where that has risen."""
    risen = weight_of(rules, ticket.worst) if ticket.worst < ticket.told_worst else None
    return HearAlerts(
        request_id=request_of(ticket),
        total=ticket.total,
        more=max(ticket.total - ticket.told, 0),
        live=ticket.live,
        flapping=ticket.flapping,
        latest=ticket.latest,
        site=ticket.site,
        storm=ticket.storm,
        clear=ticket.clear,
        impact=risen.impact if risen else None,
        urgency=risen.urgency if risen else None,
        quiet_until=ticket.quiet_until,
        window_over=ticket.window_over,
    )


def after_telling(ticket: AlertTicket, sent: AlertTicket, now: datetime, rules: Alerting) -> AlertTicket:
    """The ticket as it stands, once it has been told what there was to tell when it was `sent`."""
    news = request_of(ticket) != request_of(sent)
    told = {
        "told": max(ticket.told, sent.total),
        "told_worst": min(ticket.told_worst, sent.worst),
        "told_at": now,
        "tell_at": now + rules.tell_every if news else None,
        "clear": ticket.clear and not sent.clear,
        "attached": ticket.attached or sent.under is not None,
        "window_over": ticket.window_over and not sent.window_over,
    }
    return ticket.model_copy(update=told)


def request_of(ticket: AlertTicket) -> Line:
    """The id of this telling: a repeat is one, and what is told anew is none."""
    marks = (ticket.total, ticket.live, ticket.flapping, int(ticket.clear), int(ticket.window_over), ticket.window or 0)

    told = ticket.told_at.isoformat() if ticket.told_at else ""
    return f"alerts/{'.'.join(map(str, marks))}/{told}"


def _begins_to_flap(fault: Fault, outcome: Outcome) -> bool:
    """Whether this is the clear with which it is one too many: that is told, once."""
    cleared_at, fired_at = fault.cleared_at, fault.fired_at
    if outcome != "flapping" or cleared_at is None or fired_at is None:
        return False
    return cleared_at == fault.flapped_at and fired_at <= cleared_at
