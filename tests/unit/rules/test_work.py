"""R4, R6, R8, R25, R35, R42, R54, R85; B26: work on a ticket, and what it sets off."""

import pytest

from escalation.attempts import MOST_STEPS
from escalation.commands import (
    Accept,
    Comment,
    Consult,
    ContactMade,
    Escalate,
    IntakeFacts,
    LogAttempt,
    LogNearMiss,
    Resolve,
    Return,
    UpdateFields,
)
from escalation.desk import decide
from escalation.errors import (
    AlreadyEscalated,
    BeyondTierScope,
    IncompleteAttempt,
    IncompleteCommand,
    IncompleteIntake,
    NotAllowedInStage,
    NotOwner,
    NotPermitted,
    UnknownName,
    WorkLogFull,
)
from escalation.events import AttemptLogged, Consulted, Escalated, NearMissLogged, TriggerFired
from escalation.handoff import StepTried
from escalation.terms import Flag, Role, Scope
from tests.unit.rules.story import FACTS, NOTE, Story, at_tier, of_kind

FAILED = LogAttempt(step="Reset the password", result="Still locked out", outcome="failed", sop_step="SOP-01.2")
RESOLVE = Resolve(code="fixed", cause="identity", resolution="Removed the stale credential from the phone")
CALL = ContactMade(by="portal", role=Role.INTEGRATION, direction="inbound", text="Any news?")
NEAR_MISS = LogNearMiss(considered_trigger="C2", why_considered="Two resets failed", what_unblocked_it="Article KB-17")


# ------------------------------------------------------------------------------------------- facts and attempts
@pytest.mark.parametrize("fact", IntakeFacts.model_fields)
@pytest.mark.parametrize("blank", [None, " "])
def test_no_fix_is_attempted_before_each_of_the_five_facts_is_known(fact: str, blank: str | None) -> None:
    said = (blank,) if blank and fact == "affected_systems" else None if fact == "users_affected" else blank
    story = Story().open(facts=FACTS.model_copy(update={fact: said}))
    assert story.refuses(IncompleteIntake, FAILED).details["missing"] == [fact]


def test_none_known_and_nobody_are_answers() -> None:
    facts = FACTS.model_copy(
        update={"error_messages": "none known", "recent_changes": "none known", "users_affected": 0}
    )
    story = Story().open(facts=facts)
    assert story.do(FAILED)
    assert story.do(Escalate(reason="knowledge", note=NOTE))


@pytest.mark.parametrize("field", ["step", "result", "outcome"])
def test_an_attempt_needs_its_step_its_result_and_its_outcome(field: str) -> None:
    refusal = Story().open().refuses(IncompleteAttempt, FAILED.model_copy(update={field: ""}))
    assert refusal.details["missing"] == [field]


def test_attempts_stand_in_the_next_note() -> None:
    story = at_tier(1)
    story.do(FAILED)
    story.do(Escalate(reason="knowledge", note=NOTE.model_copy(update={"steps_tried": None})))
    steps = story.ticket.notes[-1].note.steps_tried
    assert [(s.step, s.result, s.tier, s.by) for s in steps or ()] == [
        ("Reset the password", "Still locked out", 1, "tomas")
    ]


def test_access_beyond_the_tier_is_refused_with_the_way_up() -> None:
    refusal = Story().open().refuses(BeyondTierScope, FAILED.model_copy(update={"access": "firewall_rw"}))
    assert refusal.details == {"access": "firewall_rw", "triggers": ["C1"]}
    assert at_tier(2).do(FAILED.model_copy(update={"access": "firewall_rw"}))


def test_only_the_owner_works_on_a_ticket() -> None:
    refusal = Story().open().refuses(NotOwner, FAILED.model_copy(update={"by": "jun"}))
    assert refusal.details == {"owner": "tomas", "by": "jun"}


def test_nothing_is_attempted_in_triage() -> None:
    Story().open(urgency=None).refuses(NotPermitted, FAILED.model_copy(update={"role": Role.DISPATCHER}))
    Story().open(urgency=None).refuses(NotAllowedInStage, FAILED)


