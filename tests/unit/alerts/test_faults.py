"""What alerts make of one fault: one ticket, clears that wait, repeats and disorder that do no harm."""

import pytest

from escalation.alerts.fault import Heard
from escalation.alerts.hearing import hear
from escalation.alerts.timing import ticket_gone
from tests.unit.alerts.monitor import NOON, Monitor, alert


@pytest.fixture
def monitor() -> Monitor:
    return Monitor()


def test_b33_the_same_fault_said_again_is_the_same_ticket_whatever_its_severity_or_wording(monitor: Monitor) -> None:
    first = monitor.says()
    again = monitor.says(severity=1, summary="disk is very ill")
    assert (first.outcome, again.outcome) == ("opened", "linked")
    assert again.ticket_id == first.ticket_id
    assert (first.paged, again.paged) == (True, False)
    (ticket,) = monitor.open()
    assert (ticket.total, ticket.live, ticket.worst, ticket.told_worst) == (2, 1, 1, 3)


def test_another_client_or_source_with_the_same_id_is_another_fault(monitor: Monitor) -> None:
    tickets = {
        monitor.says(client=client, source=source).ticket_id
        for client in ("acme-dental", "tiny-cafe")
        for source in ("prom", "rmm")
    }
    assert len(tickets) == 4


def test_the_same_alert_from_two_senders_changes_nothing(monitor: Monitor) -> None:
    monitor.says(event_id="same")
    (ticket,) = monitor.open()
    with pytest.raises(AssertionError):
        monitor.says(event_id="same")
    assert monitor.open() == [ticket]


def test_a_clear_waits_and_then_ends_an_unclaimed_ticket(monitor: Monitor) -> None:
    monitor.says()
    monitor.carry_out()
    monitor.passes(minutes=2)
    assert monitor.says(action="clear").outcome == "cleared"
    monitor.passes(minutes=4)
    assert len(monitor.open()) == 1
    monitor.passes(minutes=2)
    assert monitor.open() == []


def test_it_fires_again_within_the_wait_and_the_ticket_stays(monitor: Monitor) -> None:
    first = monitor.says()
    monitor.passes(minutes=1)
    monitor.says(action="clear")
    monitor.passes(minutes=4)
    assert monitor.says().ticket_id == first.ticket_id
    monitor.passes(minutes=30)
    assert [ticket.id for ticket in monitor.open()] == [first.ticket_id]


def test_a_clear_never_ends_a_claimed_ticket_and_it_goes_on_there_should_it_fire_again(monitor: Monitor) -> None:
    first = monitor.says()
    monitor.claim(first.ticket_id)
    monitor.passes(minutes=1)
    monitor.says(action="clear")
    monitor.passes(minutes=10)
    assert [ticket.id for ticket in monitor.open()] == [first.ticket_id]
    assert monitor.says().ticket_id == first.ticket_id


def test_after_its_ticket_is_over_a_fault_has_a_new_one(monitor: Monitor) -> None:
    first = monitor.says()
    monitor.passes(minutes=1)
    monitor.says(action="clear")
    monitor.passes(minutes=10)
    second = monitor.says()
    assert second.outcome == "opened"
    assert second.ticket_id != first.ticket_id


def test_a_clear_older_than_the_last_trigger_is_recorded_and_ignored(monitor: Monitor) -> None:
    monitor.says()
    monitor.passes(minutes=1)
    assert monitor.says(action="clear", occurred_at=NOON.replace(hour=11)).outcome == "late"
    assert monitor.fault().state == "firing"


def test_a_trigger_older_than_the_last_clear_is_recorded_and_ignored(monitor: Monitor) -> None:
    monitor.says()
    monitor.passes(minutes=1)
    monitor.says(action="clear")
    assert monitor.says(occurred_at=NOON).outcome == "late"
    assert monitor.fault().state == "clearing"


def test_a_sender_whose_clock_runs_ahead_is_not_believed(monitor: Monitor) -> None:
    monitor.says(occurred_at=NOON.replace(hour=20))
    monitor.passes(minutes=1)
    assert monitor.says(action="clear").outcome == "cleared"


def test_a_clear_or_a_word_about_what_never_fired_is_recorded_and_opens_nothing(monitor: Monitor) -> None:
    assert {monitor.says(action=action).outcome for action in ("clear", "acknowledge", "update")} == {"unknown"}
    assert monitor.open() == []


def test_an_acknowledgement_is_recorded_on_the_ticket(monitor: Monitor) -> None:
    first = monitor.says()
    said = monitor.says(action="acknowledge")
    assert (said.outcome, said.ticket_id) == ("acknowledged", first.ticket_id)
    assert monitor.fault().state == "firing"


def test_a_ticket_hears_at_most_once_in_five_seconds_of_all_that_came(monitor: Monitor) -> None:
    monitor.says()
    monitor.carry_out()
    for _ in range(20):
        monitor.says()
    (ticket,) = monitor.open()
    assert (ticket.total, ticket.told, ticket.tell_at) == (21, 1, NOON)
    monitor.carry_out()
    monitor.says()
    (ticket,) = monitor.open()
    assert ticket.tell_at == NOON.replace(second=5)


