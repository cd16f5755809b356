"""How an episode of a fault begins, with a ticket of its own or as part of a storm, and how it is over."""

from datetime import datetime

from escalation.alerts.board import Board
from escalation.alerts.fault import Fault, Heard
from escalation.alerts.outages import gather
from escalation.alerts.tickets import AlertTicket, Outcome
from escalation.alerts.words import storm_subject


def begin(board: Board, fault: Fault, heard: Heard) -> Outcome:
    """The fault fires and no ticket knows: it joins the storm of its place, begins one, or opens a ticket."""
    began = {
        "state": "firing",
        "episode": fault.episode + 1,
        "began_at": heard.moment,
        "worst": fault.severity,
        "ticket_id": None,
        "due_at": None,
    }
    fault = fault.model_copy(update=began)
    if fault.severity > board.rules.quietest:
        board.put(fault)
        return "recorded"
    storm = board.storm_at(fault.place, heard.moment) or _storm_of(board, fault, heard)
    if storm is None:
        _open(board, fault, heard)
        gather(board, board.faults[fault.key], heard.received_at)
        return "opened"
    board.put_ticket(storm.model_copy(update={"last_at": max(storm.last_at, heard.moment)}))
    board.put(fault.model_copy(update={"ticket_id": storm.id}))
    return "joined"


def over(fault: Fault) -> Fault:
    """The end of an episode."""
    return fault.model_copy(update={"state": "quiet", "due_at": None})


def _open(board: Board, fault: Fault, heard: Heard) -> AlertTicket:
    ticket_id, command = board.intakes.opening(heard.alert, fault.episode)
    ticket = AlertTicket(
        id=ticket_id,
        client=fault.client,
        site=fault.site,
        lane=fault.lane,
        opener=fault.key,
        command=command,
        emergency=bool(fault.lane),
        made_at=heard.moment,
        last_at=heard.moment,
        worst=fault.severity,
        told_worst=fault.severity,
        latest=fault.summary,
    )
    board.put_ticket(ticket)
    board.fresh.add(ticket_id)
    board.put(fault.model_copy(update={"ticket_id": ticket_id}))
    return ticket


def _storm_of(board: Board, fault: Fault, heard: Heard) -> AlertTicket | None:
    """The ticket that becomes a storm, where this is one fault too many of its place."""
    rules = board.rules.storm
    others = [each for each in board.begun_at(fault.place, heard.moment - rules.within) if each.key != fault.key]
    if len(others) + 1 < rules.faults:
        return None
    tickets = [ticket for each in others if (ticket := board.ticket_of(each))]
    if not tickets:
        return None
    chosen = min(tickets, key=lambda t: (not board.claimed(t), t.worst))
    _become_storm(board, chosen, heard.moment)
    for ticket in {each.id: each for each in tickets}.values():
        if ticket.id != chosen.id and not ticket.storm and not board.claimed(ticket):
            _fold(board, ticket, chosen.id, heard.received_at)
    return board.tickets[chosen.id]


def _become_storm(board: Board, ticket: AlertTicket, moment: datetime) -> None:
    """A ticket that is still to be opened opens as a storm; another one hears that it is one."""
    worst = min(ticket.worst, board.rules.storm.severity)
    changed: dict[str, object] = {"storm": True, "last_at": moment, "worst": worst}
    if ticket.id in board.fresh:
        weight, intake = board.intakes.weight(worst), ticket.command.intake
        said = {
            "impact": weight.impact,
            "urgency": weight.urgency,
            "subject": storm_subject(ticket.site, ticket.latest),
        }
        if not ticket.emergency:
            command = ticket.command.model_copy(update={"intake": intake.model_copy(update=said)})
            changed |= {"command": command, "told_worst": worst}
    board.put_ticket(ticket.model_copy(update=changed))


def _fold(board: Board, ticket: AlertTicket, storm: str, now: datetime) -> None:
    """A ticket turns out to be part of a storm: its faults and alerts go there. One not tried yet is never opened."""
    for fault in board.of([ticket.id]):
        board.put(fault.model_copy(update={"ticket_id": storm}))
    ticket, into = board.tickets[ticket.id], board.tickets[storm]
    gained = {
        "total": into.total + ticket.total,
        "worst": min(into.worst, ticket.worst),
        "tell_at": into.tell_at or now,
    }
    board.put_ticket(into.model_copy(update=gained))
    board.moved[ticket.id] = storm
    board.noted = [
        each.model_copy(update={"ticket_id": storm, "outcome": "joined", "paged": False})
        if each.ticket_id == ticket.id
        else each
        for each in board.noted
    ]
    if ticket.id in board.fresh:
        board.fresh.discard(ticket.id)
        board.touched.discard(ticket.id)
        del board.tickets[ticket.id]
    else:
        board.put_ticket(ticket.model_copy(update={"into": storm, "tell_at": now}))
