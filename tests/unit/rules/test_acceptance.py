"""R44, R47, R58 to R61; ruling 1: owned at once, taken up as a second act."""

from datetime import timedelta

import pytest

from escalation.commands import Accept, Hold, LogAttempt, Resolve, Return, UpdateFields
from escalation.desk import decide, fallback, needs
from escalation.errors import NotAllowedInStage, NotOwner, NotPermitted
from escalation.events import Accepted, AcceptMissed, Coordinated, Event, MarkPassed, Need, Paged, Transferred
from escalation.terms import Flag, Role
from tests.unit.rules.story import DISPATCHER, MANAGER, MONDAY, Story, StubDesk, at_tier, of_kind, policy_of

H = timedelta(hours=1)
CUSTOMER = Hold(reason="waiting_customer", evidence={"question_sent": "Which phone has the old password?"})


def ladder(made: list[Event]) -> list[tuple[int, timedelta]]:
    return [(e.level, e.at - MONDAY) for e in of_kind(made, AcceptMissed)]


def test_taking_up_a_handoff_is_a_second_fact_and_its_delay_is_the_time_between() -> None:
    story = Story().open()
    story.wait(minutes=20)
    (accepted,) = story.do(Accept())
    assert isinstance(accepted, Accepted)
    stay = story.ticket.stays[-1]
    assert stay.accepted_at is not None
    assert (story.ticket.accepted_at, stay.accepted_at - stay.began_at) == (story.now, timedelta(minutes=20))
    assert not story.clock("accept").running


def test_accepting_twice_changes_nothing() -> None:
    story = at_tier(1)
    before = story.ticket
    story.wait(minutes=5)
    assert story.do(Accept()) == []
    assert story.ticket == before


def test_another_person_does_not_accept_unless_he_says_that_he_takes_it_over() -> None:
    story = Story().open()
    assert story.refuses(NotOwner, Accept(by="jun")).details == {"owner": "tomas", "by": "jun"}
    story.wait(minutes=5)
    made = story.do(Accept(by="jun", take_over=True))
    assert [type(event) for event in made] == [Transferred, Accepted]
    assert (story.owner, story.ticket.accepted_at, of_kind(made, Transferred)[0].why) == ("jun", story.now, "take_over")
    assert "tomas" in story.ticket.watchers


def test_a_stay_counts_as_taken_up_when_its_first_owner_did() -> None:
    story = at_tier(1)
    story.wait(minutes=5)
    story.do(Accept(by="jun", take_over=True))
    assert (story.ticket.accepted_at, story.ticket.stays[-1].accepted_at) == (story.now, MONDAY)


def test_a_dispatcher_takes_no_work_over_and_nobody_takes_up_what_is_resolved() -> None:
    story = at_tier(1)
    story.refuses(NotPermitted, Accept(by=DISPATCHER, role=Role.DISPATCHER, take_over=True))
    story.do(Resolve(code="fixed", cause="identity", resolution="Removed the stale credential"))
    story.refuses(NotAllowedInStage, Accept())


def test_nobody_takes_a_ticket_over_that_is_still_in_triage() -> None:
    Story().open(urgency=None).refuses(NotOwner, Accept(by="jun", take_over=True))


# ------------------------------------------------------------------------------------------- the ladder
def test_a_handoff_that_nobody_takes_up_pages_again_moves_on_and_reaches_the_manager() -> None:
    story = Story().open()
    assert ladder(story.wait(hours=1)) == [(1, H)]
    assert story.owner == "tomas"
    made = story.wait(hours=1)
    (moved,) = of_kind(made, Transferred)
    assert (ladder(made), story.owner, moved.trigger, moved.why) == ([(2, 2 * H)], "priya", "S4", "not_accepted")
    assert moved.need.exclude == ("tomas",)
    made = story.wait(hours=1)
    assert (ladder(made), story.ticket.coordinator) == ([(3, 3 * H)], MANAGER)
    assert (of_kind(made, Coordinated)[0].trigger, story.owner) == ("S4", "priya")
    assert ladder(story.wait(hours=10)) == []


