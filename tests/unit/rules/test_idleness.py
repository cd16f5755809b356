"""R13, R39: nothing sits without progress."""

from datetime import timedelta

import pytest

from escalation.commands import (
    Accept,
    AnyCommand,
    Comment,
    Consult,
    ContactMade,
    Hold,
    LogAttempt,
    LogNearMiss,
    Resume,
    UpdateFields,
)
from escalation.effects import messages
from escalation.events import Escalated, Nudged, Resolved, Resumed
from escalation.terms import Role
from tests.unit.rules.story import MONDAY, Story, at_tier, go_up, of_kind, policy_of

H, M = timedelta(hours=1), timedelta(minutes=1)
PLAN = Comment(text="Waiting for the directory to sync, then once more")
ATTEMPT = LogAttempt(step="Reset the password", result="Still locked", outcome="failed", sop_step="SOP-01/1")
CUSTOMER = Hold(reason="waiting_customer", evidence={"question_sent": "Which phone has the old password?"})
ASKS = ContactMade(by="portal", role=Role.INTEGRATION, direction="inbound", channel="email", text="Any news?")


def nudges(story: Story, **time: float) -> list[tuple[int, timedelta, str]]:
    return [(e.level, e.at - MONDAY, e.inform) for e in of_kind(story.wait(**time), Nudged)]


def test_r39_after_twenty_idle_minutes_at_tier_1_the_owner_is_asked_and_then_the_team_lead_told() -> None:
    story = at_tier(1)
    assert nudges(story, minutes=19, seconds=59) == []
    assert nudges(story, hours=9) == [(1, 20 * M, "owner"), (2, 40 * M, "team_lead")]
    first = of_kind(story.events, Nudged)[0]
    assert (first.ask, first.due_at, first.idle_since) == (("escalate", "plan", "near_miss"), MONDAY + 20 * M, MONDAY)


@pytest.mark.parametrize(
    "answer",
    [
        PLAN,
        ATTEMPT,
        UpdateFields(known_issue="KI-7"),
        Consult(person="marek", question="Seen this before?"),
        ContactMade(text="Still on it"),
        LogNearMiss(considered_trigger="C2", why_considered="Two resets failed", what_unblocked_it="Article KB-17"),
    ],
    ids=lambda command: command.name,
)
def test_r39_whatever_a_person_does_is_an_answer(answer: AnyCommand) -> None:
    story = at_tier(1)
    story.wait(minutes=25)
    assert story.ticket.idle is not None
    assert story.ticket.idle.level == 1
    story.do(answer)
    assert story.ticket.idle is not None
    assert (story.ticket.idle.level, story.ticket.idle.at) == (0, MONDAY + 45 * M)
    assert nudges(story, minutes=21) == [(1, 45 * M, "owner")]


def test_r39_an_escalation_is_an_answer_and_the_next_tier_has_a_limit_of_its_own() -> None:
    story = at_tier(1)
    story.wait(minutes=25)
    go_up(story)
    assert nudges(story, hours=3) == [(1, 25 * M + 2 * H, "owner")]


@pytest.mark.parametrize(
    "said",
    [ASKS, Comment(by="psa", role=Role.INTEGRATION, text="synced"), ContactMade(text="Received", automatic=True)],
    ids=["the customer asks", "a tool", "an acknowledgement"],
)
def test_r13_what_no_person_of_the_desk_did_is_no_progress(said: AnyCommand) -> None:
    story = at_tier(1)
    story.wait(minutes=10)
    story.do(said)
    assert nudges(story, minutes=15) == [(1, 20 * M, "owner")]


def test_r13_what_waits_for_the_customer_does_not_sit_and_what_he_answered_does() -> None:
    story = at_tier(1)
    story.do(CUSTOMER)
    assert nudges(story, hours=7) == []
    story.do(ASKS)
    assert of_kind(story.events, Resumed)
    assert nudges(story, minutes=30) == [(1, 7 * H + 20 * M, "owner")]


def test_r13_who_has_not_taken_it_up_is_reminded_by_the_accept_clock_alone() -> None:
    story = Story().open()
    assert nudges(story, minutes=50) == []
    story.do(Accept())
    assert story.ticket.idle is not None
    assert story.ticket.idle.at == MONDAY + 70 * M


def test_r13_a_new_owner_begins_anew() -> None:
    story = at_tier(1)
    story.wait(minutes=15)
    story.do(Accept(by="jun", take_over=True))
    assert nudges(story, minutes=25) == [(1, 35 * M, "owner")]


def test_idle_time_counts_while_the_desk_is_open_for_that_priority() -> None:
    story = at_tier(1, policy_of(always_open=False))
    story.wait(hours=9, minutes=50)
    story.do(PLAN)
    assert story.ticket.idle is not None
    assert story.ticket.idle.at == MONDAY + 24 * H + 10 * M


def test_a_nudge_is_a_message_to_the_owner_and_then_to_the_team_lead() -> None:
    story = at_tier(1)
    made = of_kind(story.wait(hours=1), Nudged)
    said = messages(story.ticket, made, 1, story.policy)
    assert [(m.template, m.to, m.params["ask"]) for m in said] == [
        ("nudge", "tomas", "escalate, plan, near miss"),
        ("nudge", "team_lead", "escalate, plan, near miss"),
    ]


def test_what_moved_by_itself_or_ended_is_waited_for_no_longer() -> None:
    story = at_tier(1)
    story.do(PLAN)
    assert of_kind(story.wait(hours=20), Escalated)
    assert story.ticket.idle is None
    silent = at_tier(1)
    silent.do(CUSTOMER)
    assert of_kind(silent.wait(hours=41), Resolved)
    assert silent.ticket.idle is None


def test_b4_a_hold_ends_by_itself_after_its_longest_time() -> None:
    story = at_tier(1, contact={"name": "Bob Miller", "phone": "555 0100"})
    story.do(CUSTOMER)
    before = story.clock("resolution")
    (resumed,) = of_kind(story.wait(hours=80), Resumed)
    assert (resumed.at, resumed.due_at, story.ticket.hold) == (MONDAY + 80 * H, MONDAY + 80 * H, None)
    assert story.clock("resolution").counted == before.counted
    assert [m.template for m in messages(story.ticket, [resumed], 1, story.policy)] == ["hold_over"]
    assert story.ticket.idle is not None


def test_resuming_by_hand_begins_the_idle_time_anew() -> None:
    story = at_tier(1)
    story.do(CUSTOMER)
    story.wait(hours=1)
    story.do(Resume())
    assert nudges(story, minutes=21) == [(1, 80 * M, "owner")]
