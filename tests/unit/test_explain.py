"""Every trigger says whether it fired and on which values, and if not, what it would need."""

from datetime import timedelta

import pytest
from hypothesis import given

from escalation.commands import ContactMade, Escalate, Hold, LogAttempt, Resume, Return, UpdateFields
from escalation.explain import Explanation, TriggerExplained, explain
from escalation.explain.conditions import Judged, judged, needs
from escalation.situation import fields_of
from escalation.terms import Flag, Role
from escalation.triggers import All, Any, Test, satisfied_by
from tests.unit.rules.histories import History, histories
from tests.unit.rules.story import FACTS, MANAGER, MONDAY, NOTE, Story, at_tier, policy_of
from tests.unit.rules.test_properties import LIVES

FAILED = LogAttempt(step="Reset the password", result="Still locked", outcome="failed", sop_step="1")
CUSTOMER = Hold(reason="waiting_customer", evidence={"question_sent": "Which phone has the old password?"})


def why(story: Story) -> Explanation:
    return explain(story.ticket, story.policy, story.now)


def trigger(story: Story, name: str) -> TriggerExplained:
    (found,) = [each for each in why(story).triggers if each.id == name]
    return found


def test_every_trigger_of_the_policy_is_explained_once() -> None:
    story = at_tier(1)
    names = [each.id for each in why(story).triggers]
    assert names == ["S1", "S2", "S3", "S4", *[each.id for each in story.policy.triggers]]


def test_what_did_not_fire_names_the_part_that_fails_and_what_it_would_need() -> None:
    story = at_tier(1)
    story.do(FAILED)
    c2 = trigger(story, "C2")
    assert (c2.state, c2.needs) == ("not_met", ("failed attempts: 1, needs at least 2",))
    assert c2.words == "Has not fired: failed attempts: 1, needs at least 2."
    assert c2.condition is not None
    failing, tier = c2.condition.parts
    assert (failing.field, failing.op, failing.wanted, failing.actual, failing.holds) == (
        "failed_attempts", "at_least", 2, 1, False,
    )  # fmt: skip
    assert (tier.field, tier.holds) == ("tier", True)


def test_what_fired_says_when_on_which_values_and_where_it_led() -> None:
    story = at_tier(1)
    story.do(FAILED)
    story.wait(minutes=7)
    story.do(FAILED)
    c2 = trigger(story, "C2")
    (fired,) = c2.fired
    assert (c2.state, fired.at, fired.values) == ("fired", story.now, {"failed_attempts": 2, "tier": 1})
    assert (fired.from_tier, fired.to_tier, fired.event) == (1, 2, "escalated")
    assert c2.words == "Fired: 2 Nov 2026 14:07 UTC (failed attempts: 2, tier: 1), from Tier 1 to Tier 2."


def test_which_trigger_won_and_which_merely_held_is_said_of_both() -> None:
    story = Story().open(facts=FACTS.model_copy(update={"users_affected": 5}), flags=(Flag.SERVER_SIDE,))
    assert trigger(story, "I2").fired[0].matched == ("C1",)
    assert "gave way to I2, which stands before it in the policy" in trigger(story, "C1").words
    assert why(story).start.words == "It began at Tier 2: I2 held from the first (More than one user is affected)."


def test_the_ruling_puts_an_emergency_before_a_functional_move() -> None:
    story = Story().open(scope="multi_client")
    assert trigger(story, "E2").state == "fired"
    ticket = at_tier(1).ticket.model_copy(update={"flags": (Flag.ACTIVE_BREACH,), "facts": FACTS})
    ruling = explain(ticket, story.policy, MONDAY).ruling
    assert (ruling.winner, ruling.holding) == ("E1", ("E1", "C1"))
    assert ruling.words == "E1 wins: C1 gave way to E1: emergency before functional."


def test_a_trigger_that_a_persons_word_overruled_holds_without_acting_and_says_so() -> None:
    story = at_tier(1)
    story.do(UpdateFields(flags=(Flag.SERVER_SIDE,)))
    story.do(Return(reason="wrong_skill", what_is_missing="Which server was meant at all"))
    c1 = trigger(story, "C1")
    assert (story.ticket.tier, c1.state, len(c1.fired)) == (1, "fired", 1)
    assert why(story).ruling.words == "No trigger that holds would move the ticket now."
    scope = why(story).scope
    assert scope is not None
    assert scope.words.startswith("Tier 1 may not resolve it: it shows server_side")


# ------------------------------------------------------------------------------------------- those of time
def test_s1_says_when_it_comes_and_why_then() -> None:
    story = at_tier(1)
    story.wait(hours=2)
    (coming,) = trigger(story, "S1").coming
    assert coming.at == MONDAY + timedelta(hours=19, minutes=12)
    assert coming.words == (
        "At 3 Nov 2026 09:12 UTC, after 19h12m of the 24h resolution time (4h48m before it is due: 20% of it, at least "
        "30m); 2h counted so far, in the calendar client."
    )


def test_s1_of_a_vip_comes_at_half_the_time_and_says_so() -> None:
    story = Story().open(contact={"name": "Bob", "vip": True})
    (coming,) = trigger(story, "S1").coming
    assert coming.at == MONDAY + timedelta(hours=9, minutes=36)
    assert "for a VIP after 0.5 of 19h12m" in coming.words


