"""A ticket's life at Tier 1, and what happens when nobody takes it up."""

from datetime import timedelta

from escalation.commands import Accept, Close, ContactMade, LogAttempt, Resolve
from escalation.events import Accepted, AcceptMissed, Coordinated, MarkPassed, Queued, Transferred
from tests.workflow.desk import Desk

_LATE = timedelta(seconds=5)  # more than a skipping clock ever needs to let a worker act


async def test_a_ticket_lives_from_intake_to_close_at_tier_1(desk: Desk) -> None:
    ticket = await desk.open()
    owner = (await desk.view(ticket)).owner
    await desk.ask(ticket, Accept(by=owner, contacted=True))
    await desk.ask(ticket, LogAttempt(by=owner, step="reset", result="works", outcome="worked", sop_step="1"))
    await desk.ask(ticket, Resolve(by=owner, code="fixed", cause="identity", resolution="reset the password"))
    await desk.ask(ticket, Close(by=owner))
    assert await desk.handle(ticket).result() == "closed"
    assert desk.kinds(ticket) == [
        "opened",
        "triaged",
        "queued",
        "accepted",
        "attempt_logged",
        "resolved",
        "closed",
    ]


async def test_r47_an_unaccepted_ticket_pages_again_then_moves_on_then_reaches_the_manager(desk: Desk) -> None:
    ticket = await desk.open()
    first = (await desk.view(ticket)).owner
    await desk.ask(ticket, ContactMade(by=first, direction="outbound", text="we have it"))
    queued = desk.of(ticket, Queued)[0]
    await desk.skip(hours=3, minutes=59)
    assert desk.of(ticket, AcceptMissed) == []
    await desk.skip(minutes=2)
    assert [(m.level, m.due_at - queued.at) for m in desk.of(ticket, AcceptMissed)] == [(1, timedelta(hours=4))]
    assert desk.sent("page_again") == [first]
    await desk.skip(hours=4)
    second = (await desk.view(ticket)).owner
    assert second != first
    assert [(t.previous_owner, t.owner, t.why) for t in desk.of(ticket, Transferred)] == [
        (first, second, "not_accepted")
    ]
    await desk.skip(hours=4)
    assert (await desk.view(ticket)).coordinator == "grace"
    assert [c.trigger for c in desk.of(ticket, Coordinated)] == ["S4"]
    missed = desk.of(ticket, AcceptMissed)
    assert [(m.level, m.due_at - queued.at) for m in missed] == [(n, timedelta(hours=4 * n)) for n in (1, 2, 3)]
    assert all(timedelta() <= m.at - m.due_at < _LATE for m in missed)
    await desk.skip(hours=12)
    assert len(desk.of(ticket, AcceptMissed)) == 3


async def test_an_accepted_ticket_pages_nobody_again(desk: Desk) -> None:
    ticket = await desk.open()
    owner = (await desk.view(ticket)).owner
    await desk.skip(hours=3)
    await desk.ask(ticket, Accept(by=owner))
    await desk.skip(hours=20)
    assert desk.of(ticket, AcceptMissed) == []
    assert [a.by for a in desk.of(ticket, Accepted)] == [owner]


async def test_r45_every_threshold_passes_once_and_on_time(desk: Desk) -> None:
    ticket = await desk.open()
    await desk.skip(hours=41)
    opened_at = (await desk.view(ticket)).opened_at
    passed = [m for m in desk.of(ticket, MarkPassed) if m.clock != "accept"]
    assert len({(m.clock, m.generation, m.mark) for m in passed}) == len(passed)
    assert [(m.clock, m.mark, (m.due_at - opened_at).total_seconds() / 3600) for m in passed] == [
        ("first_response", "50", 4.0),
        ("first_response", "75", 6.0),
        ("first_response", "90", 7.2),
        ("first_response", "100", 8.0),
        ("resolution", "50", 20.0),
        ("resolution", "75", 30.0),
        ("resolution", "auto", 32.0),
        ("resolution", "90", 36.0),
        ("resolution", "100", 40.0),
    ]
    assert all(timedelta() <= m.at - m.due_at < _LATE for m in passed)
    assert {name: clock.state for name, clock in (await desk.view(ticket)).clocks.items()} | {"accept": ""} == {
        "first_response": "breached",
        "resolution": "breached",
        "accept": "",
    }
