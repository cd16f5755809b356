"""R22, R43, R44, R45; B4, B5; ruling 8: promises about time on a ticket."""

from datetime import timedelta

import pytest

from escalation.calendar import elapsed
from escalation.commands import Accept, ContactMade, Hold, Resume, UpdateFields
from escalation.effects import messages
from escalation.errors import AlreadyOnHold, IncompleteCommand, NotAllowedInStage, NotOnHold, UnknownName
from escalation.events import Contacted, Event, HoldFollowedUp, MarkPassed, Reopened, Resolved, Resumed
from escalation.sla import counted
from escalation.terms import Role
from escalation.view import sla_view
from tests.unit.rules.story import MONDAY, Story, at_tier, go_up, of_kind, policy_of

H, SECOND = timedelta(hours=1), timedelta(seconds=1)
CUSTOMER = Hold(reason="waiting_customer", evidence={"question_sent": "Which phone has the old password?"})
VENDOR = Hold(reason="waiting_vendor", evidence={"vendor_case": "MS-4711", "vendor_contact": "Ada at the vendor"})
REPLY = ContactMade(by="portal", role=Role.INTEGRATION, direction="inbound", channel="email", text="The blue one")
TOLD = ContactMade(text="We are on it")


def marks_of(made: list[Event], name: str = "resolution") -> list[MarkPassed]:
    return [event for event in of_kind(made, MarkPassed) if event.clock == name]


def used(story: Story, name: str = "resolution") -> timedelta:
    clock = story.clock(name)
    return counted(clock, story.policy.calendar(clock.calendar), story.now)


@pytest.mark.parametrize(
    ("impact", "urgency", "response", "resolution"), [(1, 1, 0.25, 4), (1, 2, 0.5, 8), (2, 2, 4, 24), (3, 3, 8, 40)]
)
def test_each_priority_has_its_times_to_respond_and_to_resolve(
    impact: int, urgency: int, response: float, resolution: float
) -> None:
    story = Story().open(impact=impact, urgency=urgency)
    assert story.clock("first_response").due_at == MONDAY + H * response
    assert story.clock("resolution").due_at == MONDAY + H * resolution


def test_a_clock_is_shown_to_the_second_and_never_as_used_up_before_it_is() -> None:
    story = Story().open().sleep(hours=24, microseconds=-1)
    shown = next(c for c in sla_view(story.ticket, story.policy, story.now).clocks if c.name == "resolution")
    assert (shown.elapsed, shown.remaining, shown.breached) == (24 * H - SECOND, SECOND, False)


def test_time_counts_in_the_opening_hours_of_the_client() -> None:
    story = Story(policy_of(always_open=False)).open()
    due = story.clock("resolution").due_at
    assert due == MONDAY + timedelta(days=2, hours=4)  # 24 hours are 2.4 days of ten
    assert elapsed(story.policy.calendar("client"), MONDAY, due) == 24 * H


def test_r44_a_handoff_never_stops_the_clock() -> None:
    story = at_tier(1)
    before = story.clock("resolution")
    story.wait(minutes=10)
    go_up(story)
    clock = story.clock("resolution")
    assert (clock.due_at, clock.generation, clock.pauses) == (before.due_at, before.generation, ())
    story.wait(hours=1)
    assert used(story) == timedelta(minutes=70)


def test_only_a_word_to_the_client_ends_the_first_response() -> None:
    story = Story().open()
    story.do(Accept())
    assert story.clock("first_response").running
    story.do(TOLD.model_copy(update={"automatic": True}))
    story.do(TOLD.model_copy(update={"by": "psa", "role": Role.INTEGRATION}))
    story.do(REPLY)
    assert story.clock("first_response").running
    story.wait(minutes=9)
    story.do(TOLD)
    clock = story.clock("first_response")
    assert (clock.stopped_at, clock.counted, clock.breached) == (story.now, timedelta(minutes=9), False)


def test_accepting_with_a_word_to_the_client_is_a_first_response_and_no_second_acceptance() -> None:
    story = Story().open()
    story.do(Accept(contacted=True))
    assert not story.clock("first_response").running
    later = at_tier(1)
    accepted_at = later.ticket.accepted_at
    later.wait(minutes=5)
    assert [e.kind for e in later.do(Accept(contacted=True))] == ["contacted"]
    assert (later.ticket.accepted_at, later.clock("first_response").stopped_at) == (accepted_at, later.now)


