"""The figures by hand, on tickets small enough to count on one's fingers."""

import json
from datetime import UTC, date, datetime, timedelta
from statistics import mean, median, quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.calendar import AROUND_THE_CLOCK, Calendar
from escalation.compliance import FixedTargets
from escalation.facts import Stay, TicketFacts, Wait
from escalation.metrics import UNNAMED, escalation_figures, grouped
from escalation.policy import Promises, Target
from escalation.terms import Priority

OPENED = datetime(2012, 5, 4, 15, tzinfo=UTC)  # a Friday, 17:00 in Brussels
HOUR = timedelta(hours=1)
BUSINESS = Calendar(zone="Europe/Brussels", hours={"mon-fri": ("08:00-18:00",)}, holidays=(date(2012, 5, 17),))
TARGETS = FixedTargets(
    calendars={"business": BUSINESS, "always": AROUND_THE_CLOCK},
    promises={
        Priority.P1: Promises(
            response=Target(time=timedelta(minutes=15), calendar="always"),
            resolution=Target(time=4 * HOUR, calendar="always"),
        ),
        Priority.P3: Promises(
            response=Target(time=4 * HOUR, calendar="business"), resolution=Target(time=24 * HOUR, calendar="business")
        ),
    },
)


def at(hours: float) -> datetime:
    return OPENED + hours * HOUR


def ticket(*tiers: int, name: str = "t", **more: object) -> TicketFacts:
    """One hour at each of these tiers, each stay accepted half an hour after it began."""
    stays = tuple(Stay(tier, at(n), True, at(n + 0.5), at(n + 1)) for n, tier in enumerate(tiers))
    return TicketFacts(name, OPENED, stays, **more)  # type: ignore[arg-type]


def test_the_rate_of_a_tier_counts_tickets_worked_there_not_all_tickets() -> None:
    figures = escalation_figures([ticket(1), ticket(1, 2), ticket(1, 2, 3), ticket(2), ticket(3)])
    assert figures.escalation_rate["1"].model_dump() == {"worked": 3, "escalated": 2, "pct": 66.67}
    assert figures.escalation_rate["2"].model_dump() == {"worked": 3, "escalated": 1, "pct": 33.33}
    assert figures.escalated_cases.model_dump() == {"n": 2, "pct": 40.0}


def test_an_emergency_that_began_at_tier_3_escalated_nowhere() -> None:
    figures = escalation_figures([ticket(3)])
    assert figures.escalated_cases.n == 0
    assert figures.escalation_rate["1"].pct is None


def test_a_skipped_tier_is_an_escalation_of_the_tier_that_was_left() -> None:
    figures = escalation_figures([ticket(1, 3)])
    assert figures.tier_moves == {"1->3": 1}
    assert (figures.escalation_rate["1"].escalated, figures.escalation_rate["2"].worked) == (1, 0)


def test_the_four_readings_of_re_escalation_differ() -> None:
    again = escalation_figures(
        [ticket(1, 2), ticket(1, 2, 1), ticket(1, 2, 3), ticket(1, 2, 1, 2), ticket(1)]
    ).re_escalation
    assert again.of == 4
    assert again.sent_down_or_second_escalation_pct == 75.0
    assert again.sent_down_after_escalation_pct == 50.0
    assert again.two_or_more_escalations_pct == 50.0
    assert again.again_from_same_tier_pct == 25.0


def test_a_pending_handoff_is_neither_accepted_nor_never_accepted() -> None:
    tier_1 = Stay(1, at(0), False, at(0), at(1))
    pending = TicketFacts("a", OPENED, (tier_1, Stay(2, at(1), True)))
    left = TicketFacts("b", OPENED, (tier_1, Stay(2, at(1), True, ended_at=at(2)), Stay(1, at(2), True)))
    done = TicketFacts("c", OPENED, (tier_1, Stay(2, at(1), True, ended_at=at(2), completed=True)))
    direct = TicketFacts("d", OPENED, (tier_1, Stay(2, at(1), False, at(1))))
    figures = escalation_figures([pending, left, done, direct])
    assert figures.never_accepted.model_dump() == {"n": 2, "of": 4}
    assert figures.handoff_delay_accepted.model_dump() == {
        "n": 1,
        "mean_h": 0.0,
        "median_h": 0.0,
        "p75_h": 0.0,
        "p90_h": 0.0,
    }


