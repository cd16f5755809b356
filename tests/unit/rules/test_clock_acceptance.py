"""R22, R23, R24, R43, R45, R46, R47: the acceptance tests of the clocks, each under its number."""

from datetime import UTC, datetime, timedelta

import pytest

from escalation.commands import Accept, AnyCommand, Cancel, ContactMade, Escalate, Hold, Resolve, Resume
from escalation.compliance import read_off
from escalation.effects import messages
from escalation.events import AcceptMissed, Escalated, MarkPassed, Transferred
from escalation.policy import Slice
from escalation.terms import Role
from escalation.view import sla_view
from escalation.zones import zone_named
from tests.unit.rules.story import DISPATCHER, MANAGER, MONDAY, NOTE, POLICY, Story, at_tier, of_kind, policy_of

H, M, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
TOLD = ContactMade(text="We are on it")
RESOLVE = Resolve(code="fixed", cause="identity", resolution="Removed the stale credential from the phone")
CANCEL = Cancel(by=DISPATCHER, role=Role.DISPATCHER, reason="Sent by mistake")
CUSTOMER = Hold(reason="waiting_customer", evidence={"question_sent": "Which phone has the old password?"})
UP = Escalate(reason="deeper_technical_analysis", note=NOTE)
WINDOW = 19.2 * H  # a P3 of 24 hours, less a fifth
FRIDAY = datetime(2026, 1, 9, 22, 0, tzinfo=UTC)  # 16:00 in Chicago, two hours before it closes


def office_hours(client: str = "acme-dental") -> Slice:
    return POLICY.slice_for(client)


@pytest.mark.parametrize(
    ("impact", "urgency", "response_at", "resolution_at"),
    [
        (1, 1, "2026-01-09T22:15", "2026-01-10T02:00"),  # P1: around the clock
        (1, 2, "2026-01-09T22:30", "2026-01-12T20:00"),  # P2: 2 h on Friday, 6 h on Monday
        (2, 2, "2026-01-12T16:00", "2026-01-14T16:00"),  # P3: 24 h are 2.4 days of ten
        (3, 3, "2026-01-12T20:00", "2026-01-15T22:00"),  # P4
    ],
    ids=["P1", "P2", "P3", "P4"],
)
def test_r22_each_priority_is_due_when_its_opening_hours_say(
    impact: int, urgency: int, response_at: str, resolution_at: str
) -> None:
    story = Story(office_hours(), now=FRIDAY).open(impact=impact, urgency=urgency)
    due = [story.clock(name).due_at for name in ("first_response", "resolution")]
    assert due == [datetime.fromisoformat(at).replace(tzinfo=UTC) for at in (response_at, resolution_at)]


def test_r23_a_p3_escalates_by_itself_exactly_at_the_window_and_once() -> None:
    story = at_tier(1)
    assert not of_kind(story.until(MONDAY + WINDOW - SECOND), Escalated)
    (moved,) = of_kind(story.until(MONDAY + 100 * H), Escalated)
    assert (moved.at, moved.trigger, moved.auto) == (MONDAY + WINDOW, "S1", True)


@pytest.mark.parametrize(
    "before", [RESOLVE, UP, CANCEL, CUSTOMER], ids=["resolved", "escalated", "cancelled", "paused"]
)
def test_r23_not_when_it_was_resolved_escalated_cancelled_or_paused_before(before: AnyCommand) -> None:
    story = at_tier(1)
    story.wait(hours=19)
    story.do(before)
    assert not [e for e in of_kind(story.wait(hours=3), Escalated) if e.auto]


def test_r23_a_hold_of_two_hours_shifts_it_by_two_hours() -> None:
    story = at_tier(1)
    story.do(CUSTOMER)
    story.wait(hours=2)
    story.do(Resume(reason="He called"))
    assert [e.at for e in of_kind(story.wait(hours=40), Escalated)] == [MONDAY + WINDOW + 2 * H]


def test_r24_what_fell_due_while_nobody_judged_fires_once_and_says_when_it_was_due() -> None:
    story = at_tier(1)
    story.sleep(hours=20)
    made = story.wait()
    (mark,) = [e for e in of_kind(made, MarkPassed) if e.mark == "auto"]
    assert (mark.due_at, mark.at) == (MONDAY + WINDOW, MONDAY + 20 * H)
    assert len(of_kind(made, Escalated)) == 1
    assert not of_kind(story.wait(), Escalated)


