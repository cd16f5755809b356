"""What one alert makes of what is known. Any order, any repeat: a fault has one open ticket at most."""

from datetime import datetime

from escalation.alerts.alert import Alert
from escalation.alerts.board import Board
from escalation.alerts.episodes import begin, over
from escalation.alerts.fault import Fault, Heard, said_by
from escalation.alerts.telling import link
from escalation.alerts.tickets import Noted, Outcome


def hear(board: Board, heard: Heard) -> None:
    """Judge it and note it; one whose id is on record already is a repeat."""
    alert = heard.alert
    said = (alert.source, alert.event_id)
    if said in board.known:
        _said_before(board, heard)
        return
    match alert.action:
        case "trigger":
            outcome = _fired(board, heard)
        case "clear":
            outcome = _cleared(board, heard)
        case "acknowledge":
            outcome = _mentioned(board, heard, "acknowledged")
        case "update":
            outcome = _mentioned(board, heard, "linked")
    _note(board, heard, outcome)


def _fired(board: Board, heard: Heard) -> Outcome:
    fault, moment = board.fault(heard.alert), heard.moment
    if fault.cleared_at and moment < fault.cleared_at:
        return "late"
    told = _described(board, fault, heard)
    fired = {"fired_at": max(moment, fault.fired_at or moment), "heard_at": heard.received_at, "last": heard.alert}
    told = told.model_copy(update=fired)
    window = board.window(told, moment)
    ticket = board.ticket_of(fault)
    if fault.state == "flapping":
        board.put(told.model_copy(update={"due_at": heard.received_at + board.rules.flapping.quiet}))
        return "flapping"
    if ticket is not None:
        board.put(told.model_copy(update={"state": "firing", "due_at": None, "worst": min(told.worst, told.severity)}))
        return "maintenance" if window else "linked"
    if window is not None:
        board.put(told.model_copy(update={"state": "suppressed", "due_at": window.until, "ticket_id": None}))
        return "maintenance"
    if settles_at := _settles_at(board, fault, heard):
        board.put(told.model_copy(update={"state": "settling", "due_at": settles_at}))
        return "linked"
    return begin(board, told, heard)


def _settles_at(board: Board, fault: Fault, heard: Heard) -> datetime | None:
    """Until when it may fire on, where its ticket was resolved a moment ago and it has not been clear since."""
    resolved_at = board.resolved_at(fault)
    if resolved_at is None or fault.state not in ("firing", "settling"):
        return None
    settles_at = resolved_at + board.rules.settle
    return settles_at if heard.received_at < settles_at else None


def _said_before(board: Board, heard: Heard) -> None:
    """A repeat changes nothing, but for one that says that a fault fires on although its ticket is resolved or over."""
    fault, alert = board.fault(heard.alert), heard.alert
    if alert.action != "trigger" or fault.state != "firing" or fault.ticket_id is None or board.ticket_of(fault):
        return
    if fault.fired_at is None or heard.moment < fault.fired_at:
        return
    if settles_at := _settles_at(board, fault, heard):
        board.put(fault.model_copy(update={"state": "settling", "due_at": settles_at}))
        return
    again = heard.model_copy(update={"alert": alert.model_copy(update={"event_id": _again(alert, fault.episode + 1)})})
    _note(board, again, begin(board, fault, heard))


def _again(alert: Alert, episode: int) -> str:
    """The id under which a repeat that begins an episode stands on record."""
    return f"{alert.event_id[:480]}#{episode}"


def _cleared(board: Board, heard: Heard) -> Outcome:
    fault, moment, received = board.fault(heard.alert), heard.moment, heard.received_at
    if fault.fired_at is None:
        return "unknown"
    if moment < fault.fired_at or fault.state == "quiet":
        return "late"
    flapping = board.rules.flapping
    clears = (*fault.clears_since(moment, flapping.within), moment)[-flapping.times :]
    told = _described(board, fault, heard, severity=fault.severity)
    told = told.model_copy(update={"cleared_at": moment, "clears": clears})
    if fault.state == "flapping" or (len(clears) >= flapping.times and board.ticket_of(fault)):
        flapped_at = fault.flapped_at if fault.state == "flapping" else moment
        flaps = {"state": "flapping", "due_at": received + flapping.quiet, "flapped_at": flapped_at}
        board.put(told.model_copy(update=flaps))
        return "flapping"
    if fault.state == "suppressed" or fault.ticket_id is None:
        board.put(over(told))
        return "cleared"
    board.put(told.model_copy(update={"state": "clearing", "due_at": received + board.rules.clear_after}))
    return "cleared"


def _mentioned(board: Board, heard: Heard, outcome: Outcome) -> Outcome:
    """Somebody acknowledged it over there, or it is described anew: recorded, and no fault begins by it."""
    fault = board.fault(heard.alert)
    if fault.fired_at is None:
        return "unknown"
    if heard.moment < (fault.cleared_at or fault.fired_at):
        return "late"
    if heard.alert.action == "update":
        told = _described(board, fault, heard)
        board.put(told.model_copy(update={"worst": min(told.worst, told.severity) if fault.live else told.worst}))
    return outcome


def _described(board: Board, fault: Fault, heard: Heard, severity: int | None = None) -> Fault:
    """The fault as this alert tells it; where it counts for storms stays while its episode lasts."""
    alert = heard.alert
    lane = fault.lane if fault.live else board.intakes.lane(alert)
    site = fault.site if fault.live else alert.site or fault.site
    told = said_by(fault, alert, lane, board.intakes.category(alert)).model_copy(update={"site": site})
    return told.model_copy(update={"severity": severity}) if severity else told


def _note(board: Board, heard: Heard, outcome: Outcome) -> None:
    alert, fault = heard.alert, board.fault(heard.alert)
    ticket_id = fault.ticket_id if outcome not in ("late", "unknown") else None
    noted = Noted(
        **{name: getattr(alert, name) for name in _SAME},
        number=heard.number,
        occurred_at=heard.moment,
        received_at=heard.received_at,
        outcome=outcome,
        ticket_id=ticket_id,
        paged=outcome == "opened",
    )
    board.noted.append(noted)
    board.known.add((noted.source, noted.event_id))
    if ticket_id:
        link(board, ticket_id, fault, outcome, heard.received_at)


_SAME = (
    "source", "event_id", "client", "fault", "action", "severity", "severity_unknown", "summary", "kind", "asset",
    "links",
)  # fmt: skip