def test_a_paused_clock_has_no_moment_and_says_what_is_left_and_since_when() -> None:
    story = at_tier(1)
    story.wait(hours=2)
    story.do(CUSTOMER)
    story.wait(hours=5)
    s1 = trigger(story, "S1")
    assert (s1.state, s1.coming[0].at) == ("paused", None)
    assert "stands still since 2 Nov 2026 16:00 UTC (waiting customer), so no moment is set: 17h12m left" in s1.words
    story.do(Resume())
    assert trigger(story, "S1").coming[0].at == MONDAY + timedelta(hours=24, minutes=12)


def test_s1_guards_tier_1_only_and_s4_ends_with_acceptance() -> None:
    story = at_tier(2)
    assert (trigger(story, "S1").state, trigger(story, "S4").state) == ("not_running", "not_running")
    assert "it guards a ticket at Tier 1" in trigger(story, "S1").words


def test_what_time_did_is_told_with_its_clock_and_due_moment() -> None:
    story = Story().open()
    story.wait(hours=20)
    s1, s4 = trigger(story, "S1"), trigger(story, "S4")
    assert s1.fired[0].values["due_at"] == (MONDAY + timedelta(hours=24)).isoformat()
    assert [fired.values["level"] for fired in s4.fired if fired.event == "accept_missed"] == [1, 2, 3]
    assert {fired.values["mark"] for fired in trigger(story, "S2").fired} >= {"75", "90", "100"}
    assert trigger(story, "S3").fired == ()  # coordination was taken already, by S4


# ------------------------------------------------------------------------------------------- Tier 3, scope
def test_tier_3_is_closed_until_an_allowed_trigger_leads_there_or_a_manager_overrides() -> None:
    story = at_tier(2)
    guard = why(story).tier_three
    assert (guard.open, guard.allowed) == (False, story.policy.tier_three_entry)
    assert at_tier(3).ticket.reached_tier_3
    assert why(at_tier(3)).tier_three.words == "grace let it in past the guard: The client has waited long enough"
    ticket = story.ticket.model_copy(update={"flags": (Flag.CORE_ARCHITECTURE,)})
    opened = explain(ticket, story.policy, story.now).tier_three
    assert (opened.open, opened.leading, opened.words) == (True, ("C1",), "Open by C1.")


def test_a_person_s_coded_reason_is_remembered_beside_the_triggers() -> None:
    story = at_tier(1)
    story.do(Escalate(reason="knowledge", note=NOTE))
    assert [(f.trigger, f.reason, f.by) for f in story.ticket.firings] == [(None, "knowledge", "tomas")]


def test_an_informing_trigger_acts_once_and_says_so() -> None:
    story = at_tier(1)
    for _ in range(4):
        story.do(ContactMade(by="portal", role=Role.INTEGRATION, direction="inbound", text="Any news?"))
    r1 = trigger(story, "R1")
    assert (r1.leads_to, len(r1.fired)) == ("the service manager is told", 1)
    assert MANAGER not in story.owner


# ------------------------------------------------------------------------------------------- conditions
@pytest.mark.parametrize(
    ("condition", "needed"),
    [
        (Test(field="vip"), ("VIP: no, needs yes",)),
        (Test(field="users_affected", op="more_than", value=1), ("users affected: not known, needs more than 1",)),
        (Test(field="scope", op="in", value=("a", "b")), ("scope: one_user, needs one of a, b",)),
        (
            All(all=(Test(field="vip"), Test(field="tier", value=1), Test(field="returns", op="at_least", value=2))),
            ("VIP: no, needs yes", "returns: 0, needs at least 2"),
        ),
        (
            Any(any=(Test(field="vip"), All(all=(Test(field="tier", value=2), Test(field="returns", value=2))))),
            ("VIP: no, needs yes, or (tier: 1, needs 2 and returns: 0, needs 2)",),
        ),
        (Test(field="tier", value=1), ()),
    ],
)
def test_what_a_condition_needs_is_said_for_each_part_that_fails(condition: Test, needed: tuple[str, ...]) -> None:
    fields = {"vip": False, "users_affected": None, "scope": "one_user", "tier": 1, "returns": 0}
    assert needs(judged(condition, fields)) == needed


@LIVES
@given(histories())
def test_explaining_agrees_with_the_rules_on_every_ticket(history: History) -> None:
    for ticket in history.tickets[-3:]:
        story = history.story
        explained = explain(ticket, story.policy, story.now)
        assert Explanation.model_validate_json(explained.model_dump_json()) == explained
        tier = ticket.tier or (ticket.ending.tier if ticket.ending else None) or 1
        fields = fields_of(ticket, story.policy, tier)
        by_id = {each.id: each for each in explained.triggers}
        for each in story.policy.triggers:
            said = by_id[each.id]
            held = satisfied_by(each.when, fields) is not None
            assert said.condition is not None
            assert said.condition.holds is held
            assert bool(said.needs) is not held
            assert said.words
        marks = {mark.partition("@")[0] for mark in ticket.fired}
        assert {each.trigger for each in ticket.firings if each.event in ("escalated", "trigger_fired")} - {
            None
        } <= marks


def test_judged_is_a_tree_that_lives_through_json() -> None:
    tree = judged(All(all=(Test(field="tier", value=1),)), {"tier": 2})
    assert Judged.model_validate_json(tree.model_dump_json()) == tree
    assert policy_of().triggers
