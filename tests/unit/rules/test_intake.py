"""R2, R3, R7, R9, R16, R33, R34; rulings 2, 5 and 10: from a client's words to a first owner."""

from datetime import UTC, datetime

import pytest

from escalation.commands import Contact, IntakeFacts, Open, Triage, UpdateFields
from escalation.desk import open_ticket
from escalation.errors import IncompleteCommand, IncompleteTriage, NotAllowedInStage, NotPermitted, UnknownName
from escalation.events import Coordinated, Escalated, FieldsUpdated, Opened, Queued, Triaged, TriggerFired
from escalation.lifecycle import Stage
from escalation.terms import EscalationKind, Flag, Priority, Role, Scope
from tests.unit.rules.story import CONTACT, DISPATCHER, MANAGER, MONDAY, Story, of_kind, policy_of

SUNDAY_NIGHT = datetime(2026, 11, 8, 9, 0, tzinfo=UTC)  # 03:00 in Chicago


def test_a_complete_intake_has_a_named_first_owner_at_tier_1_at_once() -> None:
    story = Story().open()
    assert [event.kind for event in story.events] == ["opened", "triaged", "queued"]
    assert (story.ticket.stage, story.owner, story.ticket.accepted_at) == (Stage.TIER_1, "tomas", None)


def test_an_incomplete_intake_belongs_to_a_dispatcher() -> None:
    story = Story().open(urgency=None)
    assert (story.ticket.stage, story.owner) == (Stage.TRIAGE, DISPATCHER)


@pytest.mark.parametrize(
    "category",
    ["identity.password_reset", "connectivity.single_user", "software.install_guidance", "access.permissions"],
)
def test_the_four_kinds_of_tier_1_work_start_there_and_no_trigger_fires(category: str) -> None:
    story = Story().open(category=category)
    assert story.ticket.tier == 1
    assert not of_kind(story.events, Escalated)
    assert story.ticket.fired == ()


@pytest.mark.parametrize(
    ("missing", "fields"),
    [
        ("category", {"category": None}),
        ("urgency", {"urgency": None}),
        ("contact", {"contact": Contact(email="x@y.example")}),
    ],
)
def test_triage_does_not_end_while_something_is_missing_and_says_what(missing: str, fields: dict[str, object]) -> None:
    story = Story().open(**fields)
    refusal = story.refuses(IncompleteTriage, Triage(by=DISPATCHER, role=Role.DISPATCHER))
    assert refusal.details["missing"] == [missing]


@pytest.mark.parametrize(
    ("impact", "urgency", "priority"),
    [
        (1, 1, "P1"),
        (1, 2, "P2"),
        (1, 3, "P3"),
        (2, 1, "P2"),
        (2, 2, "P3"),
        (2, 3, "P4"),
        (3, 1, "P3"),
        (3, 2, "P4"),
        (3, 3, "P4"),
    ],
)
def test_the_priority_is_impact_by_urgency(impact: int, urgency: int, priority: str) -> None:
    story = Story().open(category=None, impact=None, urgency=None)
    story.do(Triage(by=DISPATCHER, role=Role.DISPATCHER, category="printing.device", impact=impact, urgency=urgency))
    assert story.ticket.priority == priority
    assert of_kind(story.events, Triaged)[0].priority == priority


def test_impact_is_read_off_the_reach_of_the_fault_where_nobody_said_it() -> None:
    assert Story().open(impact=None, scope=Scope.WHOLE_OFFICE).ticket.impact == 1
    assert Story().open(impact=None, flags=(Flag.CRITICAL_ASSET,)).ticket.impact == 2
    assert Story().open(impact=None).ticket.impact == 3


def test_triage_ends_once() -> None:
    story = Story().open()
    story.refuses(NotAllowedInStage, Triage(urgency=1))


@pytest.mark.parametrize("severity", [{"impact": 7}, {"urgency": 0}, {"urgency": -1}])
def test_a_severity_that_the_matrix_does_not_have_is_refused_by_name(severity: dict[str, int]) -> None:
    refusal = Story().open(urgency=None).refuses(UnknownName, Triage(by=DISPATCHER, role=Role.DISPATCHER, **severity))
    assert refusal.details["field"] in severity
    Story().open().refuses(UnknownName, UpdateFields(**severity))


