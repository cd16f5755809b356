"""The figures in SQL are the figures of the fold: over random pasts, over a real log, and after a rebuild."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, event, select, update

from escalation.audit.alarm import alarm
from escalation.audit.window import Window
from escalation.events import Cancelled, Entry, Need, Returned
from escalation.facts import TicketFacts
from escalation.figures import FIGURES, ONLY, FigureName, Place, Scope
from escalation.figures.folded import FoldedFigures
from escalation.figures.heat import HAPPENED
from escalation.lifecycle import Stage
from escalation.policy import Policy
from escalation.published import EscalationFigures
from stores.audit_reading import AuditReading
from stores.database import transaction
from stores.desk import Desk
from stores.figure_filling import fill_figures
from stores.journal import Journal
from stores.policies import Policies
from stores.read_side import ReadSide
from stores.rebuild import rebuild
from stores.schema import assignments, journal, ticket_figures, ticket_stays, tickets, tier_one_events
from tests.stores.desks import policy as desk_policy
from tests.stores.past import DESK, Past, chosen, figures_in, moments, pasts, told
from tests.stores.server import Server
from tests.stores.stories import (
    HOUR,
    MONDAY,
    accepted,
    escalated,
    intake,
    queued,
    resolved,
    short_life,
    story,
)

# To shrink a past takes longer than to read it.
_SLOW: dict[str, Any] = {
    "deadline": None,
    "phases": (Phase.explicit, Phase.reuse, Phase.generate),
    "suppress_health_check": list(HealthCheck),
}
ZONES = ("UTC", "America/Chicago", "Asia/Kathmandu")
_TOLD = (journal, tickets, ticket_figures, ticket_stays, tier_one_events, assignments)


def folded(past: Past, policy: Policy = DESK) -> FoldedFigures:
    def unseen(*_: object) -> Any:
        raise AssertionError("the alarm has tests of its own")

    facts = told(past, policy)
    return FoldedFigures(lambda scope: chosen(facts, scope), unseen)


class Desks:
    """A database with the default policy's people, filled with one past after another."""

    def __init__(self, engine: Engine, server: Server) -> None:
        self.engine, self._server = engine, server
        Policies(engine).publish("The text", DESK, by="grace", at=MONDAY)

    def tell(self, past: Past) -> None:
        with self.engine.begin() as connection:
            names = ", ".join(table.name for table in _TOLD)
            connection.exec_driver_sql(f"SET LOCAL session_replication_role = replica; TRUNCATE {names}")
        Journal(self.engine).append([entry for entries in past for entry in entries])


@pytest.fixture
def desks(engine: Engine, server: Server) -> Desks:
    return Desks(engine, server)


@st.composite
def scopes(draw: st.DrawFn, past: Past, fold: FoldedFigures) -> Scope:
    """A scope that may cut the past anywhere."""
    since, until = (draw(st.sampled_from([None, *moments(past)])) for _ in range(2))
    scope = Scope(
        since=since,
        until=until and until + timedelta(microseconds=1),
        clients=draw(st.sampled_from([None, None, ("acme-dental",), ("northside-clinic", "volta-mfg"), ()])),
        imported=draw(st.sampled_from([None, False, False, True])),
    )
    groups = draw(st.sampled_from([(), (), *((by,) for by in ONLY)]))
    for by in groups:
        names = list(fold.escalation_by(scope, by))
        scope = scope.model_copy(update={"only": {by: draw(st.sampled_from([*names, "nobody"]))}})
    return scope


@settings(max_examples=25, **_SLOW)
@given(data=st.data(), past=pasts())
def test_r91_sql_gives_every_figure_of_the_fold(desks: Desks, data: st.DataObject, past: Past) -> None:
    desks.tell(past)
    sql, fold = figures_in(desks.engine), folded(past)
    scope = data.draw(scopes(past, fold))
    assert sql.escalation(scope).model_dump_json() == fold.escalation(scope).model_dump_json()
    for by in ONLY:
        assert sql.escalation_by(scope, by) == fold.escalation_by(scope, by)
    assert sql.flows(scope) == fold.flows(scope)
    zone = data.draw(st.sampled_from(ZONES))
    assert sql.heat(scope, zone) == fold.heat(scope, zone)
    for every in ("day", "week", "month"):
        assert sql.trend(scope, every, zone) == fold.trend(scope, every, zone)