# ------------------------------------------------------------------------------------------- holds
def test_ruling_8_a_hold_that_waits_for_the_customer_moves_the_deadline_and_every_mark() -> None:
    story = at_tier(2)
    story.do(TOLD)
    before = story.clock("resolution")
    story.wait(hours=1)
    story.do(CUSTOMER)
    assert (story.clock("resolution").due_at, story.clock("resolution").paused) == (None, True)
    assert not of_kind(story.wait(hours=2), MarkPassed)
    story.do(Resume(reason="He called"))
    after = story.clock("resolution")
    assert before.due_at is not None
    assert after.due_at == before.due_at + 2 * H
    assert {n: m.at for n, m in after.marks.items()} == {n: m.at + 2 * H for n, m in before.marks.items() if m.at}
    assert [(p.end - p.start, p.reason) for p in after.pauses if p.end] == [(2 * H, "waiting_customer")]


def test_ruling_8_a_hold_that_waits_for_a_vendor_moves_nothing() -> None:
    story = at_tier(2)
    before = {name: story.clock(name) for name in ("first_response", "resolution")}
    story.do(VENDOR)
    story.wait(minutes=30)
    story.do(Resume())
    assert {name: story.clock(name) for name in before} == before


@pytest.mark.parametrize("hold", [CUSTOMER, VENDOR], ids=lambda hold: hold.reason)
def test_b4_a_hold_needs_each_piece_of_its_evidence(hold: Hold) -> None:
    for field in hold.evidence:
        lacking = hold.model_copy(update={"evidence": hold.evidence | {field: "n/a"}})
        assert at_tier(1).refuses(IncompleteCommand, lacking).details["missing"] == [field]


def test_a_hold_has_a_reason_of_the_policy_and_there_is_one_at_a_time() -> None:
    story = at_tier(1)
    story.refuses(UnknownName, Hold(reason="lunch"))
    story.refuses(NotOnHold, Resume())
    story.do(VENDOR)
    story.refuses(AlreadyOnHold, CUSTOMER)


def test_b4_the_customers_reply_ends_the_wait_at_the_reply_and_not_at_the_click() -> None:
    story = at_tier(1)
    story.do(CUSTOMER)
    replied_at = story.now + H
    story.wait(hours=3)
    (resumed,) = of_kind(story.do(REPLY.model_copy(update={"at": replied_at})), Resumed)
    assert (resumed.at, story.ticket.hold, used(story)) == (replied_at, None, 2 * H)


@pytest.mark.parametrize("hours", [-5, 5], ids=["before the hold", "in the future"])
def test_a_reply_is_not_believed_outside_the_hold(hours: int) -> None:
    story = at_tier(1)
    story.do(CUSTOMER)
    held_at = story.now
    story.wait(hours=3)
    (resumed,) = of_kind(story.do(REPLY.model_copy(update={"at": story.now + hours * H})), Resumed)
    assert resumed.at == (held_at if hours < 0 else story.now)


def test_an_out_of_office_reply_resumes_nothing() -> None:
    story = at_tier(1)
    story.do(CUSTOMER)
    assert not of_kind(story.do(REPLY.model_copy(update={"automatic": True})), Resumed)
    assert story.ticket.hold is not None


def test_a_word_of_the_customer_does_not_end_a_wait_for_a_vendor() -> None:
    story = at_tier(1)
    story.do(VENDOR)
    story.do(REPLY)
    assert story.ticket.hold is not None


def test_b4_the_last_reminder_without_an_answer_resolves_the_ticket_and_a_reply_brings_it_back() -> None:
    story = at_tier(1)
    story.do(CUSTOMER)
    made = story.wait(hours=40)
    assert [e.n for e in of_kind(made, HoldFollowedUp)] == [1, 2, 3]
    assert of_kind(made, Resolved)[0].code == "no_answer"
    story.wait(hours=5)
    assert [type(e) for e in story.do(REPLY)] == [Contacted, Reopened]
    assert (story.ticket.tier, story.owner, used(story)) == (1, "tomas", timedelta())


def test_a_customer_who_cannot_be_written_to_is_never_taken_for_silent_and_the_owner_is_asked_instead() -> None:
    story = at_tier(1, contact={"name": "Bob Miller", "phone": "555 0100"})
    story.do(CUSTOMER)
    made = story.wait(hours=40)
    assert not of_kind(made, Resolved)
    said = messages(story.ticket, of_kind(made, HoldFollowedUp), 1, story.policy)
    assert [(m.template, m.to) for m in said] == [("follow_up", story.owner)] * 3


