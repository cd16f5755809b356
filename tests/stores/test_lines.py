"""Tickets in one line each, from the real PostgreSQL: the same as the whole ticket says, filtered and in order."""

from typing import get_args

import pytest
from sqlalchemy import Engine, event

from escalation.events import Event, Held
from escalation.lines import Order
from escalation.ports import TicketFilter
from escalation.ticket import fold
from stores.journal import Journal
from stores.lines import Lines
from stores.news import Watcher
from tests.api.memory_lines import line_of
from tests.stores.stories import HOUR, MONDAY, accepted, closed, escalated, intake, queued, resolved, story

LIVES: dict[str, list[Event]] = {
    "T-NEW": [intake("T-NEW"), queued("tomas")],
    "T-TAKEN": [intake("T-TAKEN", MONDAY - HOUR), queued("priya"), accepted("priya", MONDAY + HOUR)],
    "T-UP": [intake("T-UP", client="other"), queued("priya"), escalated("marek", MONDAY + HOUR)],
    "T-HELD": [
        intake("T-HELD", MONDAY - 2 * HOUR),
        queued("tomas"),
        accepted("tomas", MONDAY),
        Held(at=MONDAY + HOUR, by="tomas", reason="waiting_customer"),
    ],
    "T-OVER": [intake("T-OVER"), queued("tomas"), resolved("tomas", MONDAY + HOUR), closed(MONDAY + 2 * HOUR)],
}
OPEN = TicketFilter(open=True)


@pytest.fixture
def lines(engine: Engine) -> Lines:
    for ticket_id, events in LIVES.items():
        Journal(engine).append(story(ticket_id, *events))
    return Lines(engine, now=lambda: MONDAY + HOUR)


def ids(lines: Lines, wanted: TicketFilter, order: Order = "newest") -> list[str]:
    return [line.id for line in lines.lines(wanted, order, 50).lines]


def test_a_line_says_what_the_whole_ticket_says(lines: Lines) -> None:
    said = {line.id: line for line in lines.lines(TicketFilter(), "newest", 50).lines}
    assert said.keys() == LIVES.keys()
    for ticket_id, events in LIVES.items():
        whole = line_of(fold(events))
        told = said[ticket_id].model_dump(exclude={"next_deadline", "next_due_at", "risk_at"})
        assert told == whole.model_dump(exclude={"next_deadline", "next_due_at", "risk_at"})


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (TicketFilter(open=True, accepted=False), {"T-NEW", "T-UP"}),
        (TicketFilter(on_hold=True), {"T-HELD"}),
        (TicketFilter(open=True, on_hold=False), {"T-NEW", "T-TAKEN", "T-UP"}),
        (TicketFilter(open=False), {"T-OVER"}),
        (TicketFilter(clients=("other",)), {"T-UP"}),
        (TicketFilter(words="t-up"), {"T-UP"}),
        (TicketFilter(ids=("T-UP", "T-OVER", "T-GONE")), {"T-UP", "T-OVER"}),
        (TicketFilter(ids=("T-UP", "T-OVER"), clients=("other",)), {"T-UP"}),
        (TicketFilter(ids=()), set()),
        (TicketFilter(words="no MAIL"), set(LIVES)),
        (TicketFilter(words="%"), set()),
        (TicketFilter(words="_o mail"), set()),
        (TicketFilter(emergency=True), set()),
        (TicketFilter(category="mail", owner="marek"), {"T-UP"}),
    ],
)
def test_a_filter_means_just_these(lines: Lines, wanted: TicketFilter, found: set[str]) -> None:
    assert set(ids(lines, wanted)) == found
    assert lines.count(wanted) == len(found)


def test_the_next_promise_to_break_comes_first_and_what_waits_for_none_last(lines: Lines) -> None:
    due = lines.lines(OPEN, "due", 50).lines
    moments = [line.breach_at for line in due if line.breach_at]
    assert moments == sorted(moments)
    assert len(moments) > 1
    assert due[-1].id == "T-HELD" or due[-1].breach_at


@pytest.mark.parametrize("order", get_args(Order))
def test_pages_follow_each_other_without_a_gap_or_a_repeat(lines: Lines, order: Order) -> None:
    whole, paged, cursor = ids(lines, TicketFilter(), order), list[str](), None
    for _ in LIVES:
        page = lines.lines(TicketFilter(), order, 2, cursor)
        paged += [line.id for line in page.lines]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert paged == whole
    with pytest.raises(ValueError, match="not given out here"):
        lines.lines(TicketFilter(), order, 2, "nonsense")


def test_a_page_is_one_statement_however_many_tickets_it_shows(engine: Engine, lines: Lines) -> None:
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    lines.lines(OPEN, "due", 50)
    assert len([each for each in asked if "tickets" in each]) == 1


def test_there_is_news_after_each_change_and_only_then(engine: Engine, lines: Lines) -> None:
    watcher = Watcher(engine, Journal(engine))
    before = watcher.news()
    assert watcher.news() == before
    Journal(engine).append(story("T-NEW", accepted("tomas", MONDAY + HOUR), first=3))
    assert watcher.news() != before
