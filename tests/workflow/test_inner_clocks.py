"""R13, R23, R39, R40, R44; B4, B5, B11, B13, B14 in a running workflow: the timers fire by themselves."""

from datetime import timedelta

from escalation.commands import (
    Accept,
    AskExclusion,
    ChangeAgreement,
    Comment,
    ContactMade,
    DecideExclusion,
    Hold,
    Resume,
    StateBreach,
    UpdateFields,
)
from escalation.events import MarkPassed, Nudged, Resumed, UnderEscalated
from escalation.terms import Flag, Role
from tests.workflow.desk import Desk, intake
from tests.workflow.test_clocks import accepted

M = timedelta(minutes=1)
SLACK = timedelta(seconds=5)
VENDOR = {"reason": "waiting_vendor", "evidence": {"vendor_case": "MS-4711", "vendor_contact": "Ada"}}
WAIT = {"reason": "waiting_customer", "evidence": {"question_sent": "Which printer is it?"}}


async def test_r39_an_idle_ticket_at_tier_1_is_asked_about_and_then_told_to_the_team_lead(desk: Desk) -> None:
    ticket, owner = await accepted(desk)
    taken_up = (await desk.view(ticket)).accepted_at
    assert taken_up is not None
    await desk.skip(minutes=45)
    asked = desk.of(ticket, Nudged)
    assert [(n.level, n.due_at - taken_up, n.inform) for n in asked] == [(1, 20 * M, "owner"), (2, 40 * M, "team_lead")]
    assert all(timedelta() <= n.at - n.due_at < SLACK for n in asked)
    assert desk.sent("nudge") == [owner, "team_lead"]
    assert (await desk.view(ticket)).stagnant_since == taken_up
    view = await desk.ask(ticket, Comment(by=owner, text="Waiting for the sync, then once more"))
    assert view.stagnant_since is None


async def test_r40_what_a_tier_keeps_past_its_time_and_looks_too_complex_is_found(desk: Desk) -> None:
    ticket, owner = await accepted(desk)
    await desk.ask(ticket, UpdateFields(by=owner, flags=(Flag.RECURRING,)))
    await desk.skip(minutes=31)
    (found,) = desk.of(ticket, UnderEscalated)
    assert (found.tier, found.values) == (1, {"flags": ["recurring"]})
    assert [(m.clock, m.mark) for m in desk.of(ticket, MarkPassed)] == [("tier_1", "100")]


async def test_b11_a_vendors_contract_and_b13_an_unanswered_message_are_breached_by_themselves(desk: Desk) -> None:
    ticket, owner = await accepted(desk)
    await desk.ask(ticket, Hold(by=owner, **VENDOR))
    await desk.ask(ticket, ContactMade(by="psa", role=Role.INTEGRATION, direction="inbound", text="Any news?"))
    await desk.skip(hours=16, minutes=2)
    assert {(m.clock, m.mark) for m in desk.of(ticket, MarkPassed)} == {("vendor", "100"), ("next_reply", "100")}
    await desk.ask(ticket, Resume(by=owner))
    shown = {clock.name: clock for clock in (await desk.sla(ticket)).clocks}
    assert (shown["vendor"].state, shown["vendor"].breached, shown["tier_1"].breached) == ("breached", True, False)


async def test_b4_a_reply_ends_the_hold_when_it_was_sent_and_every_second_is_accounted_for(desk: Desk) -> None:
    ticket, owner = await accepted(desk)
    await desk.skip(minutes=10)
    await desk.ask(ticket, Hold(by=owner, **WAIT))
    held_at = (await desk.sla(ticket)).at
    await desk.skip(hours=3)
    replied_at = held_at + timedelta(hours=1)
    said = ContactMade(by="psa", role=Role.INTEGRATION, direction="inbound", text="The blue one", at=replied_at)
    await desk.ask(ticket, said)
    assert [r.at for r in desk.of(ticket, Resumed)] == [replied_at]
    (clock,) = [each for each in (await desk.sla(ticket)).clocks if each.name == "resolution"]
    assert [piece.why for piece in clock.stretches] == ["counted", "waiting_customer", "counted"]
    assert clock.spent.counted == sum(clock.spent.by_owner.values(), timedelta())


async def test_b14_a_breach_is_excluded_by_a_second_person(desk: Desk) -> None:
    ticket, owner = await accepted(desk, impact=1, urgency=1)
    await desk.skip(hours=5)
    owner = (await desk.view(ticket)).owner
    await desk.ask(ticket, StateBreach(by=owner, clock="resolution", code="vendor", text="A day late"))
    await desk.ask(ticket, AskExclusion(by=owner, clock="resolution", reason="The contract names the vendor"))
    decision = DecideExclusion(
        by="grace", role=Role.SERVICE_MANAGER, clock="resolution", approve=True, reason="As it says"
    )
    refused = await desk.refused(ticket, decision.model_copy(update={"by": "ruth", "role": Role.TEAM_LEAD}))
    assert refused.type == "not_permitted"
    await desk.ask(ticket, decision)
    assert (await desk.sla(ticket)).breaches["resolution"].approved


async def test_r44_a_handoff_never_stops_the_clock(desk: Desk) -> None:
    ticket = await desk.open(intake())
    await desk.skip(minutes=50)
    (clock,) = [each for each in (await desk.sla(ticket)).clocks if each.name == "resolution"]
    assert 50 * M <= clock.elapsed < 50 * M + SLACK
    await desk.ask(ticket, Accept(by="jun", take_over=True))
    (after,) = [each for each in (await desk.sla(ticket)).clocks if each.name == "resolution"]
    assert (after.due_at, after.generation) == (clock.due_at, clock.generation)


async def test_b5_another_agreement_moves_the_timer_and_counts_for_later_priorities(desk: Desk) -> None:
    ticket, owner = await accepted(desk)
    before = (await desk.view(ticket)).clocks["resolution"].due_at
    premium = desk.policy.slice_for("acme-dental", agreement="premium")
    asked = ChangeAgreement(
        by="dana", role=Role.DISPATCHER, agreement="premium", reason="They pay more", policy=premium
    )
    view = await desk.ask(ticket, asked)
    after = view.clocks["resolution"].due_at
    assert before is not None
    assert after == before - timedelta(hours=8)  # a P4 in 32 hours and not in 40
    await desk.ask(ticket, UpdateFields(by=owner, impact=1, urgency=2))
    (clock,) = [each for each in (await desk.sla(ticket)).clocks if each.name == "resolution"]
    assert clock.target == timedelta(hours=6)
    assert (await desk.sla(ticket)).agreed_by == "ticket"
