from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby, pairwise

import pytest
from hypothesis import given

from escalation.facts import Pickup, TicketFacts
from escalation.log.facts import facts_of_case
from escalation.log.steps import REQUEUED, StepKind, steps_of
from tests.unit.logs import HOUR, OPENED, Event, case_of, histories


def facts_of(*events: Event) -> TicketFacts:
    return facts_of_case(case_of(*events))


def kinds_of(*events: Event) -> list[str]:
    return [step.kind.value for step in steps_of(case_of(*events))]


# ------------------------------------------------------------------------------------------------ the steps


@pytest.mark.parametrize(
    ("events", "kinds"),
    [
        ([(0, "Queued", 1), (1, "Accepted", 1), (2, "Completed", 1)], ["open", "accept", "resolve"]),
        ([(0, "Accepted", 1), (1, "Queued", 2), (2, "Accepted", 2)], ["open", "accept", "escalate", "accept"]),
        ([(0, "Accepted", 2), (1, "Accepted", 1)], ["open", "accept", "return", "accept"]),
        ([(0, "Accepted", 1), (1, "Queued", 1, "B")], ["open", "accept", "transfer"]),
        ([(0, "Accepted", 1), (1, "Queued", 1), (2, "Accepted", 1)], ["open", "accept", "transfer", "accept"]),
        ([(0, "Accepted", 1), (1, "Accepted/Wait", 1), (2, "Accepted", 1)], ["open", "accept", "hold", "resume"]),
        ([(0, "Accepted/Wait", 1), (1, "Accepted/Wait", 1)], ["open", "accept", "hold", "comment"]),
        ([(0, "Accepted/Wait", 1), (1, "Accepted/Wait - User", 1)], ["open", "accept", "hold", "resume", "hold"]),
        (
            [(0, "Queued", 1), (1, "Accepted/Wait", 1), (2, "Completed", 1)],
            ["open", "accept", "hold", "resume", "resolve"],
        ),
        ([(0, "Accepted", 1), (1, "Completed/In Call", 1)], ["open", "accept", "resolve"]),
        ([(0, "Accepted", 1), (1, "Completed/Closed", 1)], ["open", "accept", "resolve", "close"]),
        ([(0, "Accepted", 1), (1, "Completed", 1), (2, "Completed/Closed", 1)], ["open", "accept", "resolve", "close"]),
        ([(0, "Accepted", 1), (1, "Completed/Cancelled", 1)], ["open", "accept", "cancel"]),
        ([(0, "Accepted", 1), (1, "Completed", 1), (2, "Queued", 1)], ["open", "accept", "resolve", "reopen"]),
        ([(0, "Accepted", 1), (1, "Completed", 1), (2, "Unmatched", 1)], ["open", "accept", "resolve", "comment"]),
        ([(0, "Accepted", 1), (1, "Accepted/Assigned", 1)], ["open", "accept", "comment"]),
        ([(0, "Accepted", 1), (1, "Completed", 2)], ["open", "accept", "escalate", "resolve"]),
    ],
)
def test_each_event_becomes_what_was_done(events: list[Event], kinds: list[str]) -> None:
    assert kinds_of(*events) == kinds


def test_a_step_keeps_time_person_place_and_the_row_it_came_from() -> None:
    hold = steps_of(case_of((0, "Accepted", 1), (1.5, "Accepted/Wait - Vendor", 1, "T1")))[-1]
    assert (hold.kind, hold.at, hold.actor, hold.tier, hold.team, hold.reason, hold.row) == (
        StepKind.HOLD,
        OPENED + 1.5 * HOUR,
        "owner 1",
        1,
        "T1",
        "waiting_vendor",
        1,
    )
    assert hold.raw["substatus"] == "Wait - Vendor"


def test_a_ticket_given_back_to_its_own_queue_is_no_change_of_team() -> None:
    events: list[Event] = [(0, "Accepted", 1), (1, "Queued", 1), (3, "Accepted", 1)]
    assert steps_of(case_of(*events))[2].reason == REQUEUED
    assert facts_of(*events).teams == ("T1",)
    assert facts_of(*events).queued == 2 * HOUR


@pytest.mark.parametrize(
    ("substatus", "reason"),
    [
        ("Wait", "other"),
        ("Wait - User", "waiting_customer"),
        ("Wait - Customer", "waiting_customer"),
        ("Wait - Vendor", "waiting_vendor"),
        ("Wait - Implementation", "change_window"),
        ("Wait - Something new", "other"),
    ],
)
def test_each_wait_has_its_hold_reason(substatus: str, reason: str) -> None:
    (wait,) = facts_of((0, "Accepted", 1), (1, f"Accepted/{substatus}", 1), (2, "Accepted", 1)).waits
    assert wait.reason == reason


# ------------------------------------------------------------------------------------------------ the facts


def test_an_escalation_may_skip_a_tier() -> None:
    (move,) = facts_of((0, "Accepted", 1), (2, "Queued", 3), (5, "Accepted", 3)).moves
    assert (move.name, move.upward, move.in_tier) == ("1->3", True, 2 * HOUR)
    assert move.entered.pickup is Pickup.QUEUED
    assert move.entered.handoff_delay == 3 * HOUR