def test_r43_each_clock_says_target_time_used_and_left_due_pause_calendar_and_pauses() -> None:
    story = at_tier(2)
    story.wait(hours=1)
    story.do(CUSTOMER)
    story.wait(hours=2)
    (shown,) = [c for c in sla_view(story.ticket, story.policy, story.now).clocks if c.name == "resolution"]
    assert (shown.target, shown.elapsed, shown.remaining, shown.due_at) == (24 * H, H, 23 * H, None)
    assert (shown.state, shown.calendar, shown.pauses[0].reason) == ("paused", "client", "waiting_customer")
    assert (shown.spent.counted, shown.spent.paused) == (H, {"waiting_customer": 2 * H})


def test_r45_each_share_of_the_promise_is_told_once_to_its_roles_before_the_breach() -> None:
    story = at_tier(2)
    story.do(TOLD)
    passed = [e for e in of_kind(story.wait(hours=60), MarkPassed) if e.clock == "resolution"]
    assert [(e.mark, e.at - MONDAY, e.inform) for e in passed] == [
        (str(share), 24 * H * share / 100, story.policy.thresholds[share]) for share in (50, 75, 90, 100)
    ]
    assert any("service_manager" in e.inform for e in passed if e.mark != "100")
    for mark in passed:
        assert len(messages(story.ticket, [mark], 1, story.policy)) == len(mark.inform)


def test_r44_an_hour_in_which_nobody_takes_it_up_counts_as_an_hour() -> None:
    story = at_tier(1)
    story.wait(minutes=10)
    story.do(UP)
    before = story.clock("resolution")
    story.wait(hours=1, seconds=-1)
    assert story.ticket.accepted_at is None
    (shown,) = [c for c in sla_view(story.ticket, story.policy, story.now).clocks if c.name == "resolution"]
    assert (shown.elapsed, shown.due_at, shown.generation) == (10 * M + H - SECOND, before.due_at, before.generation)


@pytest.mark.parametrize(
    ("opened_at", "due_at"),
    [
        ("2026-03-06T22:00", "2026-03-11T15:00"),  # Friday 16:00 to Wednesday 10:00, put forward in between
        ("2026-10-30T21:00", "2026-11-04T16:00"),  # and put back
    ],
    ids=["forward", "back"],
)
def test_r68_a_promise_over_a_clock_change_is_due_at_the_clients_wall_time_and_kept_in_utc(
    opened_at: str, due_at: str
) -> None:
    story = Story(office_hours(), now=datetime.fromisoformat(opened_at).replace(tzinfo=UTC)).open()
    due = story.clock("resolution").due_at
    assert due == datetime.fromisoformat(due_at).replace(tzinfo=UTC)
    assert due.tzinfo is UTC
    assert f"{due.astimezone(zone_named('America/Chicago')):%a %H:%M}" == "Wed 10:00"


def test_r46_met_and_broken_promises_are_read_off_each_ticket() -> None:
    met, broken = at_tier(2), at_tier(2)
    for story, hours in ((met, 23), (broken, 25)):
        story.do(TOLD)
        story.wait(hours=hours)
        story.do(RESOLVE)
    kept = [read_off(story.ticket.clocks, resolved=True) for story in (met, broken)]
    assert [(k.response_breached, k.resolution, k.resolution_breached) for k in kept if k] == [
        (False, 23 * H, False), (False, 25 * H, True),
    ]  # fmt: skip


def test_r47_the_receiving_tier_is_timed_from_the_escalation_and_a_breach_brings_the_next_person() -> None:
    story = at_tier(1)
    story.wait(minutes=10)
    story.do(UP)
    assert story.clock("accept").due_at == MONDAY + 10 * M + H
    made = story.wait(hours=4)
    assert [(e.level, e.due_at - MONDAY - 10 * M) for e in of_kind(made, AcceptMissed)] == [
        (1, H), (2, 2 * H), (3, 3 * H),
    ]  # fmt: skip
    assert [(e.trigger, e.why) for e in of_kind(made, Transferred)] == [("S4", "not_accepted")]
    assert story.ticket.coordinator == MANAGER


def test_r47_a_receiver_who_takes_it_up_in_time_ends_that() -> None:
    story = at_tier(1, policy_of())
    story.do(UP)
    story.wait(minutes=59)
    story.do(Accept())
    assert not of_kind(story.wait(hours=6), AcceptMissed)
