"""R18, R62: sent back down, and the guard against bouncing."""

import pytest

from escalation.commands import Accept, Coordinate, Escalate, LogAttempt, Return, UpdateFields
from escalation.errors import IncompleteCommand, NotAllowedInStage, UnknownName
from escalation.events import Coordinated, Escalated, Returned, TriggerFired
from escalation.handoff import StepTried
from escalation.terms import Flag, Role
from tests.unit.rules.story import LEAD, MANAGER, NOTE, Story, at_tier, go_up, of_kind

DOWN = Return(reason="resolvable_at_lower_tier", what_is_missing="Follow article KB-17")
TRIED = LogAttempt(step="Reset the password", result="Still locked out", outcome="failed", sop_step="SOP-01.2")


def again(story: Story) -> None:
    """Up once more, with something new to say."""
    n = len(story.ticket.steps) + len(story.ticket.notes)
    steps = (StepTried(step=f"Step {n}", result="No change"),)
    story.do(Escalate(reason="knowledge", note=NOTE.model_copy(update={"steps_tried": steps})))


@pytest.mark.parametrize(("field", "blank"), [("reason", ""), ("what_is_missing", " n/a ")])
def test_a_return_without_reason_or_without_what_is_missing_is_refused(field: str, blank: str) -> None:
    refusal = at_tier(2).refuses(IncompleteCommand, DOWN.model_copy(update={field: blank}))
    assert refusal.details["missing"] == [field]


def test_a_return_is_coded() -> None:
    at_tier(2).refuses(UnknownName, DOWN.model_copy(update={"reason": "not mine"}))


def test_a_returned_ticket_goes_to_whoever_had_it_there_by_name_with_its_notes() -> None:
    story = at_tier(3)
    notes = story.ticket.notes
    (returned,) = of_kind(story.do(DOWN), Returned)
    assert (returned.from_tier, returned.to_tier, returned.need.prefer, returned.need.exclude) == (
        3,
        2,
        "marek",
        ("sofia",),
    )
    assert (story.owner, story.ticket.accepted_at, story.ticket.returns) == ("marek", None, 1)
    assert story.ticket.notes == notes
    assert returned.what_is_missing == "Follow article KB-17"


def test_a_ticket_may_go_down_two_tiers() -> None:
    story = at_tier(3)
    story.do(DOWN.model_copy(update={"to_tier": 1}))
    assert (story.ticket.tier, story.owner) == (1, "tomas")


@pytest.mark.parametrize("to_tier", [2, 3])
def test_down_is_down(to_tier: int) -> None:
    at_tier(2).refuses(NotAllowedInStage, DOWN.model_copy(update={"to_tier": to_tier}))
    at_tier(1).refuses(NotAllowedInStage, DOWN)
    at_tier(2).refuses(IncompleteCommand, DOWN.model_copy(update={"to_tier": 7}))


def test_back_to_where_it_came_from_is_flagged_and_an_emergency_to_a_tier_that_never_had_it_is_not() -> None:
    story = at_tier(2)
    assert of_kind(story.do(DOWN), Returned)[0].flagged
    assert story.ticket.bounced
    emergency = Story().open(category="security.alert")
    emergency.do(Accept())
    assert not of_kind(emergency.do(DOWN), Returned)[0].flagged
    assert not emergency.ticket.bounced


def test_the_second_return_makes_the_team_lead_coordinate_once() -> None:
    story = at_tier(2)
    assert not of_kind(story.do(DOWN), Coordinated)
    again(story)
    (coordinated,) = of_kind(story.do(DOWN), Coordinated)
    assert (coordinated.trigger, story.ticket.coordinator, story.ticket.tier) == ("R2", LEAD, 1)
    again(story)
    story.do(DOWN)
    story.do(TRIED)
    assert len(of_kind(story.events, Coordinated)) == 1


def test_a_lead_does_not_take_coordination_from_a_service_manager_but_is_told() -> None:
    story = at_tier(2)
    story.do(Coordinate(by=MANAGER, role=Role.SERVICE_MANAGER, reason="The owner called me"))
    story.do(DOWN)
    again(story)
    made = story.do(DOWN)
    assert not of_kind(made, Coordinated)
    assert ("R2", "team_lead") in [(e.trigger, e.inform) for e in of_kind(made, TriggerFired)]
    assert story.ticket.coordinator == MANAGER


def test_what_held_when_a_person_sent_it_down_does_not_send_it_up_again_by_itself() -> None:
    story = at_tier(1)
    story.do(UpdateFields(flags=(Flag.SERVER_SIDE,)))
    (returned,) = of_kind(story.do(DOWN), Returned)
    assert returned.matched == ("C1",)
    assert not of_kind(story.do(TRIED), Escalated)
    (escalated,) = of_kind(story.do(TRIED), Escalated)
    assert escalated.trigger == "C2"
    story.do(DOWN)
    assert not of_kind(story.do(TRIED), Escalated)


def test_an_emergency_that_was_sent_down_stays_down_until_something_new_happens() -> None:
    story = Story().open(category="security.alert")
    story.do(DOWN)
    assert not of_kind(story.do(TRIED), Escalated)
    made = of_kind(story.do(UpdateFields(flags=(Flag.ACTIVE_BREACH,))), Escalated)
    assert [escalated.trigger for escalated in made] == ["E1"]


def test_a_ticket_goes_up_by_itself_three_times_at_most() -> None:
    story = at_tier(1)
    for n in range(4):
        for _ in range(2):
            story.do(TRIED)
        assert (story.ticket.tier, story.ticket.auto_escalations) == ((2, n + 1) if n < 3 else (1, 3))
        if n < 3:
            story.do(DOWN)
    go_up(story)
    assert story.ticket.tier == 2
