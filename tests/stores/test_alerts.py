"""Alerts on PostgreSQL: judged with what is known, written once however often they are said."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, func, select

from escalation.alerts.fault import Heard
from escalation.alerts.intakes import Intakes
from escalation.alerts.windows import Planned
from stores.alerts import Alerts
from stores.maintenance import Maintenance
from stores.schema import alerts, faults
from tests.unit.alerts.monitor import NOON, alert, policy

INTAKES = Intakes(policy())


@pytest.fixture
def book(engine: Engine) -> Alerts:
    return Alerts(engine)


@pytest.fixture
def maintenance(engine: Engine) -> Maintenance:
    return Maintenance(engine)


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    told: list[str] = []

    def tell(*said: object) -> None:
        told.append(str(said[2]))

    event.listen(engine, "before_cursor_execute", tell)
    yield told
    event.remove(engine, "before_cursor_execute", tell)


def said(number: int, fault: str = "disk", action: str = "trigger", minutes: float = 0, **more: object) -> Heard:
    moment = NOON + timedelta(minutes=minutes)
    told = alert(fault, action, **({"event_id": f"{fault}/{action}/{minutes}", "occurred_at": moment} | more))
    return Heard(number=number, received_at=moment, alert=told)


def test_b33_500_alerts_of_one_site_are_one_ticket_in_a_few_statements(book: Alerts, statements: list[str]) -> None:
    book.hear([said(n, f"f{n}", site="plant-1") for n in range(500)], INTAKES)
    (ticket,) = book.wanted(10)
    assert (ticket.total, ticket.live, ticket.storm) == (500, 500, True)
    assert len(book.of_ticket(ticket.id, 1000)) == 500
    assert len(statements) < 20


def test_said_again_everything_stays_as_it_was(book: Alerts) -> None:
    batch = [said(n, f"f{n}") for n in range(7)]
    for _ in range(3):
        book.hear(batch, INTAKES)
    (ticket,) = book.wanted(10)
    assert (ticket.total, len(book.of_ticket(ticket.id, 100))) == (7, 7)


def test_what_was_heard_in_another_batch_counts_towards_a_storm_and_its_alerts_go_along(book: Alerts) -> None:
    for n in range(4):
        book.hear([said(n, f"f{n}", site="plant-1")], INTAKES)
    tickets = book.wanted(10)
    assert len(tickets) == 4
    for ticket in tickets:
        book.opened(ticket.id, NOON)
    book.hear([said(9, "f9", site="plant-1"), said(10, "f10", site="plant-1")], INTAKES)
    assert book.wanted(10) == []
    (storm,) = [ticket for ticket in book.to_tell(NOON + timedelta(minutes=1), 10) if ticket.storm]
    folded = [ticket for ticket in book.to_tell(NOON + timedelta(minutes=1), 10) if ticket.into]
    assert (storm.total, len(folded), {ticket.into for ticket in folded}) == (6, 3, {storm.id})
    assert len(book.of_ticket(storm.id, 100)) == 6


def test_emergencies_are_opened_first(book: Alerts) -> None:
    book.hear([said(1, "a"), said(2, "b", kind="ransomware", minutes=1), said(3, "c")], INTAKES)
    assert [ticket.emergency for ticket in book.wanted(10)] == [True, False, False]


def test_b33_the_hold_of_a_clear_ends_when_its_moment_has_come(book: Alerts) -> None:
    book.hear([said(1), said(2, action="clear", minutes=1)], INTAKES)
    (ticket,) = book.wanted(10)
    book.opened(ticket.id, NOON)
    due_at = NOON + timedelta(minutes=6)
    book.pass_time(due_at - timedelta(seconds=1), INTAKES)
    assert book.to_tell(due_at, 10)[0].clear is False
    book.told(book.to_tell(due_at, 10)[0], NOON, INTAKES.rules, over=False)
    assert book.next_at() == due_at
    book.pass_time(due_at, INTAKES)
    (told,) = book.to_tell(due_at, 10)
    assert (told.clear, told.live) == (True, 0)
    book.told(told, due_at, INTAKES.rules, over=True)
    assert book.next_at() is None
    book.hear([said(3, minutes=20)], INTAKES)
    assert len(book.wanted(10)) == 1


def test_a_refused_ticket_is_tried_anew_by_the_next_alert_of_its_fault(book: Alerts) -> None:
    book.hear([said(1)], INTAKES)
    (ticket,) = book.wanted(10)
    assert book.refused(ticket.id) == ticket
    assert book.wanted(10) == []
    book.hear([said(2, minutes=1)], INTAKES)
    (again,) = book.wanted(10)
    assert again.id != ticket.id


def test_a_ticket_that_was_gone_when_it_was_to_be_told_makes_room_for_another(book: Alerts) -> None:
    book.hear([said(1)], INTAKES)
    (ticket,) = book.wanted(10)
    book.opened(ticket.id, NOON)
    book.hear([said(2, minutes=1)], INTAKES)
    book.gone(ticket.id, NOON + timedelta(minutes=1), INTAKES)
    book.pass_time(NOON + timedelta(minutes=1), INTAKES)
    (again,) = book.wanted(10)
    assert again.id != ticket.id


def test_names_of_any_length_and_a_nul_do_no_harm(book: Alerts, engine: Engine) -> None:
    long = "ż" * 499
    book.hear([said(1, long, source=long, event_id=long, summary="a\x00b", kind="x\x00", details="y\x00")], INTAKES)
    (ticket,) = book.wanted(10)
    (linked,) = book.of_ticket(ticket.id, 10)
    assert linked.summary == "a\N{REPLACEMENT CHARACTER}b"
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(faults)).scalar_one() == 1
        assert connection.execute(select(func.count()).select_from(alerts)).scalar_one() == 1


# ---------------------------------------------------------------------------------------------- maintenance windows
def planned(**more: object) -> Planned:
    usual: dict[str, object] = {
        "client": "acme-dental", "starts_at": NOON + timedelta(minutes=5), "ends_at": NOON + timedelta(hours=1),
        "reason": "patches",
    }  # fmt: skip
    return Planned.model_validate(usual | more)


def test_b33_a_window_keeps_pages_back_from_its_start_and_what_fires_at_its_end_has_a_ticket(
    book: Alerts, maintenance: Maintenance
) -> None:
    book.hear([said(1, "before")], INTAKES)
    (ticket,) = book.wanted(10)
    book.opened(ticket.id, NOON)
    window = maintenance.plan(planned(), "grace", NOON)
    assert book.next_at() == window.starts_at
    book.pass_time(window.starts_at, INTAKES)
    (told,) = book.to_tell(window.starts_at, 10)
    assert told.quiet_until == window.ends_at
    book.told(told, window.starts_at, INTAKES.rules, over=False)
    book.hear([said(2, "inside", minutes=10)], INTAKES)
    assert book.wanted(10) == []
    assert book.next_at() == window.ends_at
    book.pass_time(window.ends_at, INTAKES)
    assert len(book.wanted(10)) == 1
    assert book.to_tell(window.ends_at, 10)[0].window_over
    assert (seen := maintenance.window(window.id)) is not None
    assert (seen.begun, seen.over) == (True, True)


def test_the_same_request_plans_one_window_and_a_window_ends_once(maintenance: Maintenance) -> None:
    first = maintenance.plan(planned(), "grace", NOON, "k1")
    assert maintenance.plan(planned(), "grace", NOON, "k1") == first
    assert maintenance.plan(planned(), "ruth", NOON, "k1") != first
    ended = maintenance.end(first.id, "ruth", NOON + timedelta(minutes=10))
    assert ended is not None
    assert (ended.ended_by, ended.until) == ("ruth", NOON + timedelta(minutes=10))
    assert maintenance.end(first.id, "grace", NOON + timedelta(minutes=20)) == ended
    assert maintenance.end(999, "grace", NOON) is None


def test_windows_are_listed_for_the_clients_of_a_token(maintenance: Maintenance) -> None:
    mine = maintenance.plan(planned(), "grace", NOON)
    other = maintenance.plan(planned(client="tiny-cafe"), "grace", NOON)
    every = maintenance.plan(planned(client=None, kind="disk*"), "grace", NOON)
    assert maintenance.windows(NOON, None) == [mine, other, every]
    assert maintenance.windows(NOON, ("acme-dental",)) == [mine, every]
    assert maintenance.windows(NOON + timedelta(days=1), None) == []
