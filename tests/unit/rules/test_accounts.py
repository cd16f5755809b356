"""R43, R44; B4, B12, B40: every second of a clock explained, who spent it, and the record told anew from the events."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings

from escalation.accounts import Spent, spent, stretches
from escalation.commands import Absorb, Accept, ContactMade, Hold, Reopen, Resolve, Resume, UpdateFields
from escalation.policy import Slice
from escalation.repair import differences, retold
from escalation.sla import Clock, Stretch, counted
from escalation.terms import Priority, Role
from escalation.ticket import Ticket
from escalation.view import ClockView, sla_view
from tests.unit.rules.histories import History, histories
from tests.unit.rules.story import MONDAY, Story, at_tier, go_up, policy_of

H, M = timedelta(hours=1), timedelta(minutes=1)
CUSTOMER = Hold(reason="waiting_customer", evidence={"question_sent": "Which phone has the old password?"})
VENDOR = Hold(reason="waiting_vendor", evidence={"vendor_case": "MS-4711", "vendor_contact": "Ada at the vendor"})
RESOLVE = Resolve(code="fixed", cause="identity", resolution="Removed the stale credential from the phone")
LIVES = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


def told(story: Story, name: str = "resolution") -> tuple[tuple[Stretch, ...], Spent]:
    clock = story.clock(name)
    calendar = story.policy.calendar(clock.calendar)
    pieces = stretches(clock, calendar, story.ticket.spells, story.now)
    return pieces, spent(pieces, calendar)


def retold_of(story: Story) -> Ticket:
    """The story's ticket told anew, under each of its policies in turn."""
    later = iter(story.policies[1:])
    return retold(story.events, story.policies[0], lambda _ticket, _event: next(later))


def shown(story: Story, name: str = "resolution") -> ClockView:
    return next(c for c in sla_view(story.ticket, story.policy, story.now).clocks if c.name == name)


# ------------------------------------------------------------------------------------------- over random lives
@LIVES
@given(histories())
def test_b12_the_parts_add_up_to_the_total_to_the_microsecond(history: History) -> None:
    story = history.story
    for name, clock in story.ticket.clocks.items():
        calendar = story.policy.calendar(clock.calendar)
        pieces, sums = told(story, name)
        total = counted(clock, calendar, story.now)
        assert sums.counted == total, name
        for split in (sums.by_owner, sums.by_tier, sums.by_hold):
            assert sum(split.values(), timedelta()) == total
        assert all(left.end == right.start for left, right in pairwise(pieces))


@LIVES
@given(histories())
def test_b40_clocks_told_anew_from_the_events_are_those_on_record(history: History) -> None:
    story = history.story
    anew = retold_of(story)
    assert anew.clocks == story.ticket.clocks
    assert not differences(story.ticket, anew, story.policy, story.policy, story.now)


# ------------------------------------------------------------------------------------------- one life, in words
def test_b12_owners_tiers_and_holds_share_the_time_that_they_had() -> None:
    story = at_tier(1)
    story.wait(minutes=10)
    story.do(Accept(by="jun", take_over=True))
    story.wait(minutes=5)
    go_up(story)
    story.wait(minutes=30)
    story.do(VENDOR)
    story.wait(hours=1)
    story.do(Resume())
    story.do(CUSTOMER)
    story.wait(hours=2)
    sums = told(story)[1]
    assert sums.by_owner == {"tomas": 10 * M, "jun": 5 * M, "marek": 90 * M}
    assert sums.by_tier == {"tier_1": 15 * M, "tier_2": 90 * M}
    assert sums.by_hold == {"working": 45 * M, "waiting_vendor": H}
    assert (sums.counted, sums.paused) == (105 * M, {"waiting_customer": 2 * H})


