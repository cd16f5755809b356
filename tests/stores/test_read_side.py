from datetime import datetime
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine, delete, event, select, update

from escalation import sla
from escalation.events import (
    BreachStated,
    Cancelled,
    CoverageGap,
    Event,
    ExclusionDecided,
    Held,
    MarkPassed,
    NearMissLogged,
    Need,
    NoteRated,
    Nudged,
    Paged,
    Reopened,
    Resumed,
    Returned,
    UnderEscalated,
)
from escalation.lifecycle import Stage
from escalation.metrics import escalation_figures, grouped
from escalation.ports import TicketFilter
from escalation.records import Climb
from escalation.sla import passed, without
from escalation.terms import Priority
from stores.database import transaction
from stores.desk import Desk
from stores.journal import Journal
from stores.read_side import ReadSide
from stores.rebuild import rebuild
from stores.schema import tickets
from tests.stores.desks import policy
from tests.stores.stories import (
    HOUR,
    MONDAY,
    accepted,
    clock,
    closed,
    escalated,
    intake,
    queued,
    resolved,
    short_life,
    story,
)

EVERYTHING = TicketFilter()


class Shelf:
    """A journal, and the read side at a moment that the test chooses."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.at = engine, MONDAY
        self.books, self.read = Journal(engine), ReadSide(engine, now=lambda: self.at)

    def ids(self, wanted: TicketFilter = EVERYTHING) -> list[str]:
        return [each.ticket.id for each in self.read.tickets(wanted, 100, None).tickets]


@pytest.fixture
def shelf(engine: Engine) -> Shelf:
    return Shelf(engine)


def _returned(owner: str, at: datetime) -> Returned:
    return Returned(at=at, by="marek", stage=Stage.TIER_1, from_tier=2, to_tier=1, need=Need(tier=1), owner=owner)


def _eventful(ticket_id: str) -> list[Event]:
    late = MONDAY + 3 * HOUR
    return [
        intake(ticket_id),
        queued("tomas"),
        accepted("tomas", MONDAY + HOUR / 2),
        NearMissLogged(at=MONDAY + HOUR / 2, considered_trigger="C1", why_considered="?", what_unblocked_it="!"),
        escalated("marek", MONDAY + HOUR),
        accepted("marek", MONDAY + 2 * HOUR),
        Held(at=MONDAY + 2 * HOUR, reason="waiting_customer"),
        Resumed(at=late),
        _returned("priya", late),
        escalated("marek", late + HOUR),
        resolved("marek", late + 2 * HOUR, tier=2),
        Reopened(at=late + 3 * HOUR, stage=Stage.TIER_2, to_tier=2, need=Need(tier=2), owner="marek"),
        accepted("marek", late + 4 * HOUR),
        resolved("marek", late + 5 * HOUR, tier=2),
        closed(late + 6 * HOUR),
    ]


def test_a_ticket_is_found_as_its_journal_tells_it(shelf: Shelf) -> None:
    shelf.books.append(short_life("t1"))
    found = shelf.read.ticket("t1")
    assert found is not None
    assert (found.ticket.owner, found.ticket.seq, found.imported) == ("tomas", 3, False)
    assert (found.next_deadline, found.next_due_at) == ("first response 50", MONDAY + HOUR)
    assert shelf.read.ticket("t2") is None


def test_lists_are_newest_first(shelf: Shelf) -> None:
    for n in range(3):
        shelf.books.append(short_life(f"t{n}", at=MONDAY + n * HOUR))
    assert shelf.ids() == ["t2", "t1", "t0"]


def test_paging_shows_each_ticket_once_while_others_come_in(shelf: Shelf) -> None:
    for n in range(25):
        shelf.books.append(short_life(f"t{n:02}", at=MONDAY + (n // 3) * HOUR))  # some at the same moment
    expected, seen, cursor, newer = shelf.ids(), list[str](), None, count()
    while True:
        page = shelf.read.tickets(EVERYTHING, 4, cursor)
        seen += [each.ticket.id for each in page.tickets]
        cursor = page.next_cursor
        if cursor is None:
            break
        n = next(newer)
        shelf.books.append(short_life(f"new{n}", at=MONDAY + (100 + n) * HOUR))
        shelf.books.append(story(seen[-1], escalated("marek", MONDAY + 90 * HOUR), first=4))
    assert seen == expected


@pytest.mark.parametrize("cursor", ["", "x", "!!!", "e30", "W10", "WzEsMl0", "WyJub3ciLCAidDEiXQ", "é"])
def test_a_cursor_from_elsewhere_is_refused(shelf: Shelf, cursor: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        shelf.read.tickets(EVERYTHING, 10, cursor)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (TicketFilter(stage="tier_2"), ["up"]),
        (TicketFilter(stage="resolved"), ["done"]),
        (TicketFilter(owner="priya"), ["new"]),
        (TicketFilter(client="globex"), ["new"]),
        (TicketFilter(clients=("globex", "other")), ["new"]),
        (TicketFilter(clients=()), []),
        (TicketFilter(client="acme", clients=("globex",)), []),
        (TicketFilter(priority=Priority.P3, kind="incident"), ["new", "up", "done"]),
        (TicketFilter(kind="request"), []),
        (TicketFilter(accepted=False), ["new", "up"]),
        (TicketFilter(accepted=True), ["done"]),
        (TicketFilter(accepted=False, owner="marek"), ["up"]),
    ],
)
def test_each_filter_narrows_the_list(shelf: Shelf, wanted: TicketFilter, found: list[str]) -> None:
    shelf.books.append([*short_life("done"), *story("done", resolved("tomas", MONDAY + HOUR), first=4)])
    shelf.books.append([*short_life("up", at=MONDAY + HOUR), *story("up", escalated("marek", MONDAY + HOUR), first=4)])
    shelf.books.append(story("new", intake("new", MONDAY + 2 * HOUR, client="globex"), queued("priya")))
    assert shelf.ids(wanted) == found


@pytest.mark.parametrize(
    ("hours", "at_risk", "breached"),
    [(1.4, [], []), (1.5, ["t"], []), (1.99, ["t"], []), (2, [], ["t"])],
)
def test_a_promise_is_at_risk_from_three_quarters_on_and_then_breached(
    shelf: Shelf, hours: float, at_risk: list[str], breached: list[str]
) -> None:
    shelf.books.append(story("t", intake("t"), queued("tomas")))  # a first response within two hours
    shelf.at = MONDAY + hours * HOUR
    assert shelf.ids(TicketFilter(sla="at_risk")) == at_risk
    assert shelf.ids(TicketFilter(sla="breached")) == breached


def test_a_promise_whose_mark_has_passed_stays_at_risk(shelf: Shelf) -> None:
    opened = intake("t")
    clock = opened.clocks["first_response"]
    for mark in ("50", "75"):
        clock = without(clock, mark)
    passed = MarkPassed(
        at=MONDAY + 1.5 * HOUR, clock=clock.name, generation=1, mark="75", due_at=MONDAY, clocks={clock.name: clock}
    )
    shelf.books.append(story("t", opened, queued("tomas"), passed))
    shelf.at = MONDAY + 1.6 * HOUR
    assert shelf.ids(TicketFilter(sla="at_risk")) == ["t"]


def test_an_unknown_standing_is_refused(shelf: Shelf) -> None:
    with pytest.raises(ValueError, match="at_risk or breached"):
        shelf.read.tickets(TicketFilter(sla="late"), 10, None)


def test_the_queues_add_up_what_waits_and_what_people_hold(shelf: Shelf) -> None:
    Desk(shelf.engine).seed(policy())
    shelf.books.append(story("a", intake("a"), queued("tomas")))
    shelf.books.append(short_life("b", "priya", MONDAY + HOUR))
    shelf.books.append(story("c", intake("c"), queued("tomas", MONDAY + HOUR / 2)))
    shelf.books.append([*short_life("d"), *story("d", escalated("marek", MONDAY + HOUR), first=4)])
    shelf.books.append([*short_life("e"), *story("e", Held(at=MONDAY + HOUR, reason="vendor"), first=4)])
    shelf.books.append([*short_life("f"), *story("f", resolved("tomas", MONDAY + HOUR), first=4)])
    shelf.books.append(story("old", intake("old", source="import"), queued("tomas")))

    queues = shelf.read.queues(MONDAY + 2.5 * HOUR)
    first, second, third = queues.tiers
    assert (first.open, first.waiting, first.unaccepted, first.oldest_unaccepted_at) == (4, 1, 2, MONDAY)
    assert (first.at_risk, first.breached) == (1, 3)  # b came in an hour later
    assert (second.open, second.unaccepted, second.oldest_unaccepted_at) == (1, 1, MONDAY + HOUR)
    assert (third.open, third.oldest_unaccepted_at) == (0, None)
    assert {each.person: each.open for each in queues.load if each.open} == {"tomas": 3, "priya": 1, "marek": 1}
    assert next(each for each in queues.load if each.person == "tomas").capacity == 3


def test_the_queues_of_one_client_show_nothing_of_another(shelf: Shelf) -> None:
    Desk(shelf.engine).seed(policy())
    shelf.books.append(short_life("a", client="acme"))
    shelf.books.append(short_life("b", "priya", client="globex"))
    queues = shelf.read.queues(MONDAY, ("globex",))
    assert queues.tiers[0].open == 1
    assert {each.person for each in queues.load if each.open} == {"priya"}


def test_the_number_of_questions_does_not_grow_with_the_tickets(shelf: Shelf) -> None:
    for n in range(30):
        shelf.books.append(short_life(f"t{n}"))
    asked: list[str] = []
    event.listen(shelf.engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
    shelf.read.queues(MONDAY)
    shelf.read.facts()
    shelf.read.tickets(EVERYTHING, 30, None)
    assert len(asked) == 7


def test_rebuilding_gives_the_same_rows(shelf: Shelf) -> None:
    for n in range(3):
        shelf.books.append(story(f"t{n}", *_eventful(f"t{n}")))
        shelf.books.append(short_life(f"s{n}"))
    before = _rows(shelf.engine)
    with transaction(shelf.engine) as connection:
        connection.execute(delete(tickets).where(tickets.c.ticket_id == "t1"))
        connection.execute(update(tickets).values(owner="nobody", breached=True))
    told: list[tuple[int, int]] = []
    assert rebuild(shelf.engine, lambda done, of: told.append((done, of))) == 6
    assert told == [(6, 6)]
    assert _rows(shelf.engine) == before


def test_after_a_rebuild_the_journal_goes_on(shelf: Shelf) -> None:
    shelf.books.append(short_life("t"))
    rebuild(shelf.engine)
    shelf.books.append(story("t", escalated("marek", MONDAY + HOUR), first=4))
    assert shelf.ids(TicketFilter(owner="marek")) == ["t"]


def test_the_facts_of_an_eventful_ticket_are_what_happened(shelf: Shelf) -> None:
    Desk(shelf.engine).seed(policy())
    shelf.books.append(story("t", *_eventful("t")))
    (facts,) = shelf.read.facts()
    assert [move.name for move in facts.moves] == ["1->2", "2->1", "1->2"]
    assert [stay.handoff_delay for stay in facts.stays] == [HOUR / 2, HOUR, None, None]
    assert (facts.time_to_resolve, facts.completed_as, facts.resolved_tier) == (5 * HOUR, "fixed", 2)
    assert facts.waited_before_resolve == HOUR
    assert (facts.reopens, facts.near_misses, facts.events) == (1, 1, 15)
    assert (facts.client, facts.category, facts.priority) == ("acme", "mail", "P3")
    assert (facts.technician, facts.shift) == ("tomas", "office")
    figures = escalation_figures([facts], own=True)
    assert figures.never_accepted.n == 1


def test_r41_who_escalated_what_the_tier_may_finish_is_read_back(shelf: Shelf) -> None:
    needless = escalated("marek", MONDAY + HOUR).model_copy(update={"in_scope": True})
    shelf.books.append([*short_life("t0"), *story("t0", needless, first=4)])
    shelf.books.append([*short_life("t1"), *story("t1", escalated("marek", MONDAY + HOUR), first=4)])
    assert {facts.ticket_id: facts.in_scope for facts in shelf.read.facts()} == {"t0": (("ann", "mail"),), "t1": ()}


def test_facts_are_chosen_by_window_and_client(shelf: Shelf) -> None:
    for n, client in enumerate(("acme", "globex", "acme")):
        shelf.books.append(short_life(f"t{n}", at=MONDAY + n * HOUR, client=client))

    def chosen(**by: Any) -> list[str]:
        return [facts.ticket_id for facts in shelf.read.facts(**by)]

    assert chosen() == ["t0", "t1", "t2"]
    assert chosen(since=MONDAY + HOUR) == ["t1", "t2"]
    assert chosen(until=MONDAY + HOUR) == ["t0"]
    assert chosen(clients=("acme",)) == ["t0", "t2"]
    assert chosen(imported=True) == []


def test_a_ticket_merged_into_another_is_not_counted_twice(shelf: Shelf) -> None:
    merged = Cancelled(at=MONDAY + HOUR, reason="duplicate", merged_into="t0")
    shelf.books.append(short_life("t0"))
    shelf.books.append([*short_life("t1"), *story("t1", merged, first=4)])
    assert [facts.ticket_id for facts in shelf.read.facts()] == ["t0"]


def _rows(engine: Engine) -> list[dict[str, object]]:
    with transaction(engine) as connection:
        return [dict(row) for row in connection.execute(select(tickets).order_by(tickets.c.ticket_id)).mappings()]


def test_r69_after_hours_shifts_and_partners_are_measured_apart(engine: Engine) -> None:
    Desk(engine).seed(policy(people={"priya": {"partner": "Manila Support"}}))
    night = MONDAY - 6 * HOUR  # five in the morning in Warsaw
    for name, owner, at in (("day", "tomas", MONDAY), ("night", "priya", night)):
        moved = escalated("elena", at + HOUR)
        rated = NoteRated(at=at + 2 * HOUR, by="elena", rating="unusable" if name == "night" else "complete")
        Journal(engine).append(story(name, intake(name, at), queued(owner, at), moved, rated))
    facts = ReadSide(engine).facts()
    by_hours = grouped(facts, "hours", lambda ticket: ticket.kept, own=True)
    assert {name: figures.cases for name, figures in by_hours.items()} == {"after_hours": 1, "business_hours": 1}
    assert by_hours["after_hours"].tier_moves == {"1->2": 1}
    assert by_hours["after_hours"].sla is not None
    notes = by_hours["after_hours"].notes
    assert notes is not None
    assert (notes.rated, notes.unusable) == (1, 1)
    assert set(grouped(facts, "partner")) == {"Manila Support", "(none)"}
    assert set(grouped(facts, "shift")) == {"office"}


def test_r40_what_stands_still_and_what_a_tier_keeps_too_long_is_listed(shelf: Shelf) -> None:
    late = MONDAY + HOUR
    quiet = accepted("tomas", MONDAY).model_copy(update={"idle_at": late})
    nudge = Nudged(
        at=late, level=1, due_at=late, idle_since=MONDAY, limit=HOUR, tier=1, ask=("escalate",), inform="owner"
    )
    kept = UnderEscalated(at=late, tier=1, due_at=late, values={"failed_attempts": 1})
    for its_id, more in (("busy", []), ("still", [nudge]), ("kept", [kept])):
        shelf.books.append(story(its_id, intake(its_id), queued("tomas"), quiet, *more))
    assert shelf.ids(TicketFilter(stagnant=True)) == ["still"]
    assert shelf.ids(TicketFilter(stagnant=False)) == ["kept", "busy"]
    assert shelf.ids(TicketFilter(under_escalated=True)) == ["kept"]
    assert shelf.ids(TicketFilter(under_escalated=False)) == ["still", "busy"]


def test_r65_a_ticket_that_everybody_on_call_was_paged_about_in_vain_is_listed_until_somebody_is_paged_again(
    shelf: Shelf,
) -> None:
    late = MONDAY + HOUR
    climbed = Climb(ladder="emergency", paged=("sofia",), exhausted=True)
    gap = CoverageGap(at=late, ladder="emergency", epoch=1, paged=("sofia",), climb=climbed)
    again = Paged(
        at=late, rota="seniors", need=Need(rota="seniors"), person="marek", via="on_call", loop=1, step=0, notice=1,
        epoch=1, due_at=late, incoming=True, climb=climbed.model_copy(update={"next_at": late + HOUR}),
    )  # fmt: skip
    for its_id, more in (("calm", []), ("bare", [gap]), ("paged", [gap, again]), ("taken", [gap, accepted("a", late)])):
        shelf.books.append(story(its_id, intake(its_id), queued("tomas"), *more))
    assert shelf.ids(TicketFilter(uncovered=True)) == ["bare"]
    assert sorted(shelf.ids(TicketFilter(uncovered=False))) == ["calm", "paged", "taken"]


def test_b14_an_excluded_breach_is_not_among_the_broken_promises(shelf: Shelf) -> None:
    breached = sla.excluded(passed(clock("resolution", MONDAY, HOUR), "100"))
    decided = ExclusionDecided(
        at=MONDAY, by="grace", clock="resolution", approved=True, reason="as agreed", clocks={"resolution": breached}
    )
    said = BreachStated(at=MONDAY, by="ann", clock="resolution", generation=1, code="vendor", text="late")
    shelf.books.append(story("t1", intake("t1"), queued("tomas"), said, decided))
    (facts,) = shelf.read.facts()
    assert facts.kept is not None
    assert (facts.kept.resolution_breached, facts.kept.excluded) == (False, 1)
