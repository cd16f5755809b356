"""B6, B7; R58, R63: resolved, reopened, closed, cancelled, merged."""

from datetime import timedelta

import pytest

from escalation.commands import (
    ASKED,
    Absorb,
    Accept,
    Cancel,
    Close,
    Comment,
    ContactMade,
    LogAttempt,
    Merge,
    Reopen,
    Resolve,
    UpdateFields,
)
from escalation.errors import (
    IncompleteCommand,
    IncompleteResolution,
    MergeImpossible,
    NotAllowedInStage,
    NotOwner,
    NotPermitted,
    Refusal,
    ReopenWindowClosed,
    StaleCommand,
    TicketClosed,
)
from escalation.events import Closed, MarkPassed, Reopened
from escalation.lifecycle import Stage
from escalation.permissions import AFTERWARDS
from escalation.terms import Role
from tests.unit.rules.story import DISPATCHER, MONDAY, Story, at_tier, of_kind, policy_of

H = timedelta(hours=1)
RESOLVE = Resolve(code="fixed", cause="identity", resolution="Removed the stale credential from the phone")
REOPEN = Reopen(by="bob", role=Role.INTEGRATION, reason="It is locked again")
ROUTED = {"by": DISPATCHER, "role": Role.DISPATCHER}


def done() -> Story:
    story = at_tier(1)
    story.wait(hours=2)
    story.do(RESOLVE)
    return story


# ------------------------------------------------------------------------------------------- resolved
@pytest.mark.parametrize("field", ["code", "cause", "resolution"])
def test_a_resolution_says_what_it_was_and_what_ended_it(field: str) -> None:
    refusal = at_tier(1).refuses(IncompleteResolution, RESOLVE.model_copy(update={field: "-"}))
    assert refusal.details["missing"] == [field]


def test_only_the_owner_resolves_and_only_at_a_tier() -> None:
    at_tier(1).refuses(NotOwner, RESOLVE.model_copy(update={"by": "jun"}))
    at_tier(1).refuses(NotPermitted, RESOLVE.model_copy(update=ROUTED))
    Story().open(urgency=None).refuses(NotAllowedInStage, RESOLVE)
    done().refuses(NotAllowedInStage, RESOLVE)


def test_a_resolved_ticket_has_an_owner_and_no_running_clock() -> None:
    story = done()
    assert (story.ticket.stage, story.owner) == (Stage.RESOLVED, "tomas")
    assert not any(clock.running for clock in story.ticket.clocks.values())
    assert not of_kind(story.wait(hours=40), MarkPassed)


def test_a_promise_met_to_the_second_is_kept_and_one_missed_by_a_second_is_not() -> None:
    kept, broken = at_tier(2), at_tier(2)
    for story, hours in ((kept, 24 * H), (broken, 24 * H + timedelta(seconds=1))):
        story.sleep(hours=hours / H)
        story.do(RESOLVE)
    assert not kept.clock("resolution").breached
    assert broken.clock("resolution").breached


# ------------------------------------------------------------------------------------------- closed
def test_nobody_objected_so_it_closes_by_itself_but_not_while_it_may_be_reopened() -> None:
    story = done()
    assert story.ticket.ending is not None
    until = story.ticket.ending.reopen_until
    assert until == MONDAY + 52 * H
    story.until(until)
    assert story.ticket.stage is Stage.CLOSED
    assert len(of_kind(story.events, Closed)) == 1


def test_the_client_may_confirm_at_once() -> None:
    story = done()
    story.do(Close(by="bob", role=Role.INTEGRATION))
    assert story.ticket.closed_at == story.now
    assert story.owner == "tomas"
    at_tier(1).refuses(NotAllowedInStage, Close())


@pytest.mark.parametrize("name", sorted(set(ASKED) - AFTERWARDS))
def test_a_closed_ticket_takes_no_command_but_those_about_its_breaches(name: str) -> None:
    story = done()
    story.do(Close())
    story.refuses(TicketClosed, ASKED[name](by="tomas"))  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------- reopened
def test_b6_inside_the_window_the_same_ticket_goes_on_where_it_ended_and_its_clock_where_it_stood() -> None:
    story = done()
    story.wait(hours=20)
    (reopened,) = story.do(REOPEN)
    assert isinstance(reopened, Reopened)
    assert (story.ticket.stage, story.owner, story.ticket.accepted_at) == (Stage.TIER_1, "tomas", None)
    assert (story.ticket.reopen_count, story.ticket.ending, len(story.ticket.stays)) == (1, None, 2)
    clock = story.clock("resolution")
    assert (clock.counted, clock.due_at) == (2 * H, MONDAY + 44 * H)
    story.do(Accept())
    passed = [e for e in of_kind(story.until(MONDAY + 44 * H), MarkPassed) if e.clock == "resolution"]
    assert [(e.mark, e.at) for e in passed][:3] == [
        ("50", MONDAY + 32 * H),
        ("75", MONDAY + 38 * H),
        ("auto", MONDAY + 39.2 * H),
    ]


