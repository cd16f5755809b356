"""Inside a maintenance window alerts are recorded and page nobody; what still fires at its end is judged anew."""

from datetime import timedelta

import pytest

from escalation.alerts.windows import Planned, Window, check_planned
from escalation.errors import IncompleteCommand
from tests.unit.alerts.monitor import NOON, Monitor


@pytest.fixture
def monitor() -> Monitor:
    return Monitor()


def window(**said: object) -> Window:
    """An hour from noon on, for one client."""
    usual: dict[str, object] = {
        "id": 1, "client": "acme-dental", "starts_at": NOON, "ends_at": NOON + timedelta(hours=1),
        "made_by": "grace", "made_at": NOON, "reason": "patches",
    }  # fmt: skip
    return Window.model_validate(usual | said)


def test_b33_inside_a_window_an_alert_is_recorded_and_opens_nothing(monitor: Monitor) -> None:
    monitor.board.windows = (window(),)
    said = monitor.says()
    assert (said.outcome, said.ticket_id, said.paged) == ("maintenance", None, False)
    monitor.passes(minutes=30)
    monitor.says(action="clear")
    monitor.passes(hours=2)
    assert monitor.open() == []


def test_b33_what_still_fires_at_the_end_is_judged_anew(monitor: Monitor) -> None:
    monitor.board.windows = (window(),)
    monitor.says()
    monitor.passes(minutes=59)
    assert monitor.open() == []
    monitor.passes(minutes=2)
    assert len(monitor.open()) == 1


def test_a_window_that_is_ended_early_ends_there(monitor: Monitor) -> None:
    monitor.board.windows = (window(),)
    monitor.says()
    monitor.passes(minutes=10)
    (planned,) = monitor.board.windows
    monitor.board.windows = (planned.model_copy(update={"ended_at": monitor.now}),)
    monitor.passes(minutes=1)
    assert len(monitor.open()) == 1


def test_where_another_window_goes_on_it_stays_quiet_until_that_ends(monitor: Monitor) -> None:
    monitor.board.windows = (window(), window(id=2, ends_at=NOON + timedelta(hours=2)))
    monitor.says()
    monitor.passes(minutes=90)
    assert monitor.open() == []
    monitor.passes(minutes=31)
    assert len(monitor.open()) == 1


@pytest.mark.parametrize(
    ("limits", "outcome"),
    [
        ({"site": "plant-1"}, "maintenance"),
        ({"site": "plant-2"}, "opened"),
        ({"asset": "FS-01"}, "maintenance"),
        ({"asset": "FS-02"}, "opened"),
        ({"kind": "disk*"}, "maintenance"),
        ({"kind": "backup*"}, "opened"),
        ({"client": None, "kind": "disk*"}, "maintenance"),
        ({"client": "tiny-cafe"}, "opened"),
    ],
)
def test_a_window_covers_what_it_names(monitor: Monitor, limits: dict[str, object], outcome: str) -> None:
    monitor.board.windows = (window(**limits),)
    assert monitor.says(site="plant-1", asset="FS-01", kind="disk_full").outcome == outcome


def test_it_is_when_the_fault_fired_that_counts_not_when_it_was_heard_of(monitor: Monitor) -> None:
    monitor.board.windows = (window(),)
    monitor.now = NOON + timedelta(hours=1, minutes=5)
    assert monitor.says(occurred_at=NOON + timedelta(minutes=50)).outcome == "maintenance"
    monitor.passes(minutes=1)
    assert len(monitor.open()) == 1  # and since the window is over, it is judged anew at once
    before = Monitor()
    before.board.windows = (window(),)
    assert before.says(occurred_at=NOON - timedelta(minutes=5)).outcome == "opened"


def test_r34_security_ignores_windows(monitor: Monitor) -> None:
    monitor.board.windows = (window(),)
    assert monitor.says("a", category="security.alert").outcome == "opened"
    assert monitor.says("b", kind="malware_found", category="email.flow").outcome == "opened"


def test_a_window_that_begins_keeps_back_the_pages_of_what_it_covers_alone(monitor: Monitor) -> None:
    covered = monitor.says("covered", site="plant-1").ticket_id
    other = monitor.says("other", site="plant-2").ticket_id
    security = monitor.says("security", site="plant-1", category="security.alert").ticket_id
    monitor.carry_out()
    monitor.board.windows = (window(site="plant-1", starts_at=NOON + timedelta(minutes=5)),)
    monitor.passes(minutes=4)
    assert {ticket.quiet_until for ticket in monitor.open()} == {None}
    monitor.passes(minutes=2)
    kept = {ticket.id: ticket.quiet_until for ticket in monitor.open()}
    assert kept == {covered: NOON + timedelta(hours=1), other: None, security: None}
    monitor.passes(hours=1)
    assert {ticket.quiet_until for ticket in monitor.open()} == {None}


@pytest.mark.parametrize(
    "spoilt",
    [
        {"reason": " "},
        {"client": None},
        {"client": None, "kind": "*"},
        {"client": None, "kind": "disk*", "site": "plant-1"},
        {"ends_at": NOON},
        {"starts_at": NOON - timedelta(hours=3), "ends_at": NOON - timedelta(hours=1)},
    ],
)
def test_a_window_that_silences_everything_or_nothing_is_refused(spoilt: dict[str, object]) -> None:
    good = {"client": "acme-dental", "starts_at": NOON, "ends_at": NOON + timedelta(hours=1), "reason": "patches"}
    check_planned(Planned.model_validate(good), NOON)
    with pytest.raises(IncompleteCommand):
        check_planned(Planned.model_validate(good | spoilt), NOON)
