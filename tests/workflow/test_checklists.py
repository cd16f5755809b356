"""R72, R80 in a running workflow: the SOP comes with the receiver, and stands in the way of a careless escalation."""

from escalation.commands import Escalate, Tick, UpdateFields
from escalation.events import ChecklistTicked, Escalated
from escalation.guide import Guide
from escalation.lifecycle import Stage
from tests.workflow.desk import HANDED_UP, Desk

RESET = Guide(sop="SOP-01", revision=2, steps=("identity", "reset"), mandatory={"identity": 1})
PRINTER = Guide(sop="SOP-02", revision=1, steps=("cable",), mandatory={"cable": 1})
UP = Escalate(by="tomas", reason="knowledge", note=HANDED_UP)


async def test_r72_a_ticket_goes_up_only_when_its_sop_is_done_or_passed_over_with_a_reason(desk: Desk) -> None:
    desk.library.guides["SOP-01"] = RESET
    ticket = await desk.open()
    refused = await desk.refused(ticket, UP)
    assert (refused.type, refused.details[0]) == ("checklist_incomplete", {"missing": ["identity"]})
    view = await desk.ask(ticket, Tick(by="tomas", skipped={"identity": "known by voice for years"}))
    assert (view.sop, view.sop_revision, view.to_tick) == ("SOP-01", 2, ())
    assert (await desk.ask(ticket, UP)).stage is Stage.TIER_2
    assert [said.skipped for said in desk.of(ticket, ChecklistTicked)] == [{"identity": "known by voice for years"}]


async def test_another_category_brings_its_sop_though_nobody_else_gets_the_ticket(desk: Desk) -> None:
    desk.library.guides |= {"SOP-01": RESET, "SOP-02": PRINTER}
    ticket = await desk.open()
    view = await desk.ask(ticket, UpdateFields(by="tomas", category="printing.device"))
    assert view.owner == "tomas"
    assert (view.sop, view.to_tick) == ("SOP-02", ("cable",))
    assert (await desk.refused(ticket, UP)).details[0] == {"missing": ["cable"]}


async def test_with_the_library_away_a_ticket_is_taken_in_and_goes_up_without_a_checklist(desk: Desk) -> None:
    desk.library.guides["SOP-01"] = RESET
    desk.library.away = True
    ticket = await desk.open()
    assert (await desk.ask(ticket, UP)).sop is None
    assert [e.to_tier for e in desk.of(ticket, Escalated)] == [2]
