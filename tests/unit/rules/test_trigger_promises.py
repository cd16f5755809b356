"""R7 to R10, R20 to R35: what the triggers promise; Tier 3 and contacts are in test_tier_three."""

from datetime import timedelta

import pytest

from escalation.commands import (
    Accept,
    Escalate,
    Hold,
    LogAttempt,
    Resolve,
    Return,
    UpdateFields,
)
from escalation.desk import decide
from escalation.effects import messages
from escalation.errors import BeyondTierScope, IncompleteCommand, IncompleteHandoff, UnknownName
from escalation.events import Coordinated, Escalated, Event, Queued, TriggerFired
from escalation.handoff import HandoffNote
from escalation.terms import EscalationKind, Flag, Priority, Role
from escalation.triggers import satisfied_by
from tests.unit.rules.story import (
    FACTS,
    MONDAY,
    NOTE,
    POLICY,
    Story,
    at_tier,
    of_kind,
    policy_of,
)
from tests.unit.rules.test_determinism import DESKS, played

H = timedelta(hours=1)
FAILED = LogAttempt(step="Reset the password", result="Still locked", outcome="failed", sop_step="SOP-01/2")
RESOLVE = Resolve(code="fixed", cause="identity", resolution="Removed the stale credential")
CUSTOMER = Hold(reason="waiting_customer", evidence={"question_sent": "Which phone has the old password?"})
TIER_1_SCOPE = (
    "identity.password_reset",
    "connectivity.single_user",
    "software.install_guidance",
    "access.permissions",
)


def escalations(events: list[Event]) -> list[tuple[str | None, int | None]]:
    return [(event.trigger, event.to_tier) for event in of_kind(events, Escalated)]


# ------------------------------------------------------------------------------------------- scope of the tiers
@pytest.mark.parametrize("category", TIER_1_SCOPE)
def test_r7_what_is_in_tier_1_s_scope_starts_and_ends_there_and_fires_nothing(category: str) -> None:
    story = at_tier(1, category=category)
    story.do(RESOLVE)
    assert (story.ticket.stage.value, story.ticket.firings) == ("resolved", ())


def test_r8_an_access_that_the_tier_has_not_is_refused_with_the_trigger_that_leads_to_it() -> None:
    story = at_tier(1)
    opening = LogAttempt(step="Open port 8443", result="Let through", outcome="worked", access="firewall_rw")
    refusal = story.refuses(BeyondTierScope, opening)
    assert refusal.details == {"access": "firewall_rw", "triggers": ["C1"]}
    made = story.do(UpdateFields(needed_access="firewall_rw"))
    assert escalations(made) == [("C1", 2)]
    assert of_kind(made, Escalated)[0].values == {"access_beyond_tier": True}
    story.do(Accept())
    story.do(opening)


def test_r8_an_access_that_nobody_has_is_no_reason_to_move() -> None:
    at_tier(1).refuses(UnknownName, UpdateFields(needed_access="crystal_ball"))


@pytest.mark.parametrize(
    ("fields", "trigger"),
    [
        ({"category": "security.ransomware"}, "E1"),
        ({"flags": (Flag.ACTIVE_BREACH,)}, "E1"),
        ({"scope": "multi_client"}, "E2"),
        ({"flags": (Flag.CORE_ARCHITECTURE,)}, "C1"),
        ({"flags": (Flag.VENDOR_NEEDED,)}, "C1"),
        ({"flags": (Flag.RECURRING,), "category": "server.failure"}, "C4"),
    ],
)
def test_r9_what_is_tier_3_s_reaches_it_by_its_trigger(fields: dict[str, object], trigger: str) -> None:
    story = Story().open(**fields)
    assert (story.ticket.tier, [each.trigger for each in story.ticket.firings if each.to_tier == 3]) == (3, [trigger])


def test_r10_an_escalation_of_what_the_tier_may_finish_needs_a_reason_and_is_marked_for_the_weekly_audit() -> None:
    story = at_tier(1, known_issue="KB-17")
    story.refuses(IncompleteCommand, Escalate(note=NOTE))
    (escalated,) = of_kind(story.do(Escalate(reason="confidence", note=NOTE)), Escalated)
    assert (escalated.in_scope, escalated.audit) == (True, "weekly")