def test_an_unknown_category_is_refused_at_intake_and_later() -> None:
    with pytest.raises(UnknownName) as caught:
        Story().open(category="plumbing")
    assert caught.value.details == {"field": "category", "value": "plumbing"}
    Story().open().refuses(UnknownName, UpdateFields(category="plumbing"))


def test_a_ticket_needs_a_subject_and_keeps_it_and_its_customer() -> None:
    with pytest.raises(IncompleteCommand):
        Story().open(subject="  ")
    refusal = Story().open().refuses(IncompleteCommand, UpdateFields(subject=" ", contact=Contact(name=" ")))
    assert refusal.details["missing"] == ["subject", "contact"]


def test_an_auditor_takes_nothing_in() -> None:
    intake = Story().open().events[0]
    assert isinstance(intake, Opened)
    with pytest.raises(NotPermitted):
        open_ticket("T-2", Open(by="ann", role=Role.AUDITOR, intake=intake.intake), policy_of(), MONDAY)


def test_the_same_intake_again_makes_no_second_ticket() -> None:
    story = Story().open()
    intake = story.events[0]
    assert isinstance(intake, Opened)
    assert story.do(Open(by="portal", role=Role.INTEGRATION, intake=intake.intake)) == []


# ------------------------------------------------------------------------------------------- emergencies
@pytest.mark.parametrize("known", [True, False], ids=["severity known", "severity not known yet"])
def test_ransomware_on_a_sunday_night_is_owned_at_tier_3_at_once_and_never_queued_below(known: bool) -> None:
    severity = {} if known else {"impact": None, "urgency": None}
    story = Story(policy_of(always_open=False), now=SUNDAY_NIGHT).open(category="security.ransomware", **severity)
    (escalated,) = of_kind(story.events, Escalated)
    assert (escalated.escalation, escalated.trigger, escalated.from_tier) == (EscalationKind.EMERGENCY, "E1", None)
    assert escalated.need.on_call
    assert escalated.need.skill == "security_ir"
    assert (story.ticket.tier, story.owner) == (3, "sofia")
    assert not of_kind(story.events, Queued)
    assert [stay.tier for stay in story.ticket.stays] == [3]
    assert story.ticket.escalations == 0


def test_an_emergency_has_to_be_taken_up_in_five_minutes_whatever_the_hour_and_its_priority() -> None:
    story = Story(policy_of(always_open=False), now=SUNDAY_NIGHT).open(
        category="security.ransomware", impact=3, urgency=3
    )
    assert story.ticket.priority.value == "P4"
    assert (story.clock("accept").target.total_seconds(), story.clock("accept").due_at) == (
        300,
        SUNDAY_NIGHT.replace(minute=5),
    )


def test_an_emergency_is_p1_until_somebody_has_judged_it() -> None:
    story = Story().open(category="security.alert", impact=None, urgency=None)
    assert story.ticket.priority is Priority.P1
    assert of_kind(story.events, FieldsUpdated)[0].after == {"priority": "P1"}
    story.do(UpdateFields(subject="Alert: odd sign-ins"))
    assert story.ticket.priority is Priority.P1
    story.do(UpdateFields(impact=3, urgency=3))
    assert story.ticket.priority.value == "P4"


def test_an_emergency_brings_the_service_manager_to_the_customer() -> None:
    story = Story().open(category="security.ransomware")
    assert len(of_kind(story.events, Coordinated)) == 1
    assert (story.ticket.coordinator, story.owner) == (MANAGER, "sofia")


def test_an_alert_that_names_nobody_is_an_emergency_all_the_same() -> None:
    story = Story().open(category="security.alert", contact=Contact(), facts=IntakeFacts(), impact=None, urgency=None)
    assert story.ticket.tier == 3
    assert story.ticket.note_debt is not None
    assert story.ticket.note_debt.owed_by == MANAGER


def test_a_sign_seen_in_triage_makes_an_emergency_there() -> None:
    story = Story().open(urgency=None)
    story.do(UpdateFields(by=DISPATCHER, role=Role.DISPATCHER, flags=(Flag.ACTIVE_BREACH,)))
    assert story.ticket.tier == 3
    assert [stay.tier for stay in story.ticket.stays] == [3]


