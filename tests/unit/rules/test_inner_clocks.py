"""R40; B11, B13, B19: the next reply, a tier's time, a vendor's contract."""

from datetime import timedelta

import pytest

from escalation.calendar import AROUND_THE_CLOCK
from escalation.commands import Accept, ContactMade, Hold, Resolve, Resume, Return, UpdateFields
from escalation.effects import messages
from escalation.events import Event, MarkPassed, UnderEscalated
from escalation.policy import Target
from escalation.sla import counted
from escalation.terms import Flag, Role
from tests.unit.rules.story import MANAGER, MONDAY, Story, at_tier, go_up, of_kind, policy_of

H, M = timedelta(hours=1), timedelta(minutes=1)
ASKS = ContactMade(by="portal", role=Role.INTEGRATION, direction="inbound", channel="email", text="Any news?")
TOLD = ContactMade(text="We are on it")
CUSTOMER = Hold(reason="waiting_customer", evidence={"question_sent": "Which phone has the old password?"})
VENDOR = Hold(reason="waiting_vendor", evidence={"vendor_case": "MS-4711", "vendor_contact": "Ada at the vendor"})
RESOLVE = Resolve(code="fixed", cause="identity", resolution="Removed the stale credential from the phone")
BACK = Return(reason="wrong_skill", what_is_missing="Which phone holds the old password")


def breaches(made: list[Event], clock: str) -> list[timedelta]:
    return [e.at - MONDAY for e in of_kind(made, MarkPassed) if e.clock == clock and e.mark == "100"]


def used(story: Story, name: str) -> timedelta:
    clock = story.clock(name)
    return counted(clock, story.policy.calendar(clock.calendar), story.now)


# ------------------------------------------------------------------------------------------- the next reply
def test_b13_the_oldest_message_of_the_customer_counts_until_a_person_answers() -> None:
    story = at_tier(2)
    story.do(ASKS)
    story.wait(hours=3)
    story.do(ASKS)
    clock = story.clock("next_reply")
    assert (clock.generation, clock.started_at, clock.due_at) == (1, MONDAY, MONDAY + 8 * H)
    story.do(TOLD)
    assert (used(story, "next_reply"), story.clock("next_reply").running) == (3 * H, False)


@pytest.mark.parametrize(
    "said",
    [TOLD.model_copy(update={"automatic": True}), TOLD.model_copy(update={"by": "psa", "role": Role.INTEGRATION})],
    ids=["an acknowledgement", "a tool"],
)
def test_b13_only_a_persons_reply_answers(said: ContactMade) -> None:
    story = at_tier(2)
    story.do(ASKS)
    story.do(said)
    assert story.clock("next_reply").running
    assert breaches(story.wait(hours=9), "next_reply") == [8 * H]


def test_b13_taking_it_up_with_a_word_to_the_customer_answers_too() -> None:
    story = Story().open()
    story.do(ASKS)
    story.do(Accept())
    assert story.clock("next_reply").running
    story.do(Accept(contacted=True))
    assert not story.clock("next_reply").running


def test_b13_the_next_message_begins_anew_and_an_automatic_one_begins_nothing() -> None:
    story = at_tier(2)
    story.do(ASKS.model_copy(update={"automatic": True}))
    assert "next_reply" not in story.ticket.clocks
    story.do(ASKS)
    story.wait(hours=1)
    story.do(TOLD)
    story.wait(hours=1)
    story.do(ASKS)
    clock = story.clock("next_reply")
    assert (clock.generation, clock.started_at, clock.counted) == (2, MONDAY + 2 * H, timedelta())


def test_b13_it_counts_from_when_it_was_said_and_not_from_the_click() -> None:
    story = at_tier(2)
    story.wait(hours=3)
    story.do(ASKS.model_copy(update={"at": MONDAY + H}))
    assert story.clock("next_reply").due_at == MONDAY + 9 * H


def test_b13_a_resolved_ticket_owes_no_update() -> None:
    story = at_tier(1)
    story.do(ASKS)
    story.do(RESOLVE)
    assert not story.clock("next_reply").running
    story.do(ASKS)
    assert not story.clock("next_reply").running


def test_a_new_priority_moves_the_update_that_is_owed() -> None:
    story = at_tier(2)
    story.do(ASKS)
    story.wait(minutes=10)
    story.do(UpdateFields(impact=1, urgency=1))
    assert story.clock("next_reply").due_at == MONDAY + 30 * M


def test_an_overdue_update_is_told_to_the_owner_and_the_team_lead() -> None:
    story = at_tier(2)
    story.do(ASKS)
    late = [e for e in of_kind(story.wait(hours=9), MarkPassed) if e.clock == "next_reply"]
    said = messages(story.ticket, late, 1, story.policy)
    assert [(m.template, m.to, m.params["clock"]) for m in said] == [
        ("inform_threshold", story.owner, "next reply"),
        ("inform_threshold", "team_lead", "next reply"),
    ]