def test_a_reminder_to_a_vendor_resolves_nothing() -> None:
    story = at_tier(2)
    story.do(TOLD)
    story.do(VENDOR)
    made = story.wait(hours=6)
    assert [e.n for e in of_kind(made, HoldFollowedUp)] == [1]
    assert story.ticket.tier == 2


def test_a_handoff_ends_a_hold_and_the_clock_goes_on() -> None:
    story = at_tier(1)
    story.do(CUSTOMER)
    story.wait(hours=2)
    go_up(story)
    assert story.ticket.hold is None
    assert story.clock("resolution").due_at == MONDAY + 26 * H


def test_nothing_is_put_on_hold_once_it_is_resolved() -> None:
    story = at_tier(1)
    story.do(CUSTOMER)
    story.wait(hours=40)
    story.refuses(NotAllowedInStage, VENDOR)


# ------------------------------------------------------------------------------------------- a new priority
def test_b5_a_raised_priority_counts_from_the_start_without_a_storm_of_old_marks() -> None:
    story = at_tier(2)
    story.do(TOLD)
    story.wait(hours=3)
    story.do(UpdateFields(impact=1, urgency=1))
    clock = story.clock("resolution")
    assert (clock.generation, clock.due_at, clock.target) == (2, MONDAY + 4 * H, 4 * H)
    passed = marks_of(story.wait(hours=6))
    assert [(e.mark, e.at) for e in passed] == [("90", MONDAY + 3.6 * H), ("100", MONDAY + 4 * H)]


def test_b5_pauses_are_carried_into_a_new_priority() -> None:
    story = at_tier(2)
    story.wait(hours=1)
    story.do(CUSTOMER)
    story.wait(hours=2)
    story.do(UpdateFields(impact=1, urgency=1))
    assert story.clock("resolution").due_at is None
    story.do(Resume())
    assert story.clock("resolution").due_at == MONDAY + 6 * H


def test_b5_a_priority_under_which_the_promise_is_broken_already_says_so_once() -> None:
    story = at_tier(2)
    story.do(TOLD)
    story.wait(hours=5)
    story.do(UpdateFields(impact=1, urgency=1))
    assert story.clock("resolution").due_at == MONDAY + 4 * H
    passed = marks_of(story.wait(hours=30))
    assert [(e.mark, e.at) for e in passed] == [("100", MONDAY + 5 * H)]


def test_a_lowered_priority_takes_an_early_breach_back() -> None:
    story = at_tier(2, impact=1, urgency=1)
    story.do(TOLD)
    story.wait(hours=5)
    assert story.clock("resolution").breached
    story.do(UpdateFields(impact=2, urgency=2))
    assert not story.clock("resolution").breached
    assert [e.mark for e in marks_of(story.wait(hours=30))] == ["50", "75", "90", "100"]


def test_an_overdue_clock_still_says_when_it_was_due_after_a_hold() -> None:
    story = at_tier(2)
    story.wait(hours=30)
    story.do(CUSTOMER)
    story.wait(hours=1)
    story.do(Resume())
    assert story.clock("resolution").due_at == MONDAY + 24 * H


def test_clocks_live_through_json_to_the_microsecond() -> None:
    story = at_tier(1)
    story.wait(seconds=1, microseconds=234567)
    story.do(CUSTOMER)
    clock = story.clock("resolution")
    assert clock.counted == timedelta(seconds=1, microseconds=234567)
    assert type(clock).model_validate_json(clock.model_dump_json()) == clock


# ------------------------------------------------------------------------------------------- judged late
def test_deadlines_that_nobody_judged_fire_once_each_in_order_when_somebody_does() -> None:
    story = at_tier(2)
    story.do(TOLD)
    story.sleep(hours=30)
    passed = marks_of(story.wait())
    assert [(e.mark, e.due_at, e.at) for e in passed] == [
        (mark, MONDAY + hours * H, story.now) for mark, hours in (("50", 12), ("75", 18), ("90", 21.6), ("100", 24))
    ]
    assert not marks_of(story.wait(hours=1))


def test_nothing_happens_when_the_earliest_deadline_has_not_come() -> None:
    story = at_tier(1)
    assert story.judge_one() == []
