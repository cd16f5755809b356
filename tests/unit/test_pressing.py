"""Which ticket to take next: one order for everybody, and what can still be kept goes before what is broken."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.lines import TicketLine
from escalation.pressing import Press, pressing, ranked
from escalation.terms import Priority

NOW = datetime(2026, 11, 2, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)
_MOMENTS = st.one_of(st.none(), st.integers(-600, 600).map(lambda minutes: NOW + timedelta(minutes=minutes)))


def line(ticket: str = "T-1", **said: Any) -> TicketLine:
    """A ticket that was accepted, with a promise that breaks in a day."""
    usual: dict[str, Any] = {
        "subject": "Printer",
        "client": "acme",
        "priority": Priority.P3,
        "stage": "tier_1",
        "owner": "tomas",
        "owned_since": NOW - HOUR,
        "accepted_at": NOW - HOUR / 2,
        "coordinator": "service_desk",
        "opened_at": NOW - 2 * HOUR,
        "risk_at": NOW + 18 * HOUR,
        "breach_at": NOW + 24 * HOUR,
    }
    return TicketLine(id=ticket, **(usual | said))


@st.composite
def lines(draw: st.DrawFn) -> TicketLine:
    """Any ticket at all."""
    return line(
        draw(st.sampled_from(["T-1", "T-2", "T-3", "T-4", "T-5"])),
        priority=draw(st.sampled_from(Priority)),
        accepted_at=draw(_MOMENTS),
        accept_by=draw(_MOMENTS),
        risk_at=draw(_MOMENTS),
        breach_at=draw(_MOMENTS),
        emergency=draw(st.booleans()),
        breached=draw(st.booleans()),
        stagnant=draw(st.booleans()),
    )


@pytest.mark.parametrize(
    ("said", "press"),
    [
        ({"emergency": True, "accepted_at": None}, Press.EMERGENCY),
        ({"emergency": True}, Press.DUE),
        ({"accepted_at": None, "accept_by": NOW - HOUR}, Press.HANDOFF_OVERDUE),
        ({"accepted_at": None, "accept_by": NOW + HOUR}, Press.HANDOFF_WAITS),
        ({"risk_at": NOW, "breach_at": NOW + HOUR}, Press.AT_RISK),
        ({"risk_at": NOW - HOUR, "breach_at": NOW}, Press.BREACHED),
        ({"breached": True}, Press.BREACHED),
        ({"stagnant": True}, Press.STAGNANT),
        ({}, Press.DUE),
        ({"risk_at": None, "breach_at": None}, Press.DUE),
    ],
)
def test_a_ticket_presses_by_the_strongest_of_its_reasons(said: dict[str, Any], press: Press) -> None:
    assert pressing(line(**said), NOW).press is press


def test_what_can_still_be_kept_goes_before_what_is_broken_and_the_sooner_first() -> None:
    found = ranked(
        [
            line("T-BROKEN", breached=True, priority=Priority.P1),
            line("T-LATER", risk_at=NOW - HOUR, breach_at=NOW + 2 * HOUR, priority=Priority.P1),
            line("T-SOON", risk_at=NOW - HOUR, breach_at=NOW + HOUR, priority=Priority.P4),
            line("T-ALARM", emergency=True, accepted_at=None),
        ],
        NOW,
    )
    assert [each.line.id for each in found] == ["T-ALARM", "T-SOON", "T-LATER", "T-BROKEN"]


def test_of_broken_promises_the_more_important_goes_first_however_long_it_is_broken() -> None:
    broken = [line("T-P4", breached=True, priority=Priority.P4, opened_at=NOW - 99 * HOUR),
              line("T-P1", breached=True, priority=Priority.P1)]  # fmt: skip
    assert [each.line.id for each in ranked(broken, NOW)] == ["T-P1", "T-P4"]


@given(st.lists(lines(), max_size=12))
def test_everybody_sees_each_ticket_once_and_all_in_the_same_order(found: list[TicketLine]) -> None:
    once = list({each.id: each for each in found}.values())
    order = ranked(once, NOW)
    assert sorted(each.line.id for each in order) == sorted(each.id for each in once)
    assert ranked(reversed(once), NOW) == order
    assert [each.press for each in order] == sorted(each.press for each in order)
