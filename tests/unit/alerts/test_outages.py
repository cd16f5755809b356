"""One cause at several clients: the first ticket is the parent of those that nobody has claimed."""

import pytest

from tests.unit.alerts.monitor import Monitor

CLIENTS = ("acme-dental", "harbor-law", "volta-mfg", "tiny-cafe")


@pytest.fixture
def monitor() -> Monitor:
    return Monitor()


def hit(monitor: Monitor, *clients: str, kind: str = "isp_down", category: str | None = None) -> dict[str, str | None]:
    """The ticket that each of them has by it, and the parent that it is to have."""
    for client in clients:
        monitor.says(f"line-{client}", client=client, kind=kind, category=category)
        monitor.now += monitor.board.rules.tell_every
    return {ticket.client: ticket.under for ticket in monitor.open()}


def ticket_of(monitor: Monitor, client: str) -> str:
    return next(ticket.id for ticket in monitor.open() if ticket.client == client)


def test_b33_the_same_kind_at_three_clients_has_the_first_ticket_as_the_parent_of_the_others(monitor: Monitor) -> None:
    found = hit(monitor, *CLIENTS)
    first = ticket_of(monitor, "acme-dental")
    assert found == {"acme-dental": None, "harbor-law": first, "volta-mfg": first, "tiny-cafe": first}


def test_two_clients_or_a_kind_that_has_no_cause_in_common_or_a_long_time_are_no_outage(monitor: Monitor) -> None:
    assert set(hit(monitor, *CLIENTS[:2]).values()) == {None}
    assert set(hit(Monitor(), *CLIENTS, kind="disk_full").values()) == {None}
    slow = Monitor()
    for client in CLIENTS:
        hit(slow, client)
        slow.passes(minutes=6)
    assert {ticket.under for ticket in slow.open()} == {None}


def test_what_somebody_has_claimed_stays_by_itself(monitor: Monitor) -> None:
    hit(monitor, *CLIENTS[:2])
    monitor.claim(ticket_of(monitor, "harbor-law"))
    found = hit(monitor, *CLIENTS[2:])
    assert found["harbor-law"] is None
    assert found["tiny-cafe"] == ticket_of(monitor, "acme-dental")


def test_emergencies_are_taken_up_each_by_itself(monitor: Monitor) -> None:
    assert set(hit(monitor, *CLIENTS, category="outage.multi_client").values()) == {None}
