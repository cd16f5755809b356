"""R10, R14, R17, R20, R27, R28, R30, R31, R36, R37, R55, R59; rulings 1, 3, 9: going up."""

import pytest

from escalation.commands import AnyCommand, Emergency, Escalate, Resolve, Return, Transfer, UpdateFields
from escalation.errors import (
    BeyondTierScope,
    IncompleteCommand,
    IncompleteHandoff,
    NotAllowedInStage,
    NotOwner,
    NotPermitted,
    TierThreeGuard,
    UnknownName,
)
from escalation.events import Escalated, Queued, Transferred
from escalation.handoff import HandoffNote, StepTried
from escalation.terms import EscalationKind, Flag, Role
from tests.unit.rules.story import LEAD, MANAGER, MONDAY, NOTE, Story, at_tier, go_up, of_kind, policy_of

UP = Escalate(reason="deeper_technical_analysis", note=NOTE)
OWN_STEP = StepTried(step="Compared both domain controllers", result="Replication is a day behind")
FROM_TIER_2 = UP.model_copy(update={"note": NOTE.model_copy(update={"steps_tried": (OWN_STEP,)})})
RESOLVE = Resolve(code="fixed", cause="identity", resolution="Removed the stale credential from the phone")


# ------------------------------------------------------------------------------------------- functional
def test_the_receiver_owns_the_ticket_the_moment_it_is_escalated_and_has_not_accepted_it() -> None:
    story = at_tier(1)
    story.wait(minutes=3)
    (escalated,) = story.do(UP)
    assert isinstance(escalated, Escalated)
    assert (story.owner, story.ticket.owned_since, story.ticket.accepted_at) == ("marek", escalated.at, None)
    assert (escalated.previous_owner, escalated.escalation) == ("tomas", EscalationKind.FUNCTIONAL)
    assert "tomas" in story.ticket.watchers


def test_a_functional_escalation_goes_to_the_skill() -> None:
    story = Story().open()
    (escalated,) = of_kind(story.do(UpdateFields(category="network.firewall")), Escalated)
    assert (escalated.trigger, escalated.need.tier, escalated.need.skill) == ("C1", 2, "firewall")
    (asked,) = of_kind(at_tier(1).do(UP.model_copy(update={"skill": "azure"})), Escalated)
    assert asked.need.skill == "azure"


@pytest.mark.parametrize(
    "command",
    [
        UP.model_copy(update={"skill": "firewal"}),
        Emergency(reason="Files are being encrypted", skill="firewal"),
        Transfer(skill="firewal", reason="Needs another hand", note=NOTE),
        UpdateFields(required_skill="firewal"),
    ],
    ids=lambda command: command.name,
)
def test_a_skill_that_no_tier_has_is_a_mistake_and_moves_nothing(command: AnyCommand) -> None:
    assert at_tier(1).refuses(UnknownName, command).details["value"] == "firewal"


def test_a_skill_beyond_the_tier_names_tier_and_skill() -> None:
    (queued,) = of_kind(Story().open(required_skill="firewall").events, Queued)
    assert (queued.trigger, queued.to_tier, queued.need.skill) == ("C3", 2, "firewall")
    (highest,) = of_kind(Story().open(required_skill="security_ir").events, Queued)
    assert (highest.trigger, highest.to_tier, highest.need.skill) == ("C3", 3, "security_ir")


def test_nobody_gets_the_ticket_twice_on_its_way_up() -> None:
    (escalated,) = of_kind(at_tier(1).do(UP), Escalated)
    assert escalated.need.exclude == ("tomas",)


def test_every_escalation_says_which_trigger_or_coded_reason_and_the_values_that_satisfied_it() -> None:
    story = Story().open()
    (by_rule,) = of_kind(story.do(UpdateFields(flags=(Flag.SERVER_SIDE,))), Escalated)
    assert (by_rule.trigger, by_rule.values) == ("C1", {"must_escalate": True})
    (by_hand,) = of_kind(at_tier(1).do(UP), Escalated)
    assert (by_hand.trigger, by_hand.reason) == (None, "deeper_technical_analysis")