# ------------------------------------------------------------------------------------------- failed attempts
def test_the_second_failed_approved_attempt_goes_to_tier_2_and_not_the_first() -> None:
    story = at_tier(1)
    assert not of_kind(story.do(FAILED), Escalated)
    (escalated,) = of_kind(story.do(FAILED), Escalated)
    assert (escalated.trigger, escalated.values, escalated.auto) == ("C2", {"failed_attempts": 2, "tier": 1}, True)
    assert (story.ticket.tier, story.ticket.failed_attempts) == (2, 0)


@pytest.mark.parametrize("step", [None, "", "  "])
def test_attempts_outside_the_procedure_and_those_that_helped_do_not_count(step: str | None) -> None:
    story = at_tier(1)
    for outcome in ("failed", "failed", "partly", "worked"):
        story.do(FAILED.model_copy(update={"sop_step": step, "outcome": outcome}))
    assert story.ticket.failed_attempts == 0
    assert story.ticket.tier == 1


def test_three_failed_approved_attempts_at_tier_2_go_to_tier_3() -> None:
    story = at_tier(2)
    for n in range(3):
        assert story.ticket.tier == 2
        story.do(FAILED.model_copy(update={"step": f"Attempt {n}"}))
    assert (story.ticket.tier, of_kind(story.events, Escalated)[-1].trigger) == (3, "C2b")


def test_a_diagnostic_that_stands_in_the_note_already_is_marked_as_repeated() -> None:
    story = at_tier(2)
    done = NOTE.steps_tried or (StepTried(),)
    (logged,) = of_kind(story.do(FAILED.model_copy(update={"step": f"  {done[0].step.upper()} "})), AttemptLogged)
    assert logged.repeated
    assert story.ticket.repeated_steps == 1
    assert not of_kind(story.do(FAILED.model_copy(update={"step": "Something new"})), AttemptLogged)[0].repeated


# ------------------------------------------------------------------------------------------- changes of fields
def test_a_second_user_sends_the_ticket_up() -> None:
    story = at_tier(1)
    (escalated,) = of_kind(story.do(UpdateFields(facts=IntakeFacts(users_affected=2))), Escalated)
    assert (escalated.trigger, escalated.values) == ("I2", {"tier": 1, "users_affected": 2})
    assert story.ticket.facts.error_messages == FACTS.error_messages


def test_a_whole_office_sends_it_up_without_anybody_asking_and_raises_its_priority() -> None:
    story = at_tier(1)
    (escalated,) = of_kind(
        story.do(UpdateFields(by="portal", role=Role.INTEGRATION, scope=Scope.WHOLE_OFFICE)), Escalated
    )
    assert (escalated.trigger, escalated.auto, story.ticket.impact, story.ticket.priority) == ("I1", True, 1, "P2")


@pytest.mark.parametrize(
    "flag",
    [
        Flag.SERVER_SIDE,
        Flag.NETWORK_LEVEL,
        Flag.BACKEND,
        Flag.LATENCY_PATTERN,
        Flag.ADVANCED_FIREWALL,
        Flag.SECURITY_ANOMALY,
    ],
)
def test_signs_that_tier_1_may_not_handle_send_the_ticket_up(flag: Flag) -> None:
    story = at_tier(1)
    (escalated,) = of_kind(story.do(UpdateFields(flags=(flag,))), Escalated)
    assert (escalated.trigger, story.ticket.tier) == ("C1", 2)


def test_an_update_that_sets_nothing_off_moves_nothing() -> None:
    story = at_tier(1)
    assert [event.kind for event in story.do(UpdateFields(asset="PC-12"))] == ["fields_updated"]
    story.refuses(IncompleteCommand, UpdateFields(asset="PC-12"))


# ------------------------------------------------------------------------------------------- too many contacts
def test_the_third_call_informs_the_service_manager_once() -> None:
    story = at_tier(1)
    fired = [len(of_kind(story.do(CALL), TriggerFired)) for _ in range(5)]
    assert fired == [0, 0, 1, 0, 0]
    (event,) = of_kind(story.events, TriggerFired)
    assert (event.trigger, event.inform) == ("R1", "service_manager")


def test_an_automatic_reply_is_not_a_call() -> None:
    story = at_tier(1)
    for _ in range(3):
        story.do(CALL.model_copy(update={"automatic": True}))
    assert story.ticket.inbound_contacts == 0