def test_r43_each_clock_is_shown_with_all_that_it_counted_and_did_not() -> None:
    story = at_tier(1, policy_of(always_open=False))
    story.wait(hours=1)
    story.do(CUSTOMER)
    story.wait(hours=1)
    story.do(ContactMade(by="portal", role=Role.INTEGRATION, direction="inbound"))
    story.wait(hours=23)
    seen = shown(story)
    assert (seen.target, seen.elapsed, seen.remaining, seen.calendar) == (24 * H, 10 * H, 14 * H, "client")
    assert [(s.why, (s.end - s.start) / H) for s in seen.stretches] == [
        ("counted", 1), ("waiting_customer", 1), ("counted", 8), ("closed", 14), ("counted", 1),
    ]  # fmt: skip
    assert [(p.reason, p.spared) for p in seen.pauses] == [("waiting_customer", H)]
    assert (seen.stretches[0].start, seen.stretches[-1].end) == (MONDAY, story.now)


def test_r44_tier_moves_owners_and_zones_change_nothing_that_a_client_was_promised() -> None:
    moved, still = Story().open(), Story().open()
    moved.do(Accept())
    moved.wait(minutes=5)
    moved.do(Accept(by="jun", take_over=True))  # in Manila
    moved.wait(minutes=5)
    go_up(moved)  # to Warsaw
    moved.wait(hours=1)
    still.wait(minutes=70)
    for name in ("first_response", "resolution"):
        one, other = moved.clock(name), still.clock(name)
        assert (one.due_at, one.generation, one.pauses) == (other.due_at, other.generation, ())
        assert shown(moved, name).elapsed == shown(still, name).elapsed == 70 * M


def test_the_time_of_a_duplicate_and_the_time_that_it_was_resolved_are_told_apart() -> None:
    story = at_tier(1)
    story.do(Absorb(ticket_id="T-8", opened_at=MONDAY - 3 * H))
    story.wait(hours=1)
    story.do(RESOLVE)
    story.wait(hours=5)
    story.do(Reopen(reason="It is locked again"))
    story.wait(hours=1)
    pieces, sums = told(story)
    assert [p.why for p in pieces] == ["counted", "counted", "resolved", "counted"]
    assert [(p.end - p.start) / H for p in pieces] == [3, 1, 5, 1]
    assert sums.by_owner == {"duplicate": 3 * H, "tomas": 2 * H}


# ------------------------------------------------------------------------------------------- a policy put right
def longer(policy: Slice) -> Slice:
    """The same promises with twice the time to resolve."""
    doubled = {
        priority: said.model_copy(
            update={"resolution": said.resolution.model_copy(update={"time": said.resolution.time * 2})}
        )
        for priority, said in policy.promises.items()
    }
    return policy.model_copy(update={"promises": doubled})


def test_b40_what_a_corrected_policy_would_have_said_is_reported_clock_by_clock() -> None:
    story = at_tier(2)
    story.wait(hours=30)
    wanted = longer(story.policy)
    (found,) = differences(story.ticket, retold(story.events, wanted), story.policy, wanted, story.now)
    assert found.clock == "resolution"
    assert found.recorded is not None
    assert found.retold is not None
    assert (found.recorded.breached, found.recorded.due_at) == (True, MONDAY + 24 * H)
    assert (found.retold.breached, found.retold.due_at, found.retold.counted) == (False, MONDAY + 48 * H, 30 * H)


def test_b40_a_clock_that_was_recorded_wrongly_is_found() -> None:
    story = at_tier(1)
    story.wait(hours=1)
    wrong: Clock = story.clock("resolution").model_copy(update={"counted": 3 * H})
    ticket = story.ticket.model_copy(update={"clocks": story.ticket.clocks | {"resolution": wrong}})
    (found,) = differences(ticket, retold_of(story), story.policy, story.policy, story.now)
    assert (found.clock, found.recorded and found.recorded.counted, found.retold and found.retold.counted) == (
        "resolution", 4 * H, H,
    )  # fmt: skip


def test_b5_a_new_priority_keeps_the_time_used_and_the_pauses() -> None:
    story = at_tier(2)
    story.wait(hours=1)
    story.do(CUSTOMER)
    story.wait(hours=2)
    story.do(Resume())
    before = told(story)[1]
    story.do(UpdateFields(impact=1, urgency=1))
    assert story.ticket.priority is Priority.P1
    assert told(story)[1] == before