@settings(max_examples=10, **_SLOW)
@given(data=st.data(), past=pasts())
def test_r91_sql_finds_the_tickets_behind_every_number(desks: Desks, data: st.DataObject, past: Past) -> None:
    desks.tell(past)
    sql, fold = figures_in(desks.engine), folded(past)
    scope = data.draw(scopes(past, fold))
    for figure in FIGURES:
        for place in _places(figure, fold, scope):
            found = sql.behind(scope, figure, place, 50)
            assert found == fold.behind(scope, figure, place, 50), (figure, place)


@settings(max_examples=15, **_SLOW)
@given(data=st.data(), past=pasts())
def test_r86_sql_gives_the_verdict_of_the_fold(desks: Desks, data: st.DataObject, past: Past) -> None:
    desks.tell(past)
    reading = AuditReading(desks.engine, ReadSide(desks.engine))
    at = st.sampled_from(moments(past)).map(lambda moment: moment - timedelta(minutes=1))
    since, lasts = data.draw(at), data.draw(st.sampled_from([timedelta(hours=4), timedelta(days=90)]))
    clients = data.draw(st.sampled_from([None, None, ("acme-dental",), ()]))
    seen = reading.seen(Window(since=since, until=since + lasts), clients)
    assert figures_in(desks.engine).alarm(since, since + lasts, clients) == alarm(seen)


def _places(figure: FigureName, fold: FoldedFigures, scope: Scope) -> Iterator[Place]:
    """Every place of a figure at which there is a number, and one at which there is none."""
    said = fold.escalation(scope)
    match figure:
        case "worked" | "escalated":
            yield from (Place(tier=tier) for tier in (None, 1, 2, 3))
        case "moves":
            yield from (Place(of=move) for move in (*said.tier_moves, "3->9", ""))
        case "notes":
            yield from (Place(of=rating) for rating in ("", "complete", "usable", "unusable", "lovely"))
        case "routine_by_category":
            yield from (Place(of=of) for of in (*(said.tier_3.by_category if said.tier_3 else ()), "mail", "nothing"))
        case "in_scope_by_technician":
            yield from (Place(of=who) for who in (*(said.in_scope.by_technician if said.in_scope else ()), "nobody"))
        case "in_scope_by_category":
            yield from (Place(of=of) for of in (*(said.in_scope.by_category if said.in_scope else ()), "(none)"))
        case "flow":
            yield from (Place(of=flow.name) for flow in fold.flows(scope).flows)
        case "ended":
            yield from (Place(of=end) for end in ("resolved", "cancelled", "open", "well"))
        case "hour":
            cells = fold.heat(scope, "America/Chicago").cells
            yield from (
                Place(of=what, weekday=cell.weekday, hour=cell.hour, zone="America/Chicago")
                for what in HAPPENED
                for cell in [each for each in cells if getattr(each, what)] or cells[:1]
            )
        case _:
            yield Place()