# ------------------------------------------------------------------------------------------- a tier's time
def test_b11_a_tiers_time_runs_from_the_first_acceptance_until_the_ticket_leaves_it() -> None:
    story = Story().open()
    story.wait(minutes=10)
    assert "tier_1" not in story.ticket.clocks
    story.do(Accept())
    story.wait(minutes=15)
    go_up(story)
    assert (used(story, "tier_1"), story.clock("tier_1").breached) == (15 * M, False)
    story.wait(hours=5)
    assert (used(story, "tier_1"), used(story, "tier_2")) == (15 * M, 5 * H)


def test_b11_each_breach_is_the_tiers_that_kept_it_too_long() -> None:
    story = at_tier(2)
    made = story.wait(hours=5)
    assert (breaches(made, "tier_1"), breaches(made, "tier_2")) == ([], [4 * H])
    assert (story.clock("tier_1").breached, story.clock("tier_2").breached) == (False, True)


def test_b11_a_ticket_that_comes_back_goes_on_where_the_tiers_time_stood() -> None:
    story = at_tier(1)
    story.wait(minutes=20)
    go_up(story)
    story.wait(hours=1)
    story.do(BACK)
    assert not story.clock("tier_1").running  # nobody has taken it up yet
    story.wait(minutes=5)
    story.do(Accept())
    assert breaches(story.wait(hours=1), "tier_1") == [95 * M]
    assert [(p.reason, p.spared) for p in story.clock("tier_1").pauses] == [("elsewhere", timedelta())]


def test_b11_a_hold_pauses_a_tiers_time_and_a_colleague_of_the_same_tier_does_not() -> None:
    story = at_tier(1)
    story.wait(minutes=10)
    story.do(VENDOR)
    story.wait(hours=2)
    story.do(Resume())
    story.do(Accept(by="jun", take_over=True))
    assert breaches(story.wait(hours=1), "tier_1") == [150 * M]


def test_r40_a_ticket_too_complex_for_the_tier_that_keeps_it_is_found() -> None:
    story = at_tier(1)
    story.do(UpdateFields(flags=(Flag.RECURRING,)))
    (found,) = of_kind(story.wait(hours=1), UnderEscalated)
    assert (found.at, found.due_at, found.tier, found.values) == (
        MONDAY + 30 * M,
        MONDAY + 30 * M,
        1,
        {"flags": ["recurring"]},
    )
    assert story.ticket.under_escalated == found.at
    go_up(story)
    assert story.ticket.under_escalated is None


def test_r40_a_plain_ticket_past_its_time_is_not_on_that_list() -> None:
    story = at_tier(1)
    made = story.wait(hours=1)
    assert breaches(made, "tier_1") == [30 * M]
    assert not of_kind(made, UnderEscalated)


# ------------------------------------------------------------------------------------------- a vendor's contract
def test_b11_a_vendors_contract_runs_beside_our_own_promises_during_the_hold() -> None:
    story = at_tier(2)
    story.do(TOLD)
    story.do(VENDOR)
    made = story.wait(hours=17)
    assert breaches(made, "vendor") == [16 * H]
    assert story.clock("resolution").running
    story.do(Resume())
    assert (story.clock("vendor").breached, used(story, "vendor")) == (True, 17 * H)


def test_b11_each_wait_for_a_vendor_is_a_promise_of_its_own() -> None:
    story = at_tier(2)
    story.do(VENDOR)
    story.wait(hours=3)
    story.do(Resume())
    story.do(VENDOR)
    clock = story.clock("vendor")
    assert (clock.generation, clock.counted, clock.started_at, clock.breached) == (2, timedelta(), story.now, False)


def test_a_hold_without_a_contract_has_no_such_clock() -> None:
    story = at_tier(2)
    story.do(CUSTOMER)
    assert "vendor" not in story.ticket.clocks


def test_a_policy_without_these_promises_has_none_of_these_clocks() -> None:
    full = policy_of()
    plain = full.model_copy(
        update={
            "promises": {
                p: said.model_copy(update={"reply": None, "update_every": None}) for p, said in full.promises.items()
            },
            "scope": {
                t: limits.model_copy(update={"time_box": None, "idle": None}) for t, limits in full.scope.items()
            },
            "holds": {n: hold.model_copy(update={"contract": None}) for n, hold in full.holds.items()},
        }
    )
    story = at_tier(2, plain)
    story.do(ASKS)
    story.do(VENDOR)
    story.wait(hours=30)
    assert set(story.ticket.clocks) == {"first_response", "resolution", "accept"}
    assert story.ticket.idle is None


def test_a_contract_names_its_own_calendar() -> None:
    closed = policy_of("tiny-cafe", always_open=False)
    holds = closed.holds | {
        "waiting_vendor": closed.holds["waiting_vendor"].model_copy(
            update={"contract": Target(time=2 * H, calendar="x24")}
        )
    }
    policy = closed.model_copy(update={"holds": holds, "calendars": closed.calendars | {"x24": AROUND_THE_CLOCK}})
    story = at_tier(2, policy)
    story.wait(hours=11)  # past closing time
    story.do(VENDOR.model_copy(update={"by": MANAGER, "role": Role.SERVICE_MANAGER}))
    assert story.clock("vendor").due_at == story.now + 2 * H
