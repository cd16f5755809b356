"""R36 to R38, R42: entry to Tier 3, recurrence, the policy of a running ticket, the third call."""

from escalation.commands import Accept, ContactMade, Escalate, LogAttempt, UpdateFields
from escalation.errors import TierThreeGuard
from escalation.events import Escalated, Event, ProblemLinked, TriggerFired
from escalation.policy import Slice
from escalation.terms import EscalationKind, Flag, Role
from escalation.view import handoff_view, view
from tests.unit.rules.story import MANAGER, NOTE, Story, at_tier, go_up, of_kind, policy_of

FAILED = LogAttempt(step="Reset the password", result="Still locked", outcome="failed", sop_step="SOP-01/2")


def escalations(events: list[Event]) -> list[tuple[str | None, int | None]]:
    return [(event.trigger, event.to_tier) for event in of_kind(events, Escalated)]


# ------------------------------------------------------------------------------------------- Tier 3
def test_r36_tier_3_is_closed_without_a_trigger_and_an_override_is_marked_for_the_monthly_audit() -> None:
    story = at_tier(2)
    up = Escalate(
        reason="knowledge", note=NOTE.model_copy(update={"steps_tried": ({"step": "Traced", "result": "-x"},)})
    )
    story.refuses(TierThreeGuard, up)
    go_up(story)
    (let_in,) = [e for e in of_kind(story.events, Escalated) if e.to_tier == 3]
    assert (let_in.by, let_in.override, let_in.audit) == (MANAGER, "The client has waited long enough", "monthly")


def test_r36_what_a_trigger_leads_to_tier_3_is_no_override() -> None:
    story = at_tier(2)
    (moved,) = of_kind(story.do(UpdateFields(flags=(Flag.CORE_ARCHITECTURE,))), Escalated)
    assert (moved.to_tier, moved.override, moved.audit) == (3, "", None)


def test_r37_the_third_ticket_of_a_kind_at_tier_2_goes_to_tier_3_and_is_one_problem_with_the_others() -> None:
    story = Story()
    story.alike = ("T-7", "T-8")
    story.open(category="email.flow")
    assert escalations(story.events) == [("C4", 3)]
    (moved,) = of_kind(story.events, Escalated)
    assert (moved.values, story.ticket.tier) == ({"tier": 2, "recurrences": 3}, 3)
    (linked,) = of_kind(story.events, ProblemLinked)
    assert (linked.problem, linked.tickets) == ("PRB-acme-dental-email.flow", ("T-7", "T-8", "T-1"))
    assert story.ticket.problem == linked.problem


def test_r37_the_second_of_a_kind_stays_at_tier_2_and_a_ticket_at_tier_1_asks_nothing() -> None:
    story = Story()
    story.alike = ("T-8",)
    story.open(category="email.flow")
    assert (story.ticket.tier, story.ticket.problem, story.ticket.alike) == (2, None, ("T-8",))
    story.alike = ("T-7", "T-8")
    assert at_tier(1).ticket.alike == ()


def test_b28_an_asset_a_known_error_and_a_problem_are_linked_and_whoever_gets_the_ticket_sees_them() -> None:
    story = Story()
    story.alike = ("T-7", "T-8")
    story.open(category="email.flow", asset="EXCH-01")
    story.do(UpdateFields(known_issue="KI-0003"))
    seen = handoff_view(story.ticket, story.policy)
    assert (seen.asset, seen.known_issue) == ("EXCH-01", "KI-0003")
    assert view(story.ticket).problem == "PRB-acme-dental-email.flow"


def test_r38_a_running_ticket_keeps_the_policy_that_it_was_taken_in_with() -> None:
    one = policy_of()
    two = one.model_copy(update={"version": "2", "triggers": tuple(t for t in one.triggers if t.id != "C2")})
    assert [_after_two_failures(policy) for policy in (one, two)] == [("2026.1", 2), ("2", 1)]


def _after_two_failures(policy: Slice) -> tuple[str, int | None]:
    story = at_tier(1, policy)
    story.do(FAILED)
    story.do(FAILED)
    return story.ticket.policy_version, story.ticket.tier


# ------------------------------------------------------------------------------------------- contact
def test_r42_the_third_call_informs_the_service_manager_once() -> None:
    story = at_tier(1)
    call = ContactMade(by="portal", role=Role.INTEGRATION, direction="inbound", text="Any news?")
    fired = [[(e.trigger, e.inform) for e in of_kind(story.do(call), TriggerFired)] for _ in range(5)]
    assert fired == [[], [], [("R1", "service_manager")], [], []]
    assert {e.escalation for e in of_kind(story.events, TriggerFired)} == {EscalationKind.HIERARCHICAL}


def test_r42_the_third_technician_informs_the_service_manager_as_soon_as_he_has_the_ticket_and_once() -> None:
    story = at_tier(1)
    assert of_kind(story.do(Accept(by="jun", take_over=True)), TriggerFired) == []
    made = of_kind(story.do(Accept(by="priya", take_over=True)), TriggerFired)
    assert [(e.trigger, e.inform, e.values) for e in made] == [("R1", "service_manager", {"technicians": 3})]
    assert of_kind(story.do(Accept(by="tomas", take_over=True)), TriggerFired) == []