@pytest.mark.parametrize(
    ("reason", "refusal"), [("", IncompleteCommand), ("it is hard", UnknownName), ("C2", UnknownName)]
)
def test_a_reason_is_a_trigger_that_the_ticket_meets_or_a_code_and_never_free_text(reason: str, refusal: type) -> None:
    at_tier(1).refuses(refusal, UP.model_copy(update={"reason": reason}))


def test_a_trigger_that_only_informs_is_no_reason_to_go_up() -> None:
    vip = at_tier(1, policy_of("northside-clinic"))
    assert "I3@1" in vip.ticket.fired
    vip.refuses(UnknownName, UP.model_copy(update={"reason": "I3"}))


def test_inside_the_scope_of_the_tier_it_is_flagged_for_the_audit() -> None:
    assert of_kind(at_tier(1).do(UP), Escalated)[0].in_scope
    beyond = at_tier(1)
    assert not of_kind(beyond.do(UpdateFields(flags=(Flag.SERVER_SIDE,))), Escalated)[0].in_scope


def test_only_the_owner_or_who_leads_may_escalate() -> None:
    at_tier(1).refuses(NotOwner, UP.model_copy(update={"by": "jun"}))
    assert at_tier(1).do(UP.model_copy(update={"by": LEAD, "role": Role.TEAM_LEAD}))
    at_tier(1).refuses(NotPermitted, UP.model_copy(update={"by": "dana", "role": Role.DISPATCHER}))


@pytest.mark.parametrize("to_tier", [1, 4, -1])
def test_up_is_up(to_tier: int) -> None:
    with pytest.raises((NotAllowedInStage, IncompleteCommand)):
        at_tier(2).do(FROM_TIER_2.model_copy(update={"to_tier": to_tier}))


def test_of_two_escalations_at_once_one_wins_and_the_other_hears_who_owns_it_now() -> None:
    story = at_tier(1)
    story.do(UP.model_copy(update={"by": "tomas"}))
    assert story.refuses(NotOwner, UP.model_copy(update={"by": "tomas"})).details["owner"] == "marek"


def test_a_lateral_transfer_is_no_escalation_and_needs_the_same_note() -> None:
    story = at_tier(1)
    ask = Transfer(skill="m365", reason="Needs an Exchange hand")
    assert "what_failed" in story.refuses(IncompleteHandoff, ask).details["missing"]  # type: ignore[operator]
    (moved,) = of_kind(story.do(ask.model_copy(update={"note": NOTE})), Transferred)
    assert (moved.from_tier, moved.to_tier, moved.need.skill, story.owner) == (1, 1, "m365", "priya")
    assert (story.ticket.escalations, len(story.ticket.stays), story.ticket.notes[-1].note.what_failed) == (
        0,
        1,
        NOTE.what_failed,
    )


def test_a_transfer_needs_somebody_else_and_a_reason() -> None:
    story = at_tier(1)
    story.refuses(IncompleteCommand, Transfer(reason="Too much to do", note=NOTE))
    story.refuses(IncompleteCommand, Transfer(to_person="tomas", reason="Too much to do", note=NOTE))
    story.refuses(IncompleteCommand, Transfer(to_person="jun", note=NOTE))
    story.do(Transfer(to_person="jun", reason="Knows this client", note=NOTE))
    assert story.owner == "jun"


# ------------------------------------------------------------------------------------------- scope
@pytest.mark.parametrize(
    "flag", [Flag.SERVER_SIDE, Flag.ADVANCED_FIREWALL, Flag.LATENCY_PATTERN, Flag.SECURITY_ANOMALY]
)
def test_tier_1_does_not_resolve_what_it_must_hand_on(flag: Flag) -> None:
    story = at_tier(2, flags=(flag,))
    story = _sent_down(story)
    refusal = story.refuses(BeyondTierScope, RESOLVE)
    assert refusal.details == {"because": [flag.value], "triggers": ["C1"]}
    assert story.do(Escalate(reason="C1", note=NOTE))


def test_a_known_issue_brings_any_category_into_scope_unless_it_must_be_handed_on() -> None:
    story = _sent_down(at_tier(1, category="network.latency"))
    story.refuses(BeyondTierScope, RESOLVE)
    story.do(UpdateFields(known_issue=" "))
    story.refuses(BeyondTierScope, RESOLVE)
    story.do(UpdateFields(known_issue="KB-17"))
    assert story.do(RESOLVE)
    flagged = _sent_down(at_tier(1, category="network.latency", known_issue="KB-17", flags=(Flag.NETWORK_LEVEL,)))
    flagged.refuses(BeyondTierScope, RESOLVE)