NUMBERS: list[tuple[FigureName, Place, Callable[[EscalationFigures], int]]] = [
    ("cases", Place(), lambda said: said.cases),
    ("worked", Place(tier=1), lambda said: said.escalation_rate["1"].worked),
    ("escalated", Place(tier=2), lambda said: said.escalation_rate["2"].escalated),
    ("escalated", Place(), lambda said: said.escalated_cases.n),
    ("escalations", Place(), lambda said: said.never_accepted.of),
    ("moves", Place(of="1->2"), lambda said: said.tier_moves.get("1->2", 0)),
    ("handoffs_accepted", Place(), lambda said: said.handoff_delay_accepted.n),
    ("never_accepted", Place(), lambda said: said.never_accepted.n),
    ("resolved", Place(), lambda said: said.time_to_resolve.n),
    ("reopened", Place(), lambda said: said.reopened_cases.n),
    ("near_misses", Place(), lambda said: said.near_misses.n if said.near_misses else 0),
    ("notes", Place(), lambda said: said.notes.rated if said.notes else 0),
    ("in_scope", Place(), lambda said: said.in_scope.n if said.in_scope else 0),
    ("worked", Place(tier=3), lambda said: said.tier_3.n if said.tier_3 else 0),
    ("routine", Place(), lambda said: said.tier_3.routine if said.tier_3 else 0),
    ("reserved", Place(), lambda said: said.tier_3.reserved if said.tier_3 else 0),
    ("promised", Place(), lambda said: said.sla.cases if said.sla else 0),
    ("responded", Place(), lambda said: said.sla.responded if said.sla else 0),
    ("response_breached", Place(), lambda said: said.sla.response_breached if said.sla else 0),
    ("promise_resolved", Place(), lambda said: said.sla.resolved if said.sla else 0),
    ("promise_resolved", Place(), lambda said: getattr(said.time_to_resolve_in_business_hours, "n", 0)),
    ("resolution_breached", Place(), lambda said: said.sla.resolution_breached if said.sla else 0),
    ("excluded", Place(), lambda said: said.sla.excluded if said.sla else 0),
]


@settings(max_examples=15, **_SLOW)
@given(past=pasts())
def test_the_tickets_behind_a_number_add_up_to_it(past: Past) -> None:
    fold, scope = folded(past), Scope()
    for figure, place, number in NUMBERS:
        assert fold.behind(scope, figure, place, 50).total == number(fold.escalation(scope)), (figure, place)
    heat, trend = fold.heat(scope, "UTC"), fold.trend(scope, "day", "UTC")
    for what, figure in (("taken_in", "cases"), ("escalations", "escalations"), ("breaches", "breaches")):
        total = fold.behind(scope, figure, Place(), 50).total
        assert sum(getattr(cell, what) for cell in heat.cells) == total
        assert sum(getattr(day, "cases" if what == "taken_in" else what) for day in trend.periods) == total


REACHED: dict[str, Callable[[TicketFacts], bool]] = {
    "an escalation": lambda facts: bool(facts.escalations),
    "two escalations": lambda facts: len(facts.escalations) > 1,
    "a return": lambda facts: facts.sent_down_after_escalation,
    "the same tier twice": lambda facts: facts.escalated_again_from_same_tier,
    "a breach": lambda facts: bool(facts.kept and facts.kept.breaches),
    "a breach, had holds not paused": lambda facts: bool(facts.kept and facts.kept.gross_breached),
    "an excluded breach": lambda facts: bool(facts.kept and facts.kept.excluded),
    "a hold": lambda facts: bool(facts.waited_before_resolve),
    "a reopening": lambda facts: facts.reopens > 0,
    "a near miss": lambda facts: facts.near_misses > 0,
    "a rated note": lambda facts: bool(facts.ratings),
    "over-escalation": lambda facts: bool(facts.in_scope),
    "a handoff accepted": lambda facts: any(move.entered.handoff_delay for move in facts.escalations),
    "one that was not": lambda facts: any(move.entered.pickup == "left_unaccepted" for move in facts.escalations),
    "an end": lambda facts: facts.outcome == "resolved",
    "a cancellation": lambda facts: facts.outcome == "cancelled",
    "no end": lambda facts: facts.outcome == "open",
    "an older duplicate": lambda facts: facts.opened_at < facts.came_in_at,
    "after hours": lambda facts: facts.hours == "after_hours",
    "routine work at Tier 3": lambda facts: facts.routine and any(stay.tier == 3 for stay in facts.stays),
    "a ticket for Tier 3": lambda facts: not facts.routine and any(stay.tier == 3 for stay in facts.stays),
    "a promise kept in business hours": lambda facts: bool(facts.kept and facts.kept.resolution),
    "a partner's ticket": lambda facts: facts.partner is not None,
}