def test_time_spent_resolved_does_not_count_when_the_priority_changes_later_either() -> None:
    story = Story(policy_of("northside-clinic", always_open=False)).open(impact=1, urgency=3)
    story.wait(hours=2)
    story.do(RESOLVE)
    story.wait(hours=20)
    story.do(REOPEN)
    story.do(UpdateFields(impact=1, urgency=2))
    assert story.clock("resolution").counted == 2 * H


def test_b6_after_the_window_a_new_ticket_is_the_way() -> None:
    story = done()
    story.sleep(hours=51)
    refusal = story.refuses(ReopenWindowClosed, REOPEN)
    assert refusal.details["reopen_until"] == (MONDAY + 52 * H).isoformat()
    linked = Story().open(reopens="T-1")
    assert linked.ticket.reopens == "T-1"


def test_a_reopening_says_what_is_not_right_and_is_of_something_resolved() -> None:
    done().refuses(IncompleteCommand, REOPEN.model_copy(update={"reason": " "}))
    at_tier(1).refuses(NotAllowedInStage, REOPEN)


def test_a_thank_you_after_the_fix_reopens_nothing() -> None:
    story = done()
    story.do(ContactMade(by="bob", role=Role.INTEGRATION, direction="inbound", text="Thank you!"))
    assert story.ticket.stage is Stage.RESOLVED


# ------------------------------------------------------------------------------------------- cancelled, merged
def test_a_cancellation_says_why_and_ends_every_timer() -> None:
    story = at_tier(1)
    story.refuses(NotPermitted, Cancel(reason="Sent by mistake"))
    story.refuses(IncompleteCommand, Cancel(**ROUTED))
    story.do(Cancel(reason="Sent by mistake", **ROUTED))
    assert (story.ticket.stage, story.owner) == (Stage.CANCELLED, "tomas")
    assert story.wait(hours=1_000) == []


def test_a_merged_ticket_ends_with_its_timers_and_says_where_it_went() -> None:
    story = at_tier(1)
    story.refuses(IncompleteCommand, Merge(**ROUTED))
    story.refuses(MergeImpossible, Merge(into="T-1", **ROUTED))
    done().refuses(NotAllowedInStage, Merge(into="T-2", **ROUTED))
    story.do(Merge(into="T-2", **ROUTED))
    assert (story.ticket.stage, story.ticket.merged_into) == (Stage.CANCELLED, "T-2")
    assert story.wait(hours=1_000) == []


def test_the_other_ticket_keeps_the_earliest_clock_and_the_watchers_of_both_once() -> None:
    story = at_tier(2)
    story.wait(hours=1)
    told = Absorb(ticket_id="T-0", opened_at=MONDAY - 3 * H, watchers=("jun", "tomas"))
    (absorbed,) = story.do(told)
    assert story.do(told) == []
    assert (story.ticket.duplicates, story.ticket.opened_at) == (("T-0",), MONDAY - 3 * H)
    assert sorted(story.ticket.watchers) == ["jun", "tomas"]
    clock = story.clock("resolution")
    assert (clock.started_at, clock.counted, clock.due_at) == (MONDAY - 3 * H, 4 * H, MONDAY + 21 * H)
    assert absorbed.kind == "absorbed"


def test_a_later_duplicate_changes_no_clock_and_a_ticket_does_not_absorb_itself() -> None:
    story = at_tier(1)
    clocks = story.ticket.clocks
    story.do(Absorb(ticket_id="T-2", opened_at=MONDAY + H))
    assert (story.ticket.clocks, story.ticket.opened_at) == (clocks, MONDAY)
    story.refuses(MergeImpossible, Absorb(ticket_id="T-1", opened_at=MONDAY))


def test_an_earlier_clock_that_is_late_already_moves_the_ticket_at_once() -> None:
    story = at_tier(1)
    story.do(Absorb(ticket_id="T-0", opened_at=MONDAY - 20 * H))
    story.until(story.now)
    assert story.ticket.tier == 2


# ------------------------------------------------------------------------------------------- the lock
def test_a_command_judged_against_an_older_version_is_stale() -> None:
    story = at_tier(1)
    seen = story.ticket.seq
    story.do(Comment(text="Bob called from his mobile"))
    refusal = story.refuses(StaleCommand, Comment(text="Called back", expected_seq=seen))
    assert refusal.details == {"expected_seq": seen, "seq": seen + 1}
    assert story.do(Comment(text="Called back", expected_seq=seen + 1))


def test_every_refusal_has_a_code_of_its_own() -> None:
    assert all(code == kind.code for code, kind in Refusal.codes.items())
    assert LogAttempt.name in ASKED