# ------------------------------------------------------------------------------------------- documented, objective
def test_r20_every_trigger_has_a_class_a_condition_and_a_target_and_every_firing_its_values() -> None:
    known = {trigger.id for trigger in POLICY.triggers} | {POLICY.auto_escalation.trigger}
    for trigger in POLICY.triggers:
        assert trigger.klass
        assert trigger.says
        assert satisfied_by(trigger.when, {}) is None, "a condition that asks for nothing"
        assert trigger.to.tier or trigger.to.role
    seen: set[str] = set()
    for seed in range(60):
        for event in played(seed, DESKS["the day shift"]).events:
            match event:
                case Escalated(auto=True, trigger=fired, values=values) | TriggerFired(trigger=fired, values=values):
                    assert fired in known
                    assert values
                case Coordinated(trigger=str(), values=values) if event.reason != "emergency":
                    assert values
                case _:
                    continue
            seen.add(event.kind)
    assert seen == {"escalated", "trigger_fired", "coordinated"}, "else nothing was asserted of them"


def test_r20_a_person_s_escalation_carries_a_coded_reason_and_free_text_is_none() -> None:
    story = at_tier(1)
    story.refuses(UnknownName, Escalate(reason="it looks difficult", note=NOTE))
    (made,) = of_kind(story.do(Escalate(reason="knowledge", note=NOTE)), Escalated)
    assert (made.trigger, made.reason) == (None, "knowledge")


# ------------------------------------------------------------------------------------------- complexity
def test_r25_the_second_failed_attempt_of_the_procedure_moves_it_and_others_do_not_count() -> None:
    story = at_tier(1)
    free = FAILED.model_copy(update={"sop_step": None})
    assert escalations([*story.do(free), *story.do(free), *story.do(FAILED)]) == []
    assert escalations(story.do(FAILED)) == [("C2", 2)]


@pytest.mark.parametrize("flag", [Flag.NETWORK_LEVEL, Flag.SERVER_SIDE, Flag.BACKEND])
def test_r26_each_sign_of_the_infrastructure_moves_it(flag: Flag) -> None:
    story = at_tier(1)
    assert escalations(story.do(UpdateFields(flags=(flag,)))) == [("C1", 2)]


def test_r26_without_a_sign_nothing_moves() -> None:
    assert at_tier(1).ticket.firings == ()


def test_r27_deeper_analysis_is_a_coded_reason_that_needs_its_note() -> None:
    story = at_tier(1)
    story.refuses(IncompleteHandoff, Escalate(reason="deeper_technical_analysis", note=HandoffNote()))
    story.refuses(UnknownName, Escalate(reason="needs a deeper look", note=NOTE))
    assert escalations(story.do(Escalate(reason="deeper_technical_analysis", note=NOTE))) == [(None, 2)]


def test_r28_a_tier_resolves_nothing_that_it_must_hand_on() -> None:
    story = at_tier(1)
    story.do(UpdateFields(flags=(Flag.SERVER_SIDE,)))
    story.do(Return(reason="wrong_skill", what_is_missing="Which server was meant"))
    refusal = story.refuses(BeyondTierScope, RESOLVE)
    assert refusal.details == {"because": ["server_side"], "triggers": ["C1"]}


def test_r29_a_second_user_moves_it_to_tier_2() -> None:
    story = at_tier(1)
    (made,) = of_kind(story.do(UpdateFields(facts=FACTS.model_copy(update={"users_affected": 2}))), Escalated)
    assert (made.trigger, made.to_tier, made.values) == ("I2", 2, {"tier": 1, "users_affected": 2})


@pytest.mark.parametrize(
    "flag", [Flag.SERVER_SIDE, Flag.ADVANCED_FIREWALL, Flag.LATENCY_PATTERN, Flag.SECURITY_ANOMALY]
)
def test_r30_what_tier_1_must_hand_on_moves_and_cannot_be_resolved_there(flag: Flag) -> None:
    story = at_tier(1)
    assert escalations(story.do(UpdateFields(flags=(flag,)))) == [("C1", 2)]
    story.do(Return(reason="wrong_skill", what_is_missing="Which system was meant"))
    story.refuses(BeyondTierScope, RESOLVE)