def _sent_down(story: Story) -> Story:
    story.do(Return(to_tier=1, reason="resolvable_at_lower_tier", what_is_missing="The steps of article KB-17"))
    assert story.ticket.tier == 1
    return story


# ------------------------------------------------------------------------------------------- into Tier 3
def test_nobody_reaches_tier_3_without_a_trigger() -> None:
    refusal = at_tier(2).refuses(TierThreeGuard, FROM_TIER_2)
    assert "C2b" in refusal.details["allowed"]  # type: ignore[operator]


def test_a_trigger_that_leads_to_tier_2_does_not_open_tier_3() -> None:
    story = _sent_down(at_tier(1, category="network.firewall"))
    story.refuses(TierThreeGuard, UP.model_copy(update={"reason": "C1", "to_tier": 3}))
    story.do(UP.model_copy(update={"reason": "C1"}))
    assert story.ticket.tier == 2


def test_the_service_manager_may_override_with_a_reason_and_it_is_marked() -> None:
    story = at_tier(2)
    why = FROM_TIER_2.model_copy(update={"override_reason": "The board is watching"})
    story.refuses(NotPermitted, why)
    manager = {"by": MANAGER, "role": Role.SERVICE_MANAGER}
    story.refuses(NotPermitted, why.model_copy(update={**manager, "override_reason": " . "}))
    (escalated,) = of_kind(story.do(why.model_copy(update=manager)), Escalated)
    assert (escalated.override, story.ticket.tier) == ("The board is watching", 3)


def test_a_recurring_fault_goes_to_tier_3_for_its_root_cause_once_tier_2_has_it() -> None:
    assert Story().open(flags=(Flag.RECURRING,)).ticket.tier == 1
    story = at_tier(2)
    (escalated,) = of_kind(story.do(UpdateFields(flags=(Flag.RECURRING,))), Escalated)
    assert (escalated.trigger, story.ticket.tier, escalated.override) == ("C4", 3, "")


def test_tier_2_adds_what_it_tried_itself_before_it_hands_on() -> None:
    story = at_tier(2)
    manager = {"by": MANAGER, "role": Role.SERVICE_MANAGER, "override_reason": "The board is watching"}
    refusal = story.refuses(IncompleteHandoff, UP.model_copy(update={**manager, "note": story.ticket.notes[-1].note}))
    assert refusal.details["missing"] == ["steps_tried"]
    go_up(story)
    assert story.ticket.tier == 3


# ------------------------------------------------------------------------------------------- emergency
def test_anybody_may_call_an_emergency_with_three_fields_and_the_rest_is_owed_in_half_an_hour() -> None:
    story = at_tier(1)
    urgent = Emergency(
        by="jun", reason="Files are being encrypted", note=HandoffNote(summary_symptoms=NOTE.summary_symptoms)
    )
    escalated = of_kind(story.do(urgent), Escalated)[0]
    assert (escalated.escalation, escalated.auto, story.ticket.tier, story.owner) == (
        EscalationKind.EMERGENCY,
        False,
        3,
        "sofia",
    )
    debt = story.ticket.note_debt
    assert debt is not None
    assert (debt.owed_by, (debt.due_at - MONDAY).total_seconds(), story.ticket.coordinator) == ("jun", 1800, MANAGER)


@pytest.mark.parametrize("missing", ["summary_symptoms", "customer_contact", "affected_systems"])
def test_an_emergency_without_its_three_fields_is_refused(missing: str) -> None:
    blank = () if missing == "affected_systems" else " "
    note = HandoffNote(summary_symptoms=NOTE.summary_symptoms).model_copy(update={missing: blank})
    refusal = at_tier(1).refuses(IncompleteHandoff, Emergency(reason="Files are being encrypted", note=note))
    assert refusal.details["missing"] == [missing]


def test_an_emergency_needs_a_reason_and_somewhere_to_go() -> None:
    at_tier(1).refuses(IncompleteCommand, Emergency(note=NOTE))
    at_tier(3).refuses(NotAllowedInStage, Emergency(reason="Files are being encrypted", note=NOTE))