def test_too_mild_an_alert_is_recorded_and_opens_nothing(monitor: Monitor) -> None:
    strict = monitor.board.rules.model_copy(update={"quietest": 3})
    monitor.board.intakes.policy = monitor.board.intakes.policy.model_copy(update={"alerts": strict})
    assert monitor.says(severity=4).outcome == "recorded"
    assert monitor.open() == []
    assert monitor.says(severity=3).outcome == "opened"


def test_a_fault_that_fires_on_just_after_its_ticket_was_resolved_has_a_new_one_only_if_it_goes_on(
    monitor: Monitor,
) -> None:
    first = monitor.says()
    monitor.resolve(first.ticket_id)
    monitor.passes(minutes=3)
    assert monitor.says().ticket_id == first.ticket_id
    assert monitor.open() == []
    monitor.passes(minutes=15)
    (ticket,) = monitor.open()
    assert ticket.id != first.ticket_id


def test_a_fault_that_clears_after_its_ticket_was_resolved_leaves_it_at_that(monitor: Monitor) -> None:
    first = monitor.says()
    monitor.resolve(first.ticket_id)
    monitor.passes(minutes=1)
    monitor.says()
    monitor.passes(minutes=1)
    monitor.says(action="clear")
    monitor.passes(minutes=60)
    assert monitor.open() == []


def test_a_repeat_that_says_it_fires_on_although_its_ticket_is_over_has_a_new_one(monitor: Monitor) -> None:
    told = alert(event_id="fires/1")
    first = monitor.hears(told)
    monitor.resolve(first.ticket_id)
    monitor.passes(hours=4)
    again = monitor.hears(told)
    assert (again.outcome, again.event_id) == ("opened", "fires/1#2")
    assert [ticket.id for ticket in monitor.open()] == [again.ticket_id]
    hear(monitor.board, Heard(number=9, received_at=monitor.now, alert=told))
    assert len(monitor.board.noted) == 2


def test_a_ticket_that_was_over_before_it_could_be_told_makes_room_for_a_new_one(monitor: Monitor) -> None:
    first = monitor.says()
    monitor.passes(minutes=1)
    monitor.says()
    ticket_gone(monitor.board, first.ticket_id or "", monitor.now)
    monitor.passes(minutes=1)
    (ticket,) = monitor.open()
    assert ticket.id != first.ticket_id


# ---------------------------------------------------------------------------------------------------- flapping
def test_b33_what_comes_and_goes_three_times_is_held_told_of_once_and_ends_when_it_comes_to_rest(
    monitor: Monitor,
) -> None:
    first = monitor.says()
    tells = 0
    for _ in range(6):
        monitor.passes(minutes=2)
        monitor.says(action="clear")
        flapped_before = monitor.open()[0].tell_at
        monitor.passes(minutes=2)
        tells += monitor.fault().state == "flapping" and flapped_before is not None
        monitor.says()
    (ticket,) = monitor.open()
    assert ticket.id == first.ticket_id
    assert (monitor.fault().state, ticket.flapping, tells) == ("flapping", 1, 1)
    monitor.says(action="clear")
    monitor.passes(minutes=29)
    assert len(monitor.open()) == 1
    monitor.passes(minutes=2)
    assert monitor.open() == []


def test_a_flapping_fault_that_comes_to_rest_firing_is_an_ordinary_one_again(monitor: Monitor) -> None:
    monitor.says()
    for _ in range(3):
        monitor.passes(minutes=1)
        monitor.says(action="clear")
        monitor.passes(minutes=1)
        monitor.says()
    monitor.passes(minutes=31)
    assert monitor.fault().state == "firing"
    assert len(monitor.open()) == 1


# ------------------------------------------------------------------------------------------------------ intake
def test_the_ticket_says_what_the_alert_says_and_where_it_came_from() -> None:
    monitor = Monitor()
    monitor.hears(
        alert(
            event_id="1",
            category="server.failure",
            severity=1,
            asset="FS-01",
            site="hq",
            details="fsck says no",
            links=({"href": "https://prom.example/g", "text": "Graph"},),
            labels={"job": "node"},
        )
    )
    (ticket,) = monitor.open()
    intake = ticket.command.intake
    assert (intake.source, intake.external_id, intake.category) == ("prom", "prom/disk#1", "server.failure")
    assert (intake.impact, intake.urgency, intake.asset, intake.site) == (2, 1, "FS-01", None)
    for said in ("fsck says no", "site: hq", "job=node", "Graph: https://prom.example/g"):
        assert said in intake.description


def test_the_policy_says_which_category_a_kind_has_where_the_source_does_not(monitor: Monitor) -> None:
    monitor.says(kind="backup_failed", category="no.such")
    (ticket,) = monitor.open()
    assert ticket.command.intake.category == "backup.job_failed"


def test_ids_too_long_for_a_ticket_still_tell_faults_apart(monitor: Monitor) -> None:
    monitor.says("x" * 499 + "1", summary="ill")
    monitor.says("x" * 499 + "2", summary="ill")
    first, second = (ticket.command.intake.external_id or "" for ticket in monitor.open())
    assert first != second
    assert len(first) < 300
