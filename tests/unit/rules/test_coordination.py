"""R15, R19, R45; ruling 4: management is involved, the work stays where it is."""

import pytest

from escalation.commands import Accept, Comment, ContactMade, Coordinate, LogAttempt, Return, UpdateFields
from escalation.effects import messages
from escalation.errors import IncompleteCommand, NotPermitted
from escalation.events import Commented, Coordinated, MarkPassed
from escalation.terms import Flag, Role
from escalation.ticket import SERVICE_DESK
from tests.unit.rules.story import CONTACT, LEAD, MANAGER, Story, at_tier, go_up, of_kind

VIP = CONTACT.model_copy(update={"vip": True})
ATTEMPT = LogAttempt(step="Reset the password", result="It helped a little", outcome="partly")


def test_an_unhappy_vip_brings_the_service_manager_once_and_owner_and_tier_stay() -> None:
    story = at_tier(1, contact=VIP)
    before = (story.owner, story.ticket.tier, story.ticket.accepted_at, story.ticket.escalations)
    (coordinated,) = of_kind(story.do(UpdateFields(flags=(Flag.UNHAPPY,))), Coordinated)
    assert (coordinated.trigger, story.ticket.coordinator) == ("I4", MANAGER)
    assert (story.owner, story.ticket.tier, story.ticket.accepted_at, story.ticket.escalations) == before
    assert MANAGER in story.ticket.watchers
    for _ in range(3):
        assert not of_kind(story.do(ATTEMPT), Coordinated)


def test_an_unhappy_client_who_is_no_vip_brings_nobody() -> None:
    assert not of_kind(at_tier(1).do(UpdateFields(flags=(Flag.UNHAPPY,))), Coordinated)


def test_ninety_per_cent_of_the_resolution_time_brings_the_service_manager() -> None:
    story = at_tier(2)
    story.do(ContactMade(text="We are on it"))
    made = story.wait(hours=24 * 0.9, seconds=-1)
    assert not of_kind(made, Coordinated)
    (coordinated,) = of_kind(story.wait(seconds=1), Coordinated)
    assert (coordinated.trigger, story.ticket.coordinator, story.ticket.tier) == ("S3", MANAGER, 2)


def test_a_team_lead_who_coordinates_gives_way_to_the_service_manager_at_ninety_per_cent() -> None:
    story = at_tier(2)
    down = Return(reason="wrong_skill", what_is_missing="Which phone holds the old password")
    story.do(down)
    go_up(story)
    story.do(down)
    assert story.ticket.coordinator == LEAD
    go_up(story)
    story.wait(hours=24)
    assert story.ticket.coordinator == MANAGER


def test_r45_thresholds_pass_once_each_before_the_breach_and_tell_the_roles_of_the_policy() -> None:
    story = at_tier(2)
    passed = [e for e in of_kind(story.wait(hours=48), MarkPassed) if e.clock == "resolution"]
    assert [e.mark for e in passed] == ["50", "75", "90", "100"]
    assert [(e.at - story.ticket.opened_at).total_seconds() / 3600 for e in passed] == [12, 18, 21.6, 24]
    assert [e.inform for e in passed] == [story.policy.thresholds[int(e.mark)] for e in passed]
    assert story.clock("resolution").breached


def test_neither_dissatisfaction_nor_risk_means_no_coordinator() -> None:
    story = at_tier(1)
    story.do(ATTEMPT)
    story.do(Comment(text="Bob is in a meeting until noon"))
    assert story.ticket.coordinator == SERVICE_DESK


def test_anybody_on_the_desk_may_involve_management_and_says_why() -> None:
    story = at_tier(1)
    assert story.refuses(IncompleteCommand, Coordinate(by="jun")).details["missing"] == ["reason"]
    story.do(Coordinate(by="jun", reason="The practice manager is furious"))
    assert (story.ticket.coordinator, story.owner) == (MANAGER, "tomas")


def test_a_second_call_for_management_pages_nobody_again_and_is_a_word_to_who_coordinates() -> None:
    story = at_tier(1)
    (first,) = of_kind(story.do(Coordinate(reason="The practice manager is furious")), Coordinated)
    assert [m.to for m in messages(story.ticket, [first], 1, story.policy)]
    (said,) = story.do(Coordinate(by="jun", reason="She called again"))
    assert isinstance(said, Commented)
    assert (said.by, said.text) == ("jun", "For grace, who coordinates: She called again")
    assert messages(story.ticket, [said], 1, story.policy) == []
    assert story.ticket.coordinator == MANAGER


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.INTEGRATION])
def test_an_auditor_or_a_tool_does_not(role: Role) -> None:
    at_tier(1).refuses(NotPermitted, Coordinate(by="x", role=role, reason="The practice manager is furious"))


def test_a_customer_to_whom_nobody_spoke_in_time_gets_the_service_manager() -> None:
    story = Story().open()
    story.do(Accept())
    story.wait(hours=4)
    assert story.ticket.coordinator == MANAGER
