"""Promises about time, kept by durable timers."""

from escalation.commands import Accept, Close, LogAttempt, Resolve
from tests.workflow.desk import Desk


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


async def test_an_unaccepted_ticket_pages_again_then_moves_on_then_reaches_the_manager(desk: Desk) -> None:
    ticket = await desk.open()
    await desk.skip(days=3)
    kinds = desk.kinds(ticket)
    assert kinds.count("accept_missed") == 3
    assert "transferred" in kinds
    assert (await desk.view(ticket)).coordinator == "grace"