@pytest.mark.parametrize("rung", [0, 1, 2])
def test_acceptance_ends_the_ladder_wherever_it_stands(rung: int) -> None:
    story = Story().open()
    assert len(ladder(story.wait(hours=rung, minutes=30))) == rung
    story.do(Accept())
    assert ladder(story.wait(hours=10)) == []


@pytest.mark.parametrize(("impact", "urgency", "minutes"), [(1, 1, 5), (1, 2, 15), (2, 2, 60), (3, 3, 240)])
def test_each_priority_has_its_time_to_take_up(impact: int, urgency: int, minutes: int) -> None:
    story = Story().open(impact=impact, urgency=urgency)
    assert story.clock("accept").due_at == MONDAY + timedelta(minutes=minutes)


def test_every_handoff_starts_its_own_time_to_take_up() -> None:
    story = at_tier(2)
    generation = story.clock("accept").generation
    story.wait(minutes=50)
    story.do(Return(reason="wrong_skill", what_is_missing="Which phone holds the old password"))
    clock = story.clock("accept")
    assert (clock.generation, clock.due_at) == (generation + 1, story.now + H)


def test_a_ticket_that_becomes_urgent_while_nobody_took_it_up_is_paged_about_from_then_on() -> None:
    story = Story().open()
    story.wait(minutes=50)
    story.do(UpdateFields(by="portal", role=Role.INTEGRATION, impact=1, urgency=1))
    start = timedelta(minutes=50)
    pages = of_kind(story.wait(minutes=14), Paged)
    assert [page.at - MONDAY for page in pages] == [start + n * timedelta(minutes=5) for n in (1, 2)]
    assert story.owner == "tomas"


def test_the_five_minutes_of_an_emergency_do_not_grow_when_its_priority_becomes_known() -> None:
    story = Story().open(category="security.ransomware", impact=None, urgency=None)
    story.do(UpdateFields(by="rmm", role=Role.INTEGRATION, impact=3, urgency=3))
    assert story.clock("accept").due_at == MONDAY + timedelta(minutes=5)


def test_a_hold_that_ends_because_the_ticket_moves_on_lets_its_clock_run_again() -> None:
    story = Story().open()
    story.do(CUSTOMER)
    story.wait(hours=2)
    assert (story.owner, story.ticket.hold) == ("priya", None)
    assert story.clock("resolution").due_at == MONDAY + 26 * H


def test_deadlines_judged_late_climb_every_rung_once_and_in_order() -> None:
    story = Story().open()
    story.sleep(hours=5)
    made = story.wait()
    assert [e.level for e in of_kind(made, AcceptMissed)] == [1, 2, 3]
    assert [e.due_at for e in of_kind(made, AcceptMissed)] == [MONDAY + n * H for n in (1, 2, 3)]
    assert [e.due_at for e in of_kind(made, MarkPassed)] == sorted(e.due_at for e in of_kind(made, MarkPassed))


# ------------------------------------------------------------------------------------------- nobody there
def test_an_empty_tier_ends_at_the_service_manager_and_never_at_nobody() -> None:
    assert Story(desk=StubDesk({})).open().owner == MANAGER


def test_the_policy_names_who_answers_when_the_desk_cannot_be_asked() -> None:
    policy = policy_of()
    assert fallback(Need(tier=2), policy).person == policy.fallback.owner[2]
    assert fallback(Need(tier=2, exclude=(policy.fallback.owner[2],)), policy).person == MANAGER
    assert fallback(Need(tier=1, person="jun"), policy).person == "jun"
    for role in (Role.SERVICE_MANAGER, Role.DISPATCHER, Role.TEAM_LEAD):
        assert fallback(Need(role=role, tier=1), policy).person == MANAGER


def test_a_decision_asks_for_each_person_that_it_needs_and_for_no_other() -> None:
    story = at_tier(1)
    attempt = LogAttempt(by="tomas", step="Reset", result="No change", outcome="failed")
    assert needs(decide(story.ticket, attempt, story.policy, story.now)) == []
    breach = decide(story.ticket, UpdateFields(by="x", flags=(Flag.ACTIVE_BREACH,)), story.policy, story.now)
    assert [need.role for _, need in needs(breach)] == [Role.TECHNICIAN, Role.SERVICE_MANAGER]