def test_times_are_in_hours_and_only_waits_before_the_resolution_are_taken_off() -> None:
    waits = (Wait(at(1), at(2)), Wait(at(3), at(9)), Wait(at(10), None))
    figures = escalation_figures([ticket(1, 2, waits=waits, completed_at=at(5)), ticket(1)])
    assert (figures.time_to_resolve.n, figures.time_to_resolve.mean_h) == (1, 5.0)
    assert figures.time_to_resolve_net_of_waits.mean_h == 2.0
    assert (figures.time_to_escalate.mean_h, figures.opening_to_first_escalation.mean_h) == (1.0, 1.0)
    assert figures.handoff_delay_accepted.mean_h == 0.5


def test_a_hold_that_still_lasts_counts_up_to_the_resolution() -> None:
    assert ticket(1, waits=(Wait(at(1), None),), completed_at=at(4)).waited_before_resolve == 3 * HOUR


def test_reopened_tickets_count_once_each() -> None:
    figures = escalation_figures([ticket(1, reopens=3), ticket(1, reopens=1), ticket(1), ticket(1)])
    assert figures.reopened_cases.model_dump() == {"n": 2, "pct": 50.0}


def test_no_tickets_give_no_figures_rather_than_noughts() -> None:
    figures = escalation_figures([])
    assert (figures.cases, figures.escalated_cases.pct, figures.time_to_resolve.mean_h) == (0, None, None)


def test_sla_and_near_misses_stand_in_the_json_only_when_asked_for() -> None:
    plain = json.loads(escalation_figures([ticket(1)]).model_dump_json())
    assert "sla" not in plain
    assert "near_misses" not in plain
    figures = escalation_figures([ticket(1, near_misses=1), ticket(1, 2)] * 2, TARGETS.judge, own=True)
    asked = json.loads(figures.model_dump_json())
    assert asked["near_misses"] == {"n": 2, "rate": 0.5}
    assert asked["sla"]["cases"] == 0  # these tickets have no priority, so nothing was promised


def test_r41_escalations_of_what_the_tier_may_finish_are_counted_by_technician_and_category() -> None:
    mail, printing = ("priya", "email.client"), ("jun", "printing.device")
    tickets = [ticket(1, 2, in_scope=(mail,)), ticket(1, 2, in_scope=(mail, printing)), ticket(1, 2), ticket(1)]
    counted = escalation_figures(tickets, own=True).in_scope
    assert counted is not None
    assert (counted.n, counted.of) == (3, 3)
    assert counted.by_technician == {"priya": 2, "jun": 1}
    assert counted.by_category == {"email.client": 2, "printing.device": 1}


def test_r87_what_tier_3_has_is_routine_where_a_lower_tier_may_finish_it_and_reserved_else() -> None:
    def routine(*tiers: int, category: str = "email.client") -> TicketFacts:
        return ticket(*tiers, category=category, routine=True)

    there = [routine(1, 3), routine(3), routine(2, 3, 2, category="printing.device")]
    there += [ticket(3, category="security.incident"), ticket(3)]
    below = [routine(1, 2), ticket(1, category="security.incident")]
    said = escalation_figures([*there, *below], own=True).tier_3
    assert said is not None
    assert (said.n, said.routine, said.reserved, said.routine_pct) == (5, 3, 2, 60.0)
    assert said.by_category == {"email.client": 2, "printing.device": 1}


def test_r87_a_desk_whose_tier_3_had_nothing_has_no_share() -> None:
    said = escalation_figures([ticket(1, category="email.client", routine=True)], own=True).tier_3
    assert said is not None
    assert (said.n, said.routine, said.reserved, said.routine_pct) == (0, 0, 0, None)


def test_r90_the_time_to_resolve_counts_calendar_hours_and_business_hours_both_without_holds() -> None:
    held = (Wait(at(0.5), at(0.75)),)  # a quarter of an hour, on the Friday before six
    monday_10 = datetime(2012, 5, 7, 8, tzinfo=UTC)
    kept = ticket(1, priority="P3", waits=held, completed_at=monday_10)
    said = escalation_figures([kept, ticket(1), ticket(1, priority="P3")], TARGETS.judge, own=True)
    assert said.time_to_resolve.mean_h == 65.0  # from Friday 17:00
    assert said.time_to_resolve_net_of_waits.mean_h == 64.75
    in_business = said.time_to_resolve_in_business_hours
    assert in_business is not None
    assert (in_business.n, in_business.mean_h) == (1, 2.75)  # an hour on Friday, two on Monday, less the hold


