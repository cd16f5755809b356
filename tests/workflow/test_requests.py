"""One request, one effect: repeats, races, and refusals that leave no trace."""

import asyncio

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from escalation.commands import Accept, AnyCommand, Comment, Escalate, Opening, Resolve, Transfer
from escalation.events import AttemptLogged, Commented, Escalated
from escalation.policy import Policy
from escalation.view import TicketView
from tests.workflow.desk import HANDED_UP, Desk
from tests.workflow.devserver import dev_desk
from tests.workflow.policies import around_the_clock


async def test_the_same_request_twice_is_applied_once_and_answered_twice(desk: Desk) -> None:
    ticket = await desk.open()
    comment = Comment(by="tomas", text="called her", request_id="psa-77")
    first = await desk.ask(ticket, comment, key="one")
    second = await desk.ask(ticket, comment, key="two")
    assert (first, len(desk.of(ticket, Commented))) == (second, 1)


async def test_a_request_id_used_for_something_else_is_refused_and_does_nothing(desk: Desk) -> None:
    ticket = await desk.open()
    await desk.ask(ticket, Comment(by="tomas", text="called her", request_id="psa-77"))
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await desk.ask(ticket, Comment(by="tomas", text="called him", request_id="psa-77"))
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == "idempotency_key_reused"
    assert [c.text for c in desk.of(ticket, Commented)] == ["called her"]


async def test_a_request_repeated_while_the_first_still_waits_is_the_same_request(desk: Desk) -> None:
    ticket = await desk.open()
    owner = (await desk.view(ticket)).owner
    up = Escalate(by=owner, reason="knowledge", note=HANDED_UP, request_id="psa-78")
    answers = await asyncio.gather(*(desk.ask(ticket, up, key=f"copy {n}") for n in range(3)))
    assert len({answer.owner for answer in answers}) == 1
    assert len(desk.of(ticket, Escalated)) == 1


async def test_a_request_repeated_after_continue_as_new_is_still_applied_once(policy: Policy) -> None:
    async with dev_desk(around_the_clock(policy), cached=0, continue_after=40) as desk:
        ticket = await desk.open()
        first_run = (await desk.handle(ticket).describe()).run_id
        await desk.ask(ticket, Comment(by="tomas", text="the one that is repeated"), key="kept")
        for n in range(5):
            await desk.ask(ticket, Comment(by="tomas", text=f"filling {n}"), key=f"filling {n}")
        assert (await desk.handle(ticket).describe()).run_id != first_run
        view = await desk.ask(ticket, Comment(by="tomas", text="the one that is repeated"), key="kept")
        again = await desk.handle(ticket).execute_update(
            "open", Opening(fingerprint="k"), id="intake/k", result_type=TicketView
        )
        assert [c.text for c in desk.of(ticket, Commented)].count("the one that is repeated") == 1
        assert (view.seq, again.seq) == (len(desk.story(ticket)), len(desk.story(ticket)))


async def test_an_intake_repeated_is_the_same_ticket_and_another_under_its_key_is_refused(desk: Desk) -> None:
    ticket = await desk.open(key="mail-1")
    assert await desk.open(ticket_id=ticket, key="mail-1") == ticket
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await desk.handle(ticket).execute_update("open", Opening(fingerprint="another body"))
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == "idempotency_key_reused"
    assert desk.kinds(ticket) == ["opened", "triaged", "queued"]


async def test_of_two_escalations_at_once_one_wins_and_the_other_is_told_why_not(desk: Desk) -> None:
    ticket = await desk.open()
    owner = (await desk.view(ticket)).owner
    up = Escalate(by=owner, reason="knowledge", note=HANDED_UP)
    answers = await asyncio.gather(desk.ask(ticket, up), desk.ask(ticket, up), return_exceptions=True)
    (won,) = [answer for answer in answers if isinstance(answer, TicketView)]
    (lost,) = [answer for answer in answers if isinstance(answer, WorkflowUpdateFailedError)]
    assert isinstance(lost.cause, ApplicationError)
    assert lost.cause.type in {"not_owner", "not_allowed_in_stage"}
    assert [(e.owner, e.previous_owner) for e in desk.of(ticket, Escalated)] == [(won.owner, owner)]


async def test_each_answer_is_the_ticket_as_its_own_command_left_it(desk: Desk) -> None:
    ticket = await desk.open()
    before = (await desk.view(ticket)).seq
    answers = await asyncio.gather(*(desk.ask(ticket, Comment(by="tomas", text=f"note {n}")) for n in range(5)))
    assert sorted(answer.seq for answer in answers) == [before + n for n in range(1, 6)]


async def test_a_refused_command_leaves_no_event_in_the_history(desk: Desk) -> None:
    ticket = await desk.open()
    owner = (await desk.view(ticket)).owner
    before, view = await desk.events(ticket), await desk.view(ticket)
    refused: dict[str, AnyCommand] = {
        "incomplete_handoff": Escalate(by=owner, reason="knowledge"),
        "not_owner": Resolve(by="sofia", code="fixed", cause="identity", resolution="gone"),
        "incomplete_command": Comment(text="nobody said this"),
        "stale_command": Comment(by=owner, text="I saw an older ticket", expected_seq=1),
    }
    for code, command in refused.items():
        assert (await desk.refused(ticket, command)).type == code
    assert (await desk.events(ticket), await desk.view(ticket)) == (before, view)


async def test_a_transfer_to_somebody_unknown_is_refused_and_changes_nothing(desk: Desk) -> None:
    ticket = await desk.open()
    owner = (await desk.view(ticket)).owner
    await desk.ask(ticket, Accept(by=owner))
    before = await desk.view(ticket)
    refusal = await desk.refused(ticket, Transfer(by=owner, to_person="nobody", reason="on leave", note=HANDED_UP))
    assert (refusal.type, refusal.details[0]["value"]) == ("unknown_name", "nobody")
    assert (await desk.view(ticket), desk.of(ticket, AttemptLogged)) == (before, [])
