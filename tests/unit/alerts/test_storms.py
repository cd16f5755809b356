"""Many faults of one site at once are one ticket; emergencies are never lost among them."""

from datetime import timedelta

import pytest

from escalation.alerts.tickets import Standing
from tests.unit.alerts.monitor import Monitor


@pytest.fixture
def monitor() -> Monitor:
    return Monitor()


def test_b33_500_alerts_of_one_site_in_one_batch_are_one_ticket_and_499_links(monitor: Monitor) -> None:
    said = [monitor.says(f"f{n}", site="plant-1").ticket_id for n in range(500)]
    assert len(said) == 500
    (ticket,) = monitor.open()
    assert {noted.ticket_id for noted in monitor.board.noted} == {ticket.id}
    assert sum(noted.paged for noted in monitor.board.noted) == 1
    assert (ticket.storm, ticket.total, ticket.live) == (True, 500, 500)
    assert ticket.command.intake.subject == "Storm of alerts at plant-1, first: f0 is ill"
    assert (ticket.command.intake.impact, ticket.command.intake.urgency) == (2, 2)


def test_b33_when_they_trickle_in_the_tickets_opened_before_become_part_of_the_storm(monitor: Monitor) -> None:
    for n in range(10):
        monitor.says(f"f{n}", site="plant-1")
        monitor.carry_out()
        monitor.passes(seconds=10)
    (ticket,) = monitor.open()
    assert (ticket.storm, ticket.total, ticket.live) == (True, 10, 10)
    merged = [each for each in monitor.board.tickets.values() if each.into]
    assert len(merged) == 3
    assert {each.into for each in merged} == {ticket.id}
    assert set(monitor.board.moved.values()) == {ticket.id}


def test_what_somebody_works_on_already_stays_and_the_storm_gathers_there(monitor: Monitor) -> None:
    for n in range(3):
        monitor.says(f"f{n}")
        monitor.carry_out()
    claimed = monitor.board.faults["acme-dental", "prom", "f2"].ticket_id
    monitor.claim(claimed)
    for n in range(3, 8):
        monitor.says(f"f{n}")
    assert [ticket.id for ticket in monitor.open()] == [claimed]


def test_four_faults_or_five_over_a_long_time_or_at_several_sites_are_no_storm(monitor: Monitor) -> None:
    for n in range(4):
        monitor.says(f"a{n}", site="one")
        monitor.says(f"b{n}", site="two")
    assert len(monitor.open()) == 8
    calm = Monitor()
    for n in range(5):
        calm.says(f"c{n}")
        calm.passes(minutes=2)
    assert len(calm.open()) == 5


def test_the_worst_of_them_is_what_the_storm_is_about_and_weighs(monitor: Monitor) -> None:
    for n, severity in enumerate((4, 4, 1, 4, 4, 4)):
        monitor.says(f"f{n}", severity=severity)
    (ticket,) = monitor.open()
    assert (ticket.worst, ticket.command.intake.urgency, ticket.latest) == (1, 1, "f5 is ill")
    assert ticket.opener[2] == "f2"


def test_r34_an_emergency_is_no_part_of_a_storm(monitor: Monitor) -> None:
    for n in range(20):
        monitor.says(f"f{n}")
    assert monitor.says("ransom", kind="ransomware_found").outcome == "opened"
    storm, emergency = monitor.open()
    assert (storm.emergency, emergency.emergency, emergency.total) == (False, True, 1)
    assert storm.total == 20


def test_emergencies_of_one_kind_at_one_site_are_one_ticket_too(monitor: Monitor) -> None:
    for n in range(30):
        monitor.says(f"f{n}", category="outage.full_server", severity=1)
    (ticket,) = monitor.open()
    assert (ticket.emergency, ticket.storm, ticket.total) == (True, True, 30)


def test_a_storm_is_over_when_nothing_was_new_for_a_while(monitor: Monitor) -> None:
    for n in range(6):
        monitor.says(f"f{n}")
    monitor.carry_out()
    monitor.passes(minutes=20)
    assert monitor.says("late").outcome == "opened"
    assert len(monitor.open()) == 2


def test_a_storm_whose_faults_are_all_over_ends_its_unclaimed_ticket_and_not_before(monitor: Monitor) -> None:
    for n in range(6):
        monitor.says(f"f{n}")
    monitor.carry_out()
    monitor.passes(minutes=1)
    for n in range(5):
        monitor.says(f"f{n}", "clear")
    monitor.passes(minutes=10)
    (ticket,) = monitor.open()
    assert ticket.live == 1
    monitor.says("f5", "clear")
    monitor.passes(minutes=10)
    assert monitor.open() == []


def test_after_the_ticket_of_a_storm_is_over_what_fires_again_is_a_storm_of_its_own(monitor: Monitor) -> None:
    for n in range(6):
        monitor.says(f"f{n}")
    (first,) = monitor.open()
    monitor.standing[first.id] = Standing(over=True)
    monitor.now += timedelta(minutes=1)
    for n in range(6):
        monitor.says(f"f{n}")
    (second,) = monitor.open()
    assert second.id != first.id
    assert second.live == 6