def test_figures_can_be_told_apart_by_client() -> None:
    groups = grouped([ticket(1, client="acme"), ticket(1, 2, client="acme"), ticket(3)], "client")
    assert list(groups) == [UNNAMED, "acme"]
    assert (groups["acme"].cases, groups["acme"].escalated_cases.n) == (2, 1)


# ------------------------------------------------------------------------------------------------ promises


def test_business_hours_count_and_holds_pause_the_resolution() -> None:
    monday_10 = datetime(2012, 5, 7, 8, tzinfo=UTC)
    held = (Wait(OPENED, datetime(2012, 5, 7, 7, tzinfo=UTC)),)  # over the weekend until Monday 9:00
    kept = TARGETS.judge(ticket(1, priority="P3", waits=held, first_response_at=at(0.5), completed_at=monday_10))
    assert kept is not None
    assert (kept.response, kept.resolution, kept.resolution_gross) == (HOUR / 2, HOUR, 3 * HOUR)


@pytest.mark.parametrize(("late", "breached"), [(timedelta(), False), (timedelta(microseconds=1), True)])
def test_a_promise_is_broken_only_after_its_target(late: timedelta, breached: bool) -> None:
    kept = TARGETS.judge(
        ticket(1, priority="P1", first_response_at=OPENED + HOUR / 4 + late, completed_at=at(4) + late)
    )
    assert kept is not None
    assert (kept.response_breached, kept.resolution_breached, kept.gross_breached) == (breached, breached, breached)


def test_a_breach_that_holds_excused_is_counted_apart() -> None:
    excused = ticket(1, priority="P1", first_response_at=at(0), completed_at=at(5), waits=(Wait(at(1), at(3)),))
    sla = escalation_figures([excused, ticket(1, priority="P1")], TARGETS.judge).sla
    assert sla is not None
    assert sla.model_dump() == {
        "cases": 2,
        "response_breached": 0,
        "responded": 1,
        "resolved": 1,
        "resolution_breached": 0,
        "resolution_breached_if_holds_did_not_pause": 1,
    }


# ---------------------------------------------------------------------------------------------- properties


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=40))
def test_spreads_are_those_of_the_statistics_module(seconds: list[int]) -> None:
    spread = escalation_figures(ticket(1, completed_at=OPENED + timedelta(seconds=s)) for s in seconds).time_to_resolve
    hours = [s / 3600 for s in seconds]
    cuts = quantiles(hours, n=20, method="inclusive")
    assert spread.mean_h == pytest.approx(mean(hours), abs=1e-4)
    assert spread.median_h == pytest.approx(median(hours), abs=1e-4)
    assert spread.p75_h == pytest.approx(cuts[14], abs=1e-4)
    assert spread.p90_h == pytest.approx(cuts[17], abs=1e-4)


@given(st.lists(st.lists(st.integers(1, 3), min_size=1, max_size=6), max_size=8))
def test_the_readings_of_re_escalation_contain_one_another(paths: list[list[int]]) -> None:
    tickets = [ticket(*(tier for n, tier in enumerate(path) if n == 0 or path[n - 1] != tier)) for path in paths]
    figures = escalation_figures(tickets)
    again = figures.re_escalation
    assert figures.time_to_escalate.n == figures.never_accepted.of >= again.of == figures.escalated_cases.n
    if again.of:
        widest = again.sent_down_or_second_escalation_pct or 0
        assert widest >= (again.sent_down_after_escalation_pct or 0)
        assert widest >= (again.two_or_more_escalations_pct or 0) >= (again.again_from_same_tier_pct or 0)


@given(st.lists(st.sampled_from(["acme", "globex", None])))
def test_groups_part_the_tickets_without_losing_one(clients: list[str | None]) -> None:
    groups = grouped([ticket(1, client=client) for client in clients], "client")
    assert sum(figures.cases for figures in groups.values()) == len(clients)
