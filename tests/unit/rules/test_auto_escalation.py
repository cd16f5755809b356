"""R23, R32; rulings 3, 5 and 8: an unresolved Tier 1 ticket moves up by itself."""

from datetime import UTC, datetime, timedelta

import pytest

from escalation.commands import (
    Accept,
    AnyCommand,
    Cancel,
    ContactMade,
    Emergency,
    Hold,
    Resolve,
    Resume,
    Return,
    UpdateFields,
)
from escalation.events import Escalated, MarkPassed
from escalation.handoff import HandoffNote
from escalation.terms import EscalationKind, Role
from tests.unit.rules.story import CONTACT, DISPATCHER, MONDAY, NOTE, Story, at_tier, go_up, of_kind, policy_of

H = timedelta(hours=1)
WINDOW = 19.2 * H
VIP = CONTACT.model_copy(update={"vip": True})
RESOLVE = Resolve(code="fixed", cause="identity", resolution="Removed the stale credential from the phone")
CUSTOMER = Hold(reason="waiting_customer", evidence={"question_sent": "Which phone has the old password?"})
VENDOR = Hold(reason="waiting_vendor", evidence={"vendor_case": "MS-4711", "vendor_contact": "Ada at the vendor"})
CANCEL = Cancel(by=DISPATCHER, role=Role.DISPATCHER, reason="Sent by mistake")
URGENT = Emergency(reason="Files are being encrypted", note=HandoffNote(summary_symptoms=NOTE.summary_symptoms))


def auto(story: Story, moment: datetime) -> list[Escalated]:
    return of_kind(story.until(moment), Escalated)


def test_it_escalates_exactly_at_its_window_and_not_a_second_before() -> None:
    story = at_tier(1)
    assert auto(story, MONDAY + WINDOW - timedelta(seconds=1)) == []
    (escalated,) = auto(story, MONDAY + WINDOW)
    assert (escalated.at, escalated.trigger, escalated.auto) == (MONDAY + WINDOW, "S1", True)
    assert (escalated.escalation, story.ticket.tier, story.owner) == (EscalationKind.FUNCTIONAL, 2, "marek")
    assert auto(story, MONDAY + 100 * H) == []


def test_r32_ruling_5_a_vip_in_half_the_time_with_the_same_honest_priority() -> None:
    story = at_tier(1, contact=VIP)
    assert auto(story, MONDAY + 9.6 * H - timedelta(seconds=1)) == []
    (escalated,) = auto(story, MONDAY + 9.6 * H)
    assert (escalated.at, story.ticket.priority) == (MONDAY + 9.6 * H, "P3")


@pytest.mark.parametrize(("vip", "moment"), [
    (False, datetime(2026, 11, 3, 23, 12, tzinfo=UTC)),  # Tuesday 17:12 in Chicago
    (True, datetime(2026, 11, 2, 23, 36, tzinfo=UTC)),  # Monday 17:36
])  # fmt: skip
def test_r23_the_window_is_counted_in_opening_hours(vip: bool, moment: datetime) -> None:
    story = at_tier(1, policy_of(always_open=False), contact=CONTACT.model_copy(update={"vip": vip}))
    assert [e.at for e in auto(story, MONDAY + 72 * H)] == [moment]


@pytest.mark.parametrize("command", [RESOLVE, CANCEL, URGENT], ids=["resolved", "cancelled", "an emergency by then"])
def test_not_when_it_ended_or_left_the_tier_before(command: AnyCommand) -> None:
    story = at_tier(1)
    story.wait(hours=1)
    story.do(command)
    assert auto(story, MONDAY + 100 * H) == []


def test_not_when_a_person_escalated_before() -> None:
    story = at_tier(1)
    story.wait(hours=1)
    go_up(story)
    assert auto(story, MONDAY + 100 * H) == []


def test_ruling_8_a_hold_that_pauses_the_clock_moves_it_by_as_much() -> None:
    story = at_tier(1)
    story.wait(hours=1)
    story.do(CUSTOMER)
    story.wait(hours=2)
    story.do(Resume())
    assert auto(story, MONDAY + WINDOW + 2 * H - timedelta(seconds=1)) == []
    assert [e.at for e in auto(story, MONDAY + WINDOW + 2 * H)] == [MONDAY + WINDOW + 2 * H]


def test_not_while_the_clock_is_paused() -> None:
    story = at_tier(1)
    story.do(
        CUSTOMER.model_copy(update={"reason": "scheduled_by_customer", "evidence": {"appointment": "Friday 10:00"}})
    )
    assert auto(story, MONDAY + 100 * H) == []


def test_ruling_8_a_hold_for_a_vendor_does_not_move_it() -> None:
    story = at_tier(1)
    story.do(VENDOR)
    assert [e.at for e in auto(story, MONDAY + 100 * H)] == [MONDAY + WINDOW]


def test_with_an_empty_work_log_it_happens_on_time_and_the_note_is_owed() -> None:
    story = at_tier(1)
    (escalated,) = auto(story, MONDAY + WINDOW)
    assert {"steps_tried", "what_failed", "suspected_cause"} <= set(escalated.incomplete)
    assert (escalated.owed_by, escalated.owed_at) == ("tomas", MONDAY + WINDOW + timedelta(minutes=15))


def test_a_ticket_that_was_still_in_triage_goes_up_as_soon_as_it_reaches_tier_1_too_late() -> None:
    story = Story().open(urgency=None)
    assert auto(story, MONDAY + 22 * H) == []
    story.do(UpdateFields(by=DISPATCHER, role=Role.DISPATCHER, urgency=2))
    assert [e.trigger for e in auto(story, story.now)] == ["S1"]


def test_a_raised_priority_that_leaves_no_window_moves_it_at_once() -> None:
    story = at_tier(1)
    story.do(ContactMade(text="We are on it"))
    story.wait(hours=3, minutes=30)
    story.do(UpdateFields(impact=1, urgency=1))
    made = story.until(story.now)
    assert [e.trigger for e in of_kind(made, Escalated)] == ["S1"]
    assert [e.mark for e in of_kind(made, MarkPassed) if e.clock == "resolution"] == ["auto"]


def test_a_contact_who_turns_out_to_be_a_vip_brings_it_forward() -> None:
    story = at_tier(1)
    story.wait(hours=1)
    story.do(UpdateFields(contact=VIP))
    assert [e.at for e in auto(story, MONDAY + 100 * H)] == [MONDAY + 9.6 * H]
    late = at_tier(1)
    late.wait(hours=10)
    late.do(UpdateFields(contact=VIP))
    assert [e.at for e in auto(late, late.now)] == [MONDAY + 10 * H]


def test_a_returned_ticket_escalates_again_only_if_its_window_is_still_to_come() -> None:
    down = Return(reason="resolvable_at_lower_tier", what_is_missing="Follow article KB-17")
    early = at_tier(2)
    early.do(down)
    early.do(Accept())
    assert [e.at for e in auto(early, MONDAY + 100 * H)] == [MONDAY + WINDOW]
    late = at_tier(2)
    late.wait(hours=20)
    late.do(down)
    assert auto(late, MONDAY + 100 * H) == []
