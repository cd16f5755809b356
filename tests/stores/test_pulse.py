"""The state of the desk in numbers: what is counted, and what of the journal says how far the read side is behind."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, event

from escalation.events import Held, Resumed
from escalation.pulse import Line
from stores.journal import Journal
from stores.pulse import Pulses
from tests.stores.stories import HOUR, MONDAY, accepted, escalated, intake, queued, resolved, short_life, story


def _now() -> datetime:
    return datetime.now(UTC)


def test_live_tickets_are_counted_by_stage_and_priority(engine: Engine) -> None:
    books = Journal(engine)
    books.append(story("a", intake("a"), queued("tomas")))
    books.append(short_life("b", "priya", MONDAY + HOUR))
    books.append([*short_life("d"), *story("d", escalated("marek", MONDAY + HOUR), first=4)])
    books.append([*short_life("e"), *story("e", Held(at=MONDAY + HOUR, reason="vendor"), first=4)])
    books.append([*short_life("f"), *story("f", resolved("tomas", MONDAY + HOUR), first=4)])
    books.append(story("old", intake("old", source="import"), queued("tomas")))
    first, second = Pulses(engine).pulse(MONDAY + 2.5 * HOUR).lines
    assert (first.stage, first.open, first.on_hold, first.unaccepted) == ("tier_1", 3, 1, 1)
    assert (first.oldest_unaccepted_at, first.at_risk, first.breached) == (MONDAY, 1, 2)
    assert (second.stage, second.open, second.unaccepted) == ("tier_2", 1, 1)
    assert second.oldest_unaccepted_at == MONDAY + HOUR


def test_a_ticket_in_triage_waits_for_nobody_to_accept_it(engine: Engine) -> None:
    Journal(engine).append(story("a", intake("a")))
    (line,) = Pulses(engine).pulse(MONDAY + HOUR).lines
    assert line == Line(
        stage="triage", priority=line.priority, open=1, on_hold=0, unaccepted=0, oldest_unaccepted_at=None,
        at_risk=line.at_risk, breached=line.breached, emergencies=0,
    )  # fmt: skip


def test_an_empty_desk_has_no_lines_and_no_lag(engine: Engine) -> None:
    pulse = Pulses(engine).pulse(MONDAY)
    assert (pulse.lines, pulse.lag) == ((), None)


def test_the_lag_is_that_of_the_slowest_of_the_latest_entries(engine: Engine) -> None:
    books, late = Journal(engine), _now() - timedelta(seconds=90)
    books.append(story("a", intake("a", at=late), queued("tomas", late)))
    books.append(story("a", accepted("tomas", _now()), first=3))
    lag = Pulses(engine).pulse(_now()).lag
    assert lag is not None
    assert timedelta(seconds=90) <= lag < timedelta(seconds=120)


def test_what_has_times_of_its_own_is_no_lag(engine: Engine) -> None:
    """An imported log, and a hold that ended when the customer had replied, not when that was noted."""
    books, now = Journal(engine), _now()
    books.append(story("old", intake("old", source="import", at=MONDAY), queued("tomas", MONDAY)))
    books.append(story("a", intake("a", at=now), queued("tomas", now), Held(at=now, reason="vendor")))
    books.append(story("a", Resumed(at=now - HOUR), first=4))
    lag = Pulses(engine).pulse(_now()).lag
    assert lag is not None
    assert lag < timedelta(minutes=1)


def test_the_number_of_statements_does_not_grow_with_the_tickets(engine: Engine) -> None:
    for n in range(30):
        Journal(engine).append(short_life(f"t{n}"))
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
    Pulses(engine).pulse(MONDAY)
    assert len(asked) == 4  # of tickets, of the latest entries, and two of what comes in