def test_the_third_technician_informs_the_service_manager_once_when_he_takes_the_ticket_up() -> None:
    story = at_tier(2)
    assert not of_kind(story.events, TriggerFired)
    story.do(Return(reason="wrong_skill", what_is_missing="Which phone holds the old password"))
    story.do(Escalate(reason="knowledge", note=NOTE))
    fired = of_kind(story.do(Accept()), TriggerFired)
    assert [event.trigger for event in fired] == ["R1"]
    assert len(of_kind(story.events, TriggerFired)) == 1


def test_a_dispatcher_is_not_counted_as_a_technician() -> None:
    story = at_tier(1, urgency=None)
    story.do(UpdateFields(by="dana", role=Role.DISPATCHER, urgency=2))
    story.do(Accept())
    story.do(Escalate(reason="knowledge", note=NOTE))
    story.do(Accept())
    assert story.ticket.technicians == ("tomas", "marek")
    assert not of_kind(story.events, TriggerFired)


# ------------------------------------------------------------------------------------------- near miss, consultation
def test_a_near_miss_is_logged_on_a_ticket_that_never_escalated_even_after_it_was_resolved() -> None:
    story = at_tier(1)
    story.do(NEAR_MISS)
    story.do(RESOLVE)
    (logged,) = of_kind(story.do(NEAR_MISS), NearMissLogged)
    assert (logged.considered_trigger, logged.category, story.ticket.near_misses) == (
        "C2",
        "identity.password_reset",
        2,
    )


def test_a_ticket_that_escalated_or_began_higher_up_is_no_near_miss() -> None:
    at_tier(2).refuses(AlreadyEscalated, NEAR_MISS)
    story = at_tier(1, category="network.firewall")
    story.refuses(NotAllowedInStage, NEAR_MISS)
    story.do(RESOLVE)
    story.refuses(NotAllowedInStage, NEAR_MISS)


@pytest.mark.parametrize("field", ["considered_trigger", "why_considered", "what_unblocked_it"])
def test_a_near_miss_says_which_trigger_why_and_what_helped(field: str) -> None:
    refusal = at_tier(1).refuses(IncompleteCommand, NEAR_MISS.model_copy(update={field: "n/a"}))
    assert refusal.details["missing"] == [field]


def test_a_near_miss_names_a_trigger_of_the_policy() -> None:
    at_tier(1).refuses(UnknownName, NEAR_MISS.model_copy(update={"considered_trigger": "Z9"}))
    assert at_tier(1).do(NEAR_MISS.model_copy(update={"considered_trigger": "S1"}))


def test_nobody_consults_himself() -> None:
    story = at_tier(1)
    story.refuses(IncompleteCommand, Consult(person=story.owner, question="Is it the cache?"))


def test_a_consultation_keeps_the_ticket_and_is_no_escalation() -> None:
    story = at_tier(1)
    before = (story.owner, story.ticket.tier, story.ticket.escalations, story.ticket.clocks)
    (asked,) = story.do(Consult(person="marek", question="Have you seen this lock-out before?"))
    assert isinstance(asked, Consulted)
    assert (story.owner, story.ticket.tier, story.ticket.escalations, story.ticket.clocks) == before
    assert story.refuses(IncompleteCommand, Consult(person="marek")).details["missing"] == ["question"]


def test_a_comment_of_blanks_is_refused() -> None:
    Story().open().refuses(IncompleteCommand, Comment(text="\n "))


def test_a_work_log_has_an_end_that_is_said_in_words() -> None:
    story = at_tier(1)
    story.do(FAILED.model_copy(update={"sop_step": None}))
    almost = story.ticket.model_copy(update={"steps": story.ticket.steps * (MOST_STEPS - 1)})
    assert decide(almost, story.signed(FAILED), story.policy, story.now)
    full = story.ticket.model_copy(update={"steps": story.ticket.steps * MOST_STEPS})
    with pytest.raises(WorkLogFull, match="holds 500 attempts") as caught:
        decide(full, story.signed(FAILED), story.policy, story.now)
    assert caught.value.details == {"most": 500}
