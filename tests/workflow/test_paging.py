"""R65: a ladder that was climbed in vain, and the next change of shift."""

from datetime import timedelta

from escalation.commands import Accept
from escalation.events import CoverageGap, Paged, Transferred
from escalation.ports import Named
from tests.workflow.desk import Desk, intake

ROTAS = ("t3_primary", "t3_secondary", "managers")


async def test_r65_climbed_in_vain_it_pages_whoever_comes_on_with_the_next_shift(desk: Desk) -> None:
    begun = await desk.env.get_current_time()
    change, later = begun + timedelta(hours=2), begun + timedelta(days=1)
    desk.people.on_call = {rota: Named(person="grace", via="on_call", until=change) for rota in ROTAS}
    ticket = await desk.open(intake(category="security.ransomware", impact=1, urgency=1))
    await desk.skip(minutes=46)
    (gap,) = desk.of(ticket, CoverageGap)
    assert "service_manager" in desk.sent("coverage_gap")
    view = await desk.view(ticket)
    assert (view.uncovered, view.coordinator) == (True, "grace")
    incoming = "ivan" if view.owner == "sofia" else "sofia"
    pages = len(desk.of(ticket, Paged))
    desk.people.on_call["t3_primary"] = Named(person=incoming, via="on_call", until=later)
    await desk.skip_to(change + timedelta(seconds=30))
    (page,) = desk.of(ticket, Paged)[pages:]
    assert (page.person, page.incoming, page.due_at) == (incoming, True, change)
    assert timedelta(0) <= page.at - change < timedelta(seconds=5)
    assert desk.sent("page_on_call")[-1] == incoming
    assert not (await desk.view(ticket)).uncovered
    await desk.ask(ticket, Accept(by=incoming))
    assert desk.of(ticket, Transferred)[-1].owner == incoming
    await desk.skip(hours=1)
    assert desk.of(ticket, Paged)[pages:] == [page]
    assert desk.of(ticket, CoverageGap) == [gap]
