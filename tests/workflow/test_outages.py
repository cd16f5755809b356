"""A ticket goes on without the desk, without the journal, and past a fault in the rules."""

from datetime import timedelta

import pytest
from temporalio.client import WorkflowExecutionStatus

from escalation.commands import Accept, Close, Comment, Escalate, Hold, Open, Resolve, UpdateFields
from escalation.events import CommandRefused, Coordinated, Entry, Escalated, Event, Opened
from escalation.lifecycle import Stage
from escalation.policy import Slice
from escalation.terms import Role, Scope
from escalation.ticket import fold
from tests.workflow.desk import HANDED_UP, Desk, intake
from workflows.case import Case
from workflows.ticket import TicketWorkflow

GONE = {"code": "fixed", "cause": "identity", "resolution": "reset the password"}


async def start(desk: Desk, case: Case) -> str:
    """A ticket with a case of the test's own making."""
    await desk.client.start_workflow(TicketWorkflow.run, case, id=f"ticket/{case.ticket_id}", task_queue="tierline")
    return case.ticket_id


def taken_in(ticket_id: str, policy: Slice) -> Case:
    opening = Open(by="dana", role=Role.DISPATCHER, intake=intake(), request_id="intake/1")
    return Case(ticket_id=ticket_id, policy=policy, intake=opening)


# ---------------------------------------------------------------------------------------------- the desk away
async def test_without_the_desk_the_policy_slice_says_who_owns_and_the_ticket_goes_on(desk: Desk) -> None:
    desk.people.away = True
    ticket = await desk.open()
    assert (await desk.view(ticket)).owner == "tomas"
    view = await desk.ask(ticket, Escalate(by="tomas", reason="knowledge", note=HANDED_UP))
    assert (view.stage, view.owner) == (Stage.TIER_2, "elena")
    assert [e.via for e in desk.of(ticket, Escalated)] == ["fallback"]
    assert desk.sent("page_owner") == ["tomas", "elena"]
    await desk.ask(ticket, Accept(by="elena"))
    await desk.skip(hours=36, minutes=1)
    assert [c.coordinator for c in desk.of(ticket, Coordinated)] == ["grace"]


# ------------------------------------------------------------------------------------------- the journal away
async def test_without_the_journal_commands_are_answered_and_the_backlog_is_written_in_order(desk: Desk) -> None:
    ticket = await desk.open()
    desk.journal.away = True
    for n in range(4):
        assert (await desk.ask(ticket, Comment(by="tomas", text=f"note {n}"))).seq == 4 + n
    assert desk.kinds(ticket) == ["opened", "triaged", "queued"]
    await desk.skip(minutes=30)
    desk.journal.away = False
    await desk.skip(minutes=2)
    assert [entry.seq for entry in desk.journal.entries(ticket)] == list(range(1, (await desk.view(ticket)).seq + 1))
    assert desk.kinds(ticket)[3:7] == ["commented"] * 4


async def test_messages_leave_while_the_journal_is_away(desk: Desk) -> None:
    desk.journal.away = True
    ticket = await desk.open()
    assert desk.sent("page_owner") == [(await desk.view(ticket)).owner]


async def test_a_ticket_that_closes_without_the_journal_ends_only_when_its_story_is_written(desk: Desk) -> None:
    ticket = await desk.open()
    owner = (await desk.view(ticket)).owner
    desk.journal.away = True
    await desk.ask(ticket, Accept(by=owner, contacted=True))
    await desk.ask(ticket, Resolve(by=owner, **GONE))
    await desk.ask(ticket, Close(by=owner))
    await desk.skip(hours=6)
    assert (await desk.handle(ticket).describe()).status is WorkflowExecutionStatus.RUNNING
    assert (await desk.refused(ticket, Comment(by=owner, text="one more thing"))).type == "ticket_closed"
    desk.journal.away = False
    await desk.skip(minutes=2)
    assert await desk.handle(ticket).result() == "closed"
    assert desk.kinds(ticket)[-3:] == ["accepted", "resolved", "closed"]


async def test_the_journal_is_asked_less_and_less_often_but_once_a_minute(desk: Desk) -> None:
    ticket = await desk.open()
    desk.journal.away = True
    await desk.ask(ticket, Comment(by="tomas", text="nobody writes this down"))
    before = (await desk.events(ticket)).count("TIMER_FIRED")
    await desk.skip(minutes=30)
    tries = (await desk.events(ticket)).count("TIMER_FIRED") - before
    assert 28 <= tries <= 36


# ------------------------------------------------------------------------------------------ a fault in the rules
async def test_a_fault_in_the_rules_refuses_the_command_and_leaves_the_ticket_at_work(desk: Desk) -> None:
    whole = desk.policy.slice_for("acme-dental")
    torn = whole.model_copy(update={"matrix": {row: cells for row, cells in whole.matrix.items() if row != 1}})
    ticket = await start(desk, taken_in("T-1", torn))
    await desk.until_journalled(ticket, "queued")
    before = await desk.view(ticket)
    refusal = await desk.refused(ticket, UpdateFields(by=before.owner, scope=Scope.WHOLE_CLIENT))
    assert refusal.type == "rules_failed"
    assert await desk.view(ticket) == before
    await desk.ask(ticket, Accept(by=before.owner))
    assert desk.kinds(ticket)[-1] == "accepted"


async def test_a_fault_in_the_rules_at_a_deadline_is_noted_once_and_the_ticket_stays_at_work(desk: Desk) -> None:
    ticket = await held_for_a_reason_that_the_rules_forgot(desk)
    await desk.skip(hours=40, minutes=32)
    refused = desk.of(ticket, CommandRefused)
    assert [(r.command, r.code) for r in refused] == [("deadline", "rules_failed")]
    fired = (await desk.events(ticket)).count("TIMER_FIRED")
    assert fired < 20
    view = await desk.ask(ticket, Comment(by="tomas", text="still answering"))
    assert view.hold == "waiting_customer"


async def held_for_a_reason_that_the_rules_forgot(desk: Desk) -> str:
    """A ticket that came, by continue-as-new, to a slice without the reason for which it is on hold."""
    first = await desk.open()
    owner = (await desk.view(first)).owner
    await desk.ask(first, Accept(by=owner, contacted=True))
    await desk.ask(first, Hold(by=owner, reason="waiting_customer", evidence={"question_sent": "Which printer?"}))
    story = [_moved(event) for event in desk.story(first)]
    entries = [
        Entry(ticket_id="T-9", seq=n, policy_version="1", request_id="", event=event)
        for n, event in enumerate(story, 1)
    ]
    desk.journal.append(entries)
    policy = desk.policy.slice_for("acme-dental").model_copy(update={"holds": {}})
    return await start(desk, Case(ticket_id="T-9", policy=policy, ticket=fold(story)))


def _moved(event: Event) -> Event:
    return event.model_copy(update={"ticket_id": "T-9"}) if isinstance(event, Opened) else event


@pytest.mark.parametrize("cached_workflows", [1000, 0], ids=["cached", "cold"])
async def test_a_request_to_cancel_the_workflow_ends_nothing(desk: Desk) -> None:
    ticket = await desk.open()
    owner = (await desk.view(ticket)).owner
    await desk.handle(ticket).cancel()
    await desk.skip(hours=4, minutes=1)
    assert "accept_missed" in desk.kinds(ticket)
    await desk.handle(ticket).cancel()
    view = await desk.ask(ticket, Accept(by=owner))
    assert view.accepted_at is not None
    assert view.accepted_at - view.opened_at > timedelta(hours=4)
    assert (await desk.handle(ticket).describe()).status is WorkflowExecutionStatus.RUNNING
