"""Against vacuity: random lives come to all that the properties speak of; else they could hold for want of it."""

from collections import Counter
from functools import cache
from typing import get_args

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from escalation.events import CommandRefused, Event, Opened
from escalation.explain import explain
from escalation.lifecycle import Stage
from tests.unit.rules.histories import History, histories
from tests.unit.rules.story import MONDAY, at_tier, policy_of
from tests.unit.rules.test_clockwork import LISTED, UNUSED, seen


@cache
def lives() -> tuple[History, ...]:
    """Seven hundred, the same in every run; lived once for all tests here, which only read them."""
    lived: list[History] = []

    @settings(max_examples=700, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(histories(length=20))
    def live(history: History) -> None:
        lived.append(history)

    live()
    return tuple(lived)


@cache
def _reached() -> tuple[frozenset[Stage], frozenset[str], frozenset[str]]:
    """Stages, kinds of events and codes of refusals."""
    stages = frozenset(ticket.stage for life in lives() for ticket in life.tickets)
    kinds = frozenset(event.kind for life in lives() for event in life.story.events)
    return stages, kinds, frozenset(refusal.code for life in lives() for refusal in life.refused)


@pytest.mark.parametrize("stage", Stage)
def test_histories_reach_every_stage(stage: Stage) -> None:
    assert stage in _reached()[0]


# A refused signal is noted by the workflow; the rules themselves never make that event.
@pytest.mark.parametrize("kind", [k for k in get_args(get_args(Event)[0]) if k is not CommandRefused])
def test_histories_reach_every_kind_of_event(kind: type[Opened]) -> None:
    assert kind.model_fields["kind"].default in _reached()[1]


def test_histories_meet_most_kinds_of_refusal() -> None:
    assert len(_reached()[2]) >= 12


@cache
def _pauses() -> frozenset[str]:
    """Why clocks paused."""
    clocks = (clock for life in lives() for clock in life.story.ticket.clocks.values())
    return frozenset(pause.reason for clock in clocks for pause in clock.pauses)


@pytest.mark.parametrize("why", ["waiting_customer", "waiting_vendor", "resolved", "elsewhere"])
def test_random_lives_meet_each_reason_to_pause(why: str) -> None:
    assert why in _pauses()


@cache
def _did() -> frozenset[tuple[str, str]]:
    """What clocks did."""
    return frozenset((clock, did) for life in lives() for clock, did, _ in seen(life.story.events))


@pytest.mark.parametrize("listed", sorted(LISTED - UNUSED))
def test_histories_meet_each_condition_of_the_default_policy(listed: tuple[str, str]) -> None:
    assert listed in _did()


@cache
def _states() -> Counter[tuple[str, str]]:
    """What was said of what time can set off."""
    said = (explain(ticket, life.story.policy, life.story.now) for life in lives()[:150] for ticket in life.tickets)
    return Counter((one.id, one.state) for each in said for one in each.timers)


@pytest.mark.parametrize("name", [each.id for each in explain(at_tier(1).ticket, policy_of(), MONDAY).timers])
def test_histories_meet_each_of_them_coming_and_not(name: str) -> None:
    assert {"coming", "not_running"} <= {state for one, state in _states() if one == name}
