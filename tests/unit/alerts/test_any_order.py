"""Whatever order alerts, repeats, people and time come in."""

from collections import Counter
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.alerts import Alert
from escalation.alerts.fault import Heard
from escalation.alerts.hearing import hear
from escalation.alerts.tickets import Standing
from tests.unit.alerts.monitor import Monitor
from tests.unit.alerts.test_windows import window

_FAULTS = [f"f{n}" for n in range(8)]
_SAYS = st.tuples(
    st.sampled_from(["trigger", "trigger", "trigger", "clear", "clear", "acknowledge", "update"]),
    st.sampled_from(_FAULTS),
    st.integers(1, 4),
    st.integers(-20, 1),
)
_MOVES = st.lists(
    st.one_of(
        _SAYS,
        st.sampled_from(["again", "claim", "resolve", "cancel", "carry_out"]),
        st.integers(1, 40),
    ),
    max_size=60,
)


def play(moves: list[object]) -> Monitor:
    """Carry out every move; hold the promises after each."""
    monitor = Monitor()
    monitor.board.windows = (
        window(starts_at=monitor.now + timedelta(minutes=30), kind="odd", ends_at=monitor.now + timedelta(hours=2)),
    )
    for move in moves:
        before = {ticket.id for ticket in monitor.open() if monitor.board.claimed(ticket)}
        by_people = _move(monitor, move)
        _hold(monitor, set() if by_people else before)
    return monitor


def _move(monitor: Monitor, move: object) -> bool:
    match move:
        case (action, fault, severity, int(minutes)):
            moment = monitor.now + timedelta(minutes=minutes)
            kind = "odd" if int(str(fault)[1:]) % 2 else "even"
            monitor.says(str(fault), str(action), severity=severity, occurred_at=moment, kind=kind)
        case int() as minutes:
            monitor.passes(minutes=minutes)
        case "carry_out":
            monitor.carry_out()
        case "again":
            _again(monitor)
        case _:
            return _people(monitor, str(move))
    return False


def _again(monitor: Monitor) -> None:
    """Everything that was said before comes once more, from another sender."""
    told, open_before = list(monitor.board.noted), {fault.key for fault in monitor.faults_with_tickets()}
    for noted in told:
        said = {"source": noted.source, "event_id": noted.event_id, "fault": noted.fault, "action": noted.action}
        repeated = monitor_alert(said | {"occurred_at": noted.occurred_at})
        hear(monitor.board, Heard(number=0, received_at=monitor.now, alert=repeated))
    for noted in monitor.board.noted[len(told) :]:
        assert (noted.client, noted.source, noted.fault) not in open_before, "a repeat did something"


def monitor_alert(said: dict[str, object]) -> Alert:
    return Alert.model_validate({"client": "acme-dental", "summary": "again"} | said)


def _people(monitor: Monitor, what: str) -> bool:
    tickets = sorted(monitor.open(), key=lambda ticket: ticket.id)
    if not tickets or tickets[0].state == "wanted":
        return False
    match what:
        case "claim":
            monitor.claim(tickets[0].id)
        case "resolve":
            monitor.resolve(tickets[0].id)
        case _:
            monitor.standing[tickets[0].id] = Standing(over=True)
    return True


def _hold(monitor: Monitor, claimed: set[str]) -> None:
    board = monitor.board
    still = {ticket.id for ticket in monitor.open()}
    assert claimed <= still, "a claimed ticket was ended by its alerts"
    lives = Counter(fault.ticket_id for fault in board.faults.values() if fault.live)
    for ticket in board.tickets.values():
        assert ticket.live == lives[ticket.id]
    of_fault = Counter(ticket.opener for ticket in monitor.open())
    assert max(of_fault.values(), default=0) <= 1, "one fault, two open tickets"
    linked = Counter(board.moved.get(n.ticket_id or "", n.ticket_id) for n in board.noted if n.ticket_id)
    for ticket in monitor.open():
        assert ticket.total == linked[ticket.id], "the alerts of a ticket do not add up"
    for fault in board.faults.values():
        if fault.state in ("firing", "clearing") and fault.ticket_id and board.ticket_of(fault) is None:
            assert fault.ticket_id in monitor.standing or board.tickets[fault.ticket_id].state == "over"


@settings(max_examples=150, deadline=None)
@given(_MOVES)
def test_b33_in_any_order_a_fault_has_one_open_ticket_at_most_and_the_counts_add_up(moves: list[object]) -> None:
    play(moves)


@settings(max_examples=60, deadline=None)
@given(_MOVES)
def test_everything_clears_in_the_end_and_only_claimed_tickets_and_emergencies_are_left(moves: list[object]) -> None:
    monitor = play(moves)
    monitor.carry_out()
    monitor.passes(minutes=1)
    for fault in _FAULTS:
        monitor.says(fault, "clear")
    monitor.passes(hours=4)
    assert all(monitor.board.claimed(ticket) for ticket in monitor.open())
    assert {fault.state for fault in monitor.board.faults.values()} <= {"quiet"}


def test_these_moves_reach_storms_flapping_windows_and_every_outcome() -> None:
    """Else the promises could hold because nothing happened."""
    outcomes: set[str] = set()
    flap: list[object] = [("trigger", "f2", 3, 0)]
    for _ in range(4):
        flap += [2, ("clear", "f2", 3, 0), 2, ("trigger", "f2", 3, 0)]
    storm: list[object] = [("trigger", fault, 3, 0) for fault in _FAULTS]
    for moves in (flap, storm, [31, ("trigger", "f1", 3, 0)], [("clear", "f0", 3, 0)]):
        outcomes |= {noted.outcome for noted in play([*moves, "again", "carry_out", 40]).board.noted}
    late = [("trigger", "f0", 3, 0), ("clear", "f0", 3, -9), ("acknowledge", "f0", 3, 0), ("trigger", "f0", 3, 0)]
    outcomes |= {noted.outcome for noted in play(list(late)).board.noted}
    assert {
        "opened",
        "joined",
        "linked",
        "maintenance",
        "flapping",
        "cleared",
        "acknowledged",
        "late",
        "unknown",
    } == outcomes
