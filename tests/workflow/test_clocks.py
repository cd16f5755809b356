"""Escalation by itself, holds, owed notes, endings: each at the moment that the clock says."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.service import RPCError

from escalation.commands import Accept, CompleteNote, Contact, ContactMade, Hold, Reopen, Resolve, Resume
from escalation.events import Closed, Escalated, Held, HoldFollowedUp, NoteOverdue, Paged, Resolved, Resumed
from escalation.lifecycle import Stage
from escalation.terms import Scope
from tests.workflow.desk import HANDED_UP, Desk, intake

WAIT = {"reason": "waiting_customer", "evidence": {"question_sent": "Which printer is it?"}}
GONE = {"code": "fixed", "cause": "identity", "resolution": "reset the password"}


async def accepted(desk: Desk, **changes: object) -> tuple[str, str]:
    """A ticket that its owner has taken up; the ticket and the owner."""
    ticket = await desk.open(intake(**changes))
    owner = (await desk.view(ticket)).owner
    await desk.ask(ticket, Accept(by=owner, contacted=True))
    return ticket, owner


# ------------------------------------------------------------------------------------------------ moving up
async def test_r23_an_unresolved_tier_1_ticket_moves_up_when_a_fifth_of_its_time_is_left(desk: Desk) -> None:
    ticket, owner = await accepted(desk)
    opened_at = (await desk.view(ticket)).opened_at
    await desk.skip(hours=31, minutes=59)
    assert (await desk.view(ticket)).stage is Stage.TIER_1
    await desk.skip(minutes=2)
    view = await desk.view(ticket)
    moved = desk.of(ticket, Escalated)[0]
    assert (view.stage, moved.trigger, moved.auto, moved.previous_owner) == (Stage.TIER_2, "S1", True, owner)
    assert timedelta() <= moved.at - (opened_at + timedelta(hours=32)) < timedelta(seconds=5)
    assert view.owner in desk.sent("page_owner")


async def test_r32_ruling_5_a_vip_ticket_moves_up_in_half_that_time(desk: Desk) -> None:
    ticket, _ = await accepted(desk, contact=Contact(name="Evelyn", email="evelyn@acme.example", vip=True))
    opened_at = (await desk.view(ticket)).opened_at
    await desk.skip(hours=16, minutes=1)
    moved = desk.of(ticket, Escalated)[0]
    assert moved.trigger == "S1"
    assert timedelta() <= moved.at - (opened_at + timedelta(hours=16)) < timedelta(seconds=5)
    assert (await desk.view(ticket)).priority.value == "P4"


async def test_r65_an_emergency_at_three_in_the_night_has_an_owner_at_once_and_is_paged_about_again(desk: Desk) -> None:
    desk.policy = desk.people.policy  # with its opening hours: the office is closed
    now = datetime.now(ZoneInfo("America/Chicago"))
    night = now.replace(hour=3, minute=0, second=0, microsecond=0) + timedelta(days=8 - now.weekday())
    await desk.skip_to(night)
    ticket = await desk.open(intake(category="security.ransomware", subject="Files are being encrypted", urgency=None))
    view = await desk.view(ticket)
    assert (view.stage, view.tier, view.emergency, view.coordinator) == (Stage.TIER_3, 3, True, "grace")
    moved = desk.of(ticket, Escalated)[0]
    assert moved.need.on_call
    assert moved.owner == view.owner
    assert [m.urgent for m in desk.post.messages.values() if m.template == "page_owner"] == [True]
    await desk.skip(minutes=5, seconds=30)
    assert [page.due_at - moved.at for page in desk.of(ticket, Paged)] == [timedelta(minutes=5)]


async def test_r33_a_whole_office_that_is_down_at_night_has_an_owner_at_tier_2_within_five_seconds(desk: Desk) -> None:
    desk.policy = desk.people.policy  # with its opening hours: the office is closed
    now = datetime.now(ZoneInfo("America/Chicago"))
    await desk.skip_to(now.replace(hour=3, minute=0, second=0, microsecond=0) + timedelta(days=8 - now.weekday()))
    ticket = await desk.open(intake(scope=Scope.WHOLE_OFFICE, impact=None, urgency=None))
    view = await desk.view(ticket)
    assert (view.priority.value, view.tier, view.owner in desk.people.policy.people) == ("P1", 2, True)
    assert timedelta() <= view.owned_since - desk.story(ticket)[0].at < timedelta(seconds=5)
    paged = [(m.to, m.urgent) for m in desk.post.messages.values() if m.template == "page_owner"]
    assert paged == [(view.owner, True)]


# ---------------------------------------------------------------------------------------------------- holds
async def test_r23_ruling_8_a_hold_for_the_customer_shifts_what_follows_by_as_long_as_it_lasts(desk: Desk) -> None:
    ticket, owner = await accepted(desk)
    opened_at = (await desk.view(ticket)).opened_at
    await desk.skip(hours=1)
    await desk.ask(ticket, Hold(by=owner, **WAIT))
    await desk.skip(hours=5)
    await desk.ask(ticket, Resume(by=owner))
    held, resumed = desk.of(ticket, Held)[0], desk.of(ticket, Resumed)[0]
    due_at = opened_at + timedelta(hours=32) + (resumed.at - held.at)
    await desk.skip_to(due_at - timedelta(minutes=1))
    assert desk.of(ticket, Escalated) == []
    await desk.skip(minutes=2)
    assert timedelta() <= desk.of(ticket, Escalated)[0].at - due_at < timedelta(seconds=5)


async def test_b4_a_customer_who_never_answers_is_asked_three_times_and_then_the_ticket_is_resolved(desk: Desk) -> None:
    ticket, owner = await accepted(desk)
    await desk.ask(ticket, Hold(by=owner, **WAIT))
    await desk.skip(hours=40, minutes=1)
    held = desk.of(ticket, Held)[0]
    asked = [(f.n, (f.due_at - held.at) / timedelta(hours=1)) for f in desk.of(ticket, HoldFollowedUp)]
    assert asked == [(1, 8.0), (2, 24.0), (3, 40.0)]
    assert [r.code for r in desk.of(ticket, Resolved)] == ["no_answer"]
    await desk.ask(ticket, ContactMade(by=owner, direction="inbound", text="sorry, I was away"))
    assert (await desk.view(ticket)).stage is Stage.TIER_1


# ------------------------------------------------------------------------------------------------ owed notes
async def test_the_rest_of_an_automatic_note_is_owed_and_asked_for_once(desk: Desk) -> None:
    ticket, owner = await accepted(desk)
    await desk.skip(hours=32, minutes=10)
    debt = (await desk.view(ticket)).note_debt
    assert debt is not None
    assert debt.owed_by == owner
    assert desk.of(ticket, NoteOverdue) == []
    await desk.skip(minutes=10)
    await desk.skip(hours=2)
    assert [(n.owed_by, n.due_at) for n in desk.of(ticket, NoteOverdue)] == [(owner, debt.due_at)]


async def test_a_note_completed_in_time_is_not_asked_for(desk: Desk) -> None:
    ticket, owner = await accepted(desk)
    await desk.skip(hours=32, minutes=10)
    await desk.ask(ticket, CompleteNote(by=owner, note=HANDED_UP))
    await desk.skip(hours=1)
    assert desk.of(ticket, NoteOverdue) == []
    assert (await desk.view(ticket)).note_debt is None


# ---------------------------------------------------------------------------------------------------- endings
async def test_a_resolved_ticket_closes_by_itself_when_nobody_can_object_any_more(desk: Desk) -> None:
    ticket, owner = await accepted(desk)
    await desk.ask(ticket, Resolve(by=owner, **GONE))
    await desk.skip(hours=49, minutes=59)
    assert (await desk.view(ticket)).stage is Stage.RESOLVED
    await desk.skip(minutes=2)
    assert await desk.handle(ticket).result() == "closed"
    resolved, closed = desk.of(ticket, Resolved)[0], desk.of(ticket, Closed)[0]
    assert timedelta() <= closed.at - resolved.at - timedelta(hours=50) < timedelta(seconds=5)


async def test_b6_a_reopened_ticket_goes_on_with_the_time_that_it_had_left(desk: Desk) -> None:
    ticket, owner = await accepted(desk)
    opened_at = (await desk.view(ticket)).opened_at
    await desk.skip(hours=10)
    resolved_at = (await desk.ask(ticket, Resolve(by=owner, **GONE))).resolved_at
    await desk.skip(hours=40)
    view = await desk.ask(ticket, Reopen(by=owner, reason="locked again"))
    assert (view.stage, view.reopen_count) == (Stage.TIER_1, 1)
    assert resolved_at is not None
    spared = view.owned_since - resolved_at
    assert view.clocks["resolution"].due_at == opened_at + timedelta(hours=40) + spared
    await desk.skip(hours=30)
    assert desk.of(ticket, Closed) == []


async def test_b6_too_late_to_reopen_is_too_late(desk: Desk) -> None:
    ticket, owner = await accepted(desk)
    await desk.ask(ticket, Resolve(by=owner, **GONE))
    await desk.skip(hours=50, minutes=1)
    with pytest.raises((RPCError, WorkflowUpdateFailedError)):
        await desk.ask(ticket, Reopen(by=owner, reason="locked again"))
    assert desk.kinds(ticket)[-1] == "closed"