class _AllSeen(Exception):
    """Nothing more to look for."""


@pytest.fixture(scope="module")
def reached() -> set[str]:
    """What the first random pasts come to."""
    seen: set[str] = set()

    @settings(max_examples=300, database=None, derandomize=True, **_SLOW)
    @given(pasts())
    def look(past: Past) -> None:
        facts = chosen(told(past, DESK), Scope(imported=False))
        seen.update(what for what, holds in REACHED.items() if any(map(holds, facts)))
        if len(seen) == len(REACHED):
            raise _AllSeen

    with suppress(_AllSeen):
        look()
    return seen


@pytest.mark.parametrize("what", REACHED)
def test_the_random_pasts_reach(what: str, reached: set[str]) -> None:
    assert what in reached


def eventful(ticket_id: str, client: str = "acme") -> list[Entry]:
    """Escalated twice, sent down between, resolved at Tier 2."""
    return story(
        ticket_id,
        intake(ticket_id, client=client),
        queued("tomas"),
        accepted("tomas", MONDAY + HOUR / 2),
        escalated("marek", MONDAY + HOUR),
        accepted("marek", MONDAY + 2 * HOUR),
        Returned(at=MONDAY + 3 * HOUR, by="marek", stage=Stage.TIER_1, from_tier=2, to_tier=1, need=Need(tier=1),
                 owner="priya"),
        escalated("marek", MONDAY + 4 * HOUR),
        resolved("marek", MONDAY + 5 * HOUR, tier=2),
    )  # fmt: skip