def test_a_ticket_that_goes_up_and_down_and_up_is_escalated_again_from_the_same_tier() -> None:
    ping_pong = facts_of((0, "Accepted", 1), (1, "Queued", 2), (2, "Queued", 1), (3, "Queued", 2))
    assert [move.name for move in ping_pong.moves] == ["1->2", "2->1", "1->2"]
    assert ping_pong.sent_down_after_escalation
    assert ping_pong.escalated_again_from_same_tier
    assert ping_pong.teams == ("T1", "T2", "T1", "T2")


def test_two_steps_up_are_two_escalations_but_not_from_the_same_tier() -> None:
    straight = facts_of((0, "Accepted", 1), (1, "Accepted", 2), (2, "Accepted", 3))
    assert len(straight.escalations) == 2
    assert not straight.escalated_again_from_same_tier
    assert not straight.sent_down_after_escalation


def test_being_sent_down_first_is_not_being_sent_down_after_an_escalation() -> None:
    assert not facts_of((0, "Accepted", 2), (1, "Accepted", 1), (2, "Accepted", 2)).sent_down_after_escalation


@pytest.mark.parametrize(
    ("after_handoff", "pickup", "delay"),
    [
        ([(2, "Queued", 2), (2, "Accepted", 2)], Pickup.QUEUED, 0),
        ([(2, "Accepted", 2)], Pickup.DIRECT, 0),
        ([(2, "Queued", 2), (3, "Accepted/Wait", 2)], Pickup.QUEUED, 1),
        ([(2, "Queued", 2), (3, "Queued", 2, "other"), (5, "Accepted", 2, "other")], Pickup.QUEUED, 3),
        ([(2, "Queued", 2), (3, "Queued", 1)], Pickup.LEFT_UNACCEPTED, None),
        ([(2, "Queued", 2), (3, "Queued", 2)], Pickup.LEFT_UNACCEPTED, None),
        ([(2, "Queued", 2), (3, "Completed", 2)], Pickup.COMPLETED_UNACCEPTED, None),
        ([(2, "Queued", 2), (3, "Completed", 2), (4, "Accepted", 2)], Pickup.COMPLETED_UNACCEPTED, None),
        ([(2, "Completed", 2)], Pickup.COMPLETED_DIRECT, None),
        ([(2, "Completed", 2), (4, "Accepted", 2)], Pickup.COMPLETED_DIRECT, None),
    ],
)
def test_a_handoff_is_taken_up_or_not(after_handoff: list[Event], pickup: Pickup, delay: int | None) -> None:
    entered = facts_of((0, "Accepted", 1), *after_handoff).moves[0].entered
    assert entered.pickup is pickup
    assert entered.handoff_delay == (None if delay is None else delay * HOUR)


def test_the_first_completion_counts_and_later_ones_reopen() -> None:
    facts = facts_of((0, "Accepted", 1), (4, "Completed/In Call", 1), (9, "Queued", 2), (12, "Completed", 2))
    assert facts.time_to_resolve == 4 * HOUR
    assert (facts.completed_as, facts.resolved_tier, facts.reopens) == ("In Call", 1, 1)


def test_a_comment_between_a_completion_and_new_work_is_no_reopening() -> None:
    assert facts_of((0, "Accepted", 1), (1, "Completed", 1), (2, "Unmatched", 1), (3, "Accepted", 1)).reopens == 0


def test_a_cancelled_ticket_is_answered_but_not_resolved() -> None:
    facts = facts_of((0, "Queued", 1), (3, "Completed/Cancelled", 1))
    assert facts.time_to_resolve is None
    assert facts.first_response_at == OPENED + 3 * HOUR


def test_only_waits_before_the_resolution_are_taken_off() -> None:
    facts = facts_of(
        (0, "Accepted", 1),
        (1, "Accepted/Wait - User", 1),
        (3, "Accepted/Wait - Vendor", 2),
        (4, "Completed", 2),
        (5, "Accepted/Wait", 2),
        (9, "Completed", 2),
    )
    assert facts.waited_before_resolve == 3 * HOUR
    assert [(wait.began_at - OPENED) / HOUR for wait in facts.waits] == [1, 3, 5]


# ----------------------------------------------------------------------------- nothing is lost on the way


@given(histories())
def test_the_steps_tell_what_the_rows_told(events: list[Event]) -> None:
    facts = facts_of(*events)
    assert facts.events == len(events)
    assert [stay.tier for stay in facts.stays] == [tier for tier, _ in groupby(event[2] for event in events)]
    assert facts.teams == tuple(team for team, _ in groupby(event[-1] for event in events))
    assert facts.queued == _time_in(events, "Queued")
    assert sum((end - start for start, end in facts.waits_until(None)), timedelta()) == _time_in(events, "Accepted/W")
    assert facts.reopens == sum(
        a[1] > "B" and a[1].startswith("C") and not b[1].startswith("C") for a, b in pairwise(events)
    )
    answers = [OPENED + event[0] * HOUR for event in events if event[1] != "Queued"]
    assert facts.first_response_at == (answers[0] if answers else None)
    ends = [OPENED + event[0] * HOUR for event in events if event[1].startswith("Completed")]
    assert facts.completed_at == (ends[0] if ends else None)


def _time_in(events: Sequence[Event], words: str) -> timedelta:
    return sum((b[0] - a[0] for a, b in pairwise(events) if a[1].startswith(words)), 0) * HOUR


@given(histories())
def test_every_row_leaves_a_step_and_time_never_runs_back(events: list[Event]) -> None:
    steps = steps_of(case_of(*events))
    assert {step.row for step in steps} == set(range(len(events)))
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert [step.kind for step in steps].count(StepKind.OPEN) == 1
