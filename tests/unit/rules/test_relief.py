"""B21, B22: an owner who is away, has left or goes home; somebody else has the ticket, and nothing else changes."""

from datetime import timedelta

import pytest

from escalation.commands import Accept, Hold, LogAttempt, Relieve, Resolve, UpdateFields
from escalation.commands import HandOver as Over
from escalation.desk import decide
from escalation.errors import IncompleteCommand, NotAllowedInStage, NotOwner, NotPermitted, TicketClosed
from escalation.events import NoteOverdue, Transferred
from escalation.events.moving import RELIEVED
from escalation.lifecycle import Stage
from escalation.terms import Role
from tests.unit.rules.story import DISPATCHER, LEAD, Story, at_tier, of_kind

CUSTOMER = Hold(reason="waiting_customer", evidence={"question_sent": "Which phone has the old password?"})
AWAY = Relieve(person="tomas", why="absence")


def test_b21_somebody_else_has_the_ticket_at_once_with_the_reason_and_a_note_and_no_clock_has_moved() -> None:
    story = at_tier(1)
    story.do(LogAttempt(step="Unlocked the account", result="Locked again", outcome="failed"))
    before = story.ticket
    story.wait(minutes=5)
    (moved,) = of_kind(story.do(AWAY), Transferred)
    after = story.ticket
    assert (after.owner, after.accepted_at, moved.why) == ("priya", None, "absence")
    assert moved.reason == "tomas is away"
    assert after.notes[-1].note.steps_tried == before.steps
    assert {n: c for n, c in after.clocks.items() if n != "accept"} == {
        n: c for n, c in before.clocks.items() if n != "accept"
    }
    assert after.clocks["accept"].running


def test_b21_a_hold_and_the_clocks_that_it_pauses_stay_as_they_are() -> None:
    story = at_tier(1)
    story.do(CUSTOMER)
    before = story.ticket
    story.do(AWAY)
    assert story.ticket.hold == before.hold
    assert story.ticket.clocks["resolution"] == before.clocks["resolution"]
    story.do(Accept())
    assert story.ticket.hold == before.hold


def test_b21_asked_again_or_too_late_nothing_happens() -> None:
    story = at_tier(1)
    story.do(AWAY)
    assert story.do(AWAY) == []
    story.do(Accept())
    story.do(Resolve(code="fixed", cause="identity", resolution="Removed the stale credential"))
    assert story.do(Relieve(person="priya")) == []


def test_b21_a_ticket_in_triage_goes_to_another_dispatcher_or_who_stands_in_for_one() -> None:
    story = Story().open(urgency=None)
    (moved,) = of_kind(story.do(Relieve(person=DISPATCHER)), Transferred)
    assert (moved.need.role, moved.need.exclude) == (Role.DISPATCHER, (DISPATCHER,))
    assert story.ticket.stage is Stage.TRIAGE


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_nobody_relieves_anybody_by_hand(role: Role) -> None:
    at_tier(1).refuses(NotPermitted, AWAY.model_copy(update={"by": "grace", "role": role}))


def test_what_is_over_is_nobodys_any_more() -> None:
    story = at_tier(1)
    story.do(Resolve(code="fixed", cause="identity", resolution="Removed the stale credential"))
    story.wait(days=30)
    assert story.ticket.over
    story.refuses(TicketClosed, AWAY)


@pytest.mark.parametrize("why", sorted(RELIEVED))
def test_a_note_debt_is_not_forgiven_by_the_owner_being_away(why: str) -> None:
    story = Story().open(category="security.ransomware", impact=1, urgency=1)
    debt = story.ticket.note_debt
    assert debt is not None
    story.do(Relieve.model_validate({"person": story.owner, "why": why}))
    assert story.ticket.note_debt is not None


# ------------------------------------------------------------------------------------------- the end of a shift
def test_b22_a_ticket_is_handed_over_with_a_shift_note_to_whoever_is_here_after_the_shift() -> None:
    story = at_tier(1)
    (moved,) = of_kind(story.do(Over(shift_note="The reset holds until nine; call Bob then")), Transferred)
    assert (moved.why, moved.need.after_shift_of, moved.owed_by) == ("shift_end", "tomas", None)
    assert (story.owner, story.ticket.accepted_at) == ("priya", None)
    assert story.ticket.notes[-1].shift_note == "The reset holds until nine; call Bob then"


def test_b22_it_may_name_the_person_and_those_who_lead_may_do_it_for_somebody() -> None:
    story = at_tier(1)
    over = Over(shift_note="The reset holds until nine; call Bob then", to_person="jun")
    story.refuses(NotOwner, over.model_copy(update={"by": "priya"}))
    story.do(over.model_copy(update={"by": LEAD, "role": Role.TEAM_LEAD}))
    assert story.owner == "jun"


@pytest.mark.parametrize("said", ["", "  ", "n/a", "..."])
def test_b22_a_shift_note_that_says_nothing_is_refused(said: str) -> None:
    refusal = at_tier(1).refuses(IncompleteCommand, Over(shift_note=said))
    assert refusal.details == {"missing": ["shift_note"]}


def test_b22_nothing_is_handed_over_to_oneself_nor_before_triage_is_over() -> None:
    at_tier(1).refuses(IncompleteCommand, Over(shift_note="The reset holds until nine", to_person="tomas"))
    Story().open(urgency=None).refuses(NotAllowedInStage, Over(by=LEAD, role=Role.TEAM_LEAD, shift_note="Call Bob"))


def test_b22_where_nobody_acted_the_note_is_built_and_owed_by_whoever_went_home() -> None:
    story = at_tier(1)
    story.do(UpdateFields(by="portal", role=Role.INTEGRATION, impact=1, urgency=1))
    (moved,) = of_kind(story.do(Relieve(person="tomas", why="shift_end")), Transferred)
    assert (moved.owed_by, moved.owed_at) == ("tomas", story.now + timedelta(minutes=15))
    assert moved.incomplete
    assert story.ticket.note_debt is not None
    overdue = of_kind(story.wait(minutes=15), NoteOverdue)
    assert [event.owed_by for event in overdue] == ["tomas"]


def test_relief_is_a_pure_decision() -> None:
    story = at_tier(1)
    one, two = (decide(story.ticket, AWAY, story.policy, story.now) for _ in range(2))
    assert one == two