# ------------------------------------------------------------------------------------------- start tier
def test_a_whole_office_is_a_p1_at_tier_2_at_once() -> None:
    story = Story().open(category="connectivity.single_user", scope=Scope.WHOLE_OFFICE, impact=None, urgency=1)
    (queued,) = of_kind(story.events, Queued)
    assert (queued.trigger, queued.values) == ("I1", {"scope": "whole_office"})
    assert (story.ticket.tier, story.owner, story.ticket.priority) == (2, "marek", "P1")


@pytest.mark.parametrize(("fields", "trigger"), [
    ({"category": "security.ransomware"}, "E1"),
    ({"flags": (Flag.ACTIVE_BREACH,)}, "E1"),
    ({"scope": Scope.MULTI_CLIENT}, "E2"),
    ({"flags": (Flag.CORE_ARCHITECTURE,)}, "C1"),
    ({"flags": (Flag.VENDOR_NEEDED,)}, "C1"),
])  # fmt: skip
def test_tier_3_work_reaches_tier_3_by_its_trigger(fields: dict[str, object], trigger: str) -> None:
    story = Story().open(**fields)
    assert (story.ticket.tier, story.ticket.reached_tier_3) == (3, True)
    moves = [e for e in story.events if isinstance(e, Queued | Escalated)]
    assert [move.trigger for move in moves] == [trigger]


def test_ruling_10_when_two_rules_apply_emergency_beats_functional_and_the_others_are_recorded() -> None:
    story = Story().open(category="network.firewall", scope=Scope.WHOLE_OFFICE, flags=(Flag.ACTIVE_BREACH,))
    (escalated,) = of_kind(story.events, Escalated)
    assert escalated.trigger == "E1"
    assert {"I1", "C1"} <= set(escalated.matched)


def test_ruling_10_within_a_kind_the_first_in_policy_order_wins() -> None:
    story = Story().open(scope=Scope.WHOLE_OFFICE, flags=(Flag.NETWORK_LEVEL,))
    (queued,) = of_kind(story.events, Queued)
    assert (queued.trigger, queued.matched) == ("I1", ("C1",))


# ------------------------------------------------------------------------------------------- VIP
def test_ruling_5_b18_vip_is_a_client_or_a_contact_and_the_manager_hears_of_it_once_with_an_honest_priority() -> None:
    client = Story(policy_of("northside-clinic")).open()
    contact = Story().open(contact=CONTACT.model_copy(update={"vip": True}))
    named = Story(policy_of("volta-mfg")).open(contact=Contact(name="Katarzyna Wolska"))
    for story in (client, contact, named):
        assert story.ticket.vip
        assert story.ticket.priority is Priority.P3
        assert [e.trigger for e in of_kind(story.events, TriggerFired)] == ["I3"]


@pytest.mark.parametrize(
    ("urgency", "raised"), [(1, Priority.P1), (2, Priority.P2), (3, Priority.P3)], ids=["P2", "P3", "P4"]
)
def test_ruling_5_a_policy_may_raise_a_vips_priority_by_one_step_and_takes_it_back_with_the_vip(
    urgency: int, raised: Priority
) -> None:
    policy = policy_of().model_copy(update={"vip_raises_priority": True})
    honest = Story(policy).open(urgency=urgency).ticket.priority
    story = Story(policy).open(urgency=urgency, contact=CONTACT.model_copy(update={"vip": True}))
    assert (story.ticket.priority, honest.value) == (raised, f"P{int(raised.value[1]) + 1}")
    story.do(UpdateFields(contact=CONTACT))
    assert story.ticket.priority is honest


def test_a_vip_who_is_only_named_in_triage_is_a_vip() -> None:
    story = Story(policy_of("volta-mfg")).open(contact=Contact())
    assert not story.ticket.vip
    story.do(Triage(by=DISPATCHER, role=Role.DISPATCHER, contact=Contact(name="Katarzyna Wolska")))
    assert story.ticket.vip
    assert [e.trigger for e in of_kind(story.events, TriggerFired)] == ["I3"]


def test_an_outage_of_a_whole_office_does_not_wait_in_triage_for_an_urgency() -> None:
    story = Story().open(scope=Scope.WHOLE_OFFICE, impact=None, urgency=None)
    assert (story.ticket.tier, story.ticket.priority) == (2, Priority.P1)
    assert story.owner