def all_rows(engine: Engine) -> list[list[dict[str, object]]]:
    with transaction(engine) as connection:
        return [
            [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for table in (ticket_figures, ticket_stays, tier_one_events)
        ]


def test_r91_a_rebuild_from_the_journal_gives_identical_numbers(engine: Engine) -> None:
    Desk(engine).seed(desk_policy())
    for n in range(3):
        for entry in eventful(f"t{n}"):  # one by one, as a live ticket writes them
            Journal(engine).append([entry])
    before, said = all_rows(engine), figures_in(engine).escalation(Scope())
    with transaction(engine) as connection:
        connection.execute(delete(ticket_stays).where(ticket_stays.c.n > 1))
        connection.execute(update(ticket_figures).values(escalations=9, to_resolve=None))
    assert figures_in(engine).escalation(Scope()) != said
    rebuild(engine)
    assert all_rows(engine) == before
    assert figures_in(engine).escalation(Scope()) == said


def test_tickets_of_an_earlier_release_get_their_figures_without_the_journal(engine: Engine) -> None:
    Desk(engine).seed(desk_policy())
    for n in range(3):
        Journal(engine).append(eventful(f"t{n}"))
    before = all_rows(engine)
    with transaction(engine) as connection:
        connection.execute(delete(ticket_figures).where(ticket_figures.c.ticket_id != "t1"))
        connection.execute(delete(ticket_stays).where(ticket_stays.c.ticket_id != "t1"))
        connection.execute(update(ticket_figures).values(seq=3, escalations=0))  # an older worker wrote more since
    assert fill_figures(engine) == 3
    assert all_rows(engine) == before
    assert fill_figures(engine) == 0


def test_what_an_earlier_release_did_not_write_is_filled_as_a_rebuild_would(engine: Engine) -> None:
    Desk(engine).seed(desk_policy())
    for n in range(3):
        Journal(engine).append(eventful(f"t{n}"))
    before = all_rows(engine)
    assert len(before[2]) == 3 * 2  # escalated twice out of Tier 1
    with transaction(engine) as connection:
        connection.execute(delete(tier_one_events))
        connection.execute(update(ticket_figures).values(promise_took=None, whole_seq=None))
    assert fill_figures(engine) == 3
    assert all_rows(engine) == before
    assert fill_figures(engine) == 0


def test_r87_which_tickets_at_tier_3_are_routine_is_for_the_policy_in_force_to_say(engine: Engine) -> None:
    policies, said = Policies(engine), figures_in(engine)
    policies.publish("The first", desk_policy(), by="grace", at=MONDAY)
    Journal(engine).append(story("t0", intake("t0"), queued("tomas"), escalated("sofia", MONDAY + HOUR, to_tier=3)))
    use = said.escalation(Scope()).tier_3
    assert use is not None
    assert (use.n, use.routine, use.by_category) == (1, 1, {"mail": 1})
    none_below = {1: {"may": ["vpn*"]}, 2: {"may": []}, 3: {}}
    policies.publish("The second", desk_policy(version="v2", scope=none_below), by="grace", at=MONDAY + HOUR)
    use = said.escalation(Scope()).tier_3
    assert use is not None
    assert (use.n, use.reserved, use.by_category) == (1, 1, {})
    assert said.behind(Scope(), "routine", Place(), 10).tickets == 0
    assert [each.ticket_id for each in said.behind(Scope(), "reserved", Place(), 10).behind] == ["t0"]


def test_a_merged_ticket_is_in_no_answer(engine: Engine) -> None:
    Desk(engine).seed(desk_policy())
    merged = Cancelled(at=MONDAY + 6 * HOUR, reason="duplicate", merged_into="t0")
    Journal(engine).append([*eventful("t0"), *short_life("t1"), *story("t1", merged, first=4)])
    said = figures_in(engine)
    assert said.escalation(Scope()).cases == said.flows(Scope()).cases == 1
    assert sum(cell.taken_in for cell in said.heat(Scope(), "UTC").cells) == 1
    assert [period.cases for period in said.trend(Scope(), "day", "UTC").periods] == [1]
    assert [each.ticket_id for each in said.behind(Scope(), "cases", Place(), 10).behind] == ["t0"]


def test_whoever_may_see_some_clients_sees_their_figures_alone(engine: Engine) -> None:
    Desk(engine).seed(desk_policy())
    Journal(engine).append([*eventful("t0"), *eventful("t1", client="globex")])
    said, theirs, nobodys = figures_in(engine), Scope(clients=("globex",)), Scope(clients=())
    assert set(said.escalation_by(theirs, "client")) == {"globex"}
    assert [each.ticket_id for each in said.behind(theirs, "escalations", Place(), 10).behind] == ["t1"]
    assert said.flows(theirs).cases == 1
    assert said.escalation(nobodys).cases == said.flows(nobodys).cases == 0
    assert said.trend(nobodys, "day", "UTC").periods == ()
    assert not any(cell.taken_in for cell in said.heat(nobodys, "UTC").cells)


def test_the_tickets_behind_a_number_come_page_by_page(engine: Engine) -> None:
    Desk(engine).seed(desk_policy())
    names = sorted([f"T-{n}" for n in range(12)] + ["a-1", "Z-9"])
    Journal(engine).append([entry for name in names for entry in eventful(name)])
    after, seen = None, list[str]()
    while True:
        page = figures_in(engine).behind(Scope(), "escalations", Place(), 5, after)
        assert (page.tickets, page.total) == (14, 28)
        seen += [each.ticket_id for each in page.behind]
        after = page.next_after
        if after is None:
            break
    assert seen == names


def test_the_number_of_statements_does_not_grow_with_the_tickets(engine: Engine) -> None:
    Desk(engine).seed(desk_policy())
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
    said, numbers = figures_in(engine), []
    for first in (0, 5):
        Journal(engine).append([entry for n in range(first, first * 6 + 1) for entry in eventful(f"t{n}")])
        asked.clear()
        said.escalation_by(Scope(), "hours")
        said.flows(Scope())
        said.heat(Scope(), "UTC")
        said.trend(Scope(), "day", "UTC")
        said.behind(Scope(), "cases", Place(), 10)
        numbers.append(len(asked))
    assert numbers == [7 + 1 + 2 + 2 + 2] * 2
