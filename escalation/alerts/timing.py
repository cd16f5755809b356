"""What time brings: a fault that stays clear is over, a flapping one comes to rest, a maintenance window ends."""

from datetime import datetime

from escalation.alerts.board import Board
from escalation.alerts.episodes import begin, over
from escalation.alerts.fault import Fault, Heard
from escalation.alerts.telling import tell
from escalation.alerts.windows import Window


def pass_time(board: Board, now: datetime) -> None:
    """Windows that begin or end, and then every fault whose moment has come, in that order."""
    for window in board.windows:
        if window.until <= now and not window.over:
            _window_ends(board, window, now)
        elif window.starts_at <= now < window.until and not window.begun:
            _window_begins(board, window, now)
    due = [fault for fault in board.faults.values() if fault.due_at and fault.due_at <= now]
    for fault in sorted(due, key=lambda fault: (fault.due_at or now, fault.key)):
        _due(board, fault, now)


def _due(board: Board, fault: Fault, now: datetime) -> None:
    match fault.state:
        case "clearing":
            _end(board, fault, now)
        case "flapping" if fault.cleared_at and fault.fired_at and fault.cleared_at >= fault.fired_at:
            _end(board, fault, now)
        case "flapping":
            _still_fires(board, fault, now)
        case "suppressed" | "settling":
            _judge_anew(board, fault, now)
        case _:
            board.put(fault.model_copy(update={"due_at": None}))


def _end(board: Board, fault: Fault, now: datetime) -> None:
    """Over. The last fault of a ticket has it told that all is clear."""
    board.put(over(fault).model_copy(update={"flapped_at": None}))
    ticket = board.tickets.get(fault.ticket_id or "")
    if ticket is not None and ticket.live == 0:
        tell(board, ticket.model_copy(update={"clear": True}), now)


def _still_fires(board: Board, fault: Fault, now: datetime) -> None:
    """It comes and goes no more, and it fires: an ordinary fault again."""
    steady = fault.model_copy(update={"state": "firing", "due_at": None, "flapped_at": None, "clears": ()})
    ticket = board.ticket_of(fault)
    board.put(steady)
    if ticket is None:
        _judge_anew(board, steady, now)
    elif ticket is not None:
        tell(board, board.tickets[ticket.id], now)


def _judge_anew(board: Board, fault: Fault, now: datetime) -> None:
    """Nothing cleared it meanwhile: as if it fired now, unless another window covers it."""
    if fault.last is None:
        board.put(over(fault))
        return
    window = board.window(fault, now)
    if window is not None:
        board.put(fault.model_copy(update={"state": "suppressed", "due_at": window.until, "ticket_id": None}))
        return
    again = Heard(number=0, received_at=now, alert=fault.last.model_copy(update={"occurred_at": now}))
    begin(board, fault, again)


def _window_begins(board: Board, window: Window, now: datetime) -> None:
    """Pages about what it covers are kept back; a ticket that has to do with anything else goes on paging."""
    for ticket in list(board.tickets.values()):
        faults = [fault for fault in board.of([ticket.id]) if fault.live]
        covered = [window.concerns(fault) and not board.intakes.security(fault) for fault in faults]
        if covered and all(covered) and board.open(ticket) and not ticket.emergency:
            kept = {"window": window.id, "quiet_until": window.until, "window_over": False}
            tell(board, ticket.model_copy(update=kept), now)
    board.windows = tuple(w.model_copy(update={"begun": True}) if w.id == window.id else w for w in board.windows)


def _window_ends(board: Board, window: Window, now: datetime) -> None:
    """What it kept back is judged anew at once."""
    for ticket in list(board.tickets.values()):
        if ticket.window == window.id:
            tell(board, ticket.model_copy(update={"window": None, "quiet_until": None, "window_over": True}), now)
    for fault in list(board.faults.values()):
        if fault.state == "suppressed" and window.concerns(fault):
            board.put(fault.model_copy(update={"due_at": now}))
    ended = {"begun": True, "over": True}
    board.windows = tuple(w.model_copy(update=ended) if w.id == window.id else w for w in board.windows)


def ticket_gone(board: Board, ticket_id: str, now: datetime) -> None:
    """It turned out to be over when it was to be told: what has fired since it last heard is judged anew."""
    ticket = board.tickets.get(ticket_id)
    if ticket is None:
        return
    board.put_ticket(ticket.model_copy(update={"state": "over", "tell_at": None, "clear": False}))
    since = ticket.told_at or ticket.made_at
    for fault in board.of([ticket_id]):
        if fault.state == "firing" and fault.heard_at and fault.heard_at > since:
            board.put(fault.model_copy(update={"state": "settling", "due_at": now}))