def test_r31_a_known_issue_lets_tier_1_start_with_it_and_resolve_it() -> None:
    story = Story().open(category="email.flow", known_issue="KB-17")
    assert (story.ticket.tier, story.ticket.start and story.ticket.start.known_issue) == (1, "KB-17")
    story.do(Accept())
    story.do(RESOLVE)
    assert story.ticket.stage.value == "resolved"


def test_r31_without_the_link_it_starts_at_tier_2_and_with_a_sign_too() -> None:
    assert Story().open(category="email.flow").ticket.tier == 2
    signed = Story().open(category="email.flow", known_issue="KB-17", flags=(Flag.SERVER_SIDE,))
    assert signed.ticket.tier == 2
    assert Story().open(category="vendor.coordination", known_issue="KB-17").ticket.tier == 3


def test_r31_a_category_beyond_tier_1_needs_nobody_there_who_holds_its_skill() -> None:
    (queued,) = of_kind(Story().open(category="network.firewall", known_issue="KB-17").events, Queued)
    assert (queued.to_tier, queued.need.skill) == (1, None)


def test_r31_linked_at_tier_1_it_lets_the_tier_resolve_unless_a_sign_must_be_handed_on() -> None:
    story = at_tier(2, category="email.flow")
    story.do(Return(reason="resolvable_at_lower_tier", what_is_missing="The article for this very fault"))
    story.refuses(BeyondTierScope, RESOLVE)
    story.do(UpdateFields(known_issue="KB-17"))
    signed = story.ticket.model_copy(update={"flags": (Flag.SERVER_SIDE,)})
    with pytest.raises(BeyondTierScope):
        decide(signed, story.signed(RESOLVE), story.policy, story.now)
    assert story.ticket.tier == 1
    story.do(RESOLVE)


# ------------------------------------------------------------------------------------------- impact
@pytest.mark.parametrize(("vip", "hours"), [(False, 19.2), (True, 9.6)])
def test_r32_a_vip_s_p3_moves_after_half_the_time(vip: bool, hours: float) -> None:
    story = Story().open(contact={"name": "Bob Miller", "vip": vip})
    story.do(Accept())
    assert story.ticket.priority is Priority.P3
    second = timedelta(seconds=1)
    assert escalations(story.until(MONDAY + timedelta(hours=hours) - second)) == []
    assert escalations(story.wait(seconds=1)) == [("S1", 2)]


def test_r33_a_whole_office_has_a_named_owner_at_tier_2_at_once_as_a_p1_with_a_page_after_hours() -> None:
    night = MONDAY - 5 * H
    story = Story(policy_of(always_open=False), now=night).open(scope="whole_office", impact=None, urgency=None)
    ticket = story.ticket
    assert (ticket.priority, ticket.owned_since, ticket.tier) == (Priority.P1, night, 2)
    assert ticket.owner in ("marek", "elena", "omar")
    sent = messages(ticket, story.events, 1, story.policy)
    assert [(m.to, m.urgent) for m in sent if m.template == "page_owner"] == [(ticket.owner, True)]


def test_r34_a_security_alert_skips_every_queue() -> None:
    story = Story().open(category="security.alert", impact=None, urgency=None, contact={})
    (moved,) = of_kind(story.events, Escalated)
    assert (moved.escalation, moved.from_tier, moved.to_tier) == (EscalationKind.EMERGENCY, None, 3)
    assert (moved.need.on_call, [stay.tier for stay in story.ticket.stays]) == (True, [3])


def test_r35_a_field_that_changes_fires_without_a_person() -> None:
    story = at_tier(1)
    by = {"by": "rmm", "role": Role.INTEGRATION}
    made = story.do(UpdateFields(**by, scope="whole_office"))
    assert [(e.trigger, e.by, e.auto) for e in of_kind(made, Escalated)] == [("I1", "system", True)]
