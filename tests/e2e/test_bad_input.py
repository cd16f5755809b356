"""What people and tools get wrong: a clear problem document each, and the ticket as it was."""

import asyncio
import json
from typing import Any

import httpx
import pytest
import pytest_asyncio

from escalation.lifecycle import Stage
from escalation.view import TicketView
from tests.e2e.desk import ATTEMPT, NOTE, UP, Desk, intake, problem

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

REASON = "deeper_technical_analysis"
BLANKS = dict.fromkeys(NOTE, "   ")
FIVE_MEGABYTES = "x" * 5_000_000
INTAKES: dict[str, tuple[dict[str, object], int, str, dict[str, object]]] = {
    "unknown client": ({"client": "nobody-inc"}, 422, "unknown_name", {"field": "client", "value": "nobody-inc"}),
    "unknown category": ({"category": "coffee.cold"}, 422, "unknown_name", {"field": "category"}),
    "subject of blanks": ({"subject": " \t "}, 422, "incomplete_command", {"missing": ["subject"]}),
    "wrong shape": ({"contact": "Bob", "impact": 9}, 422, "invalid_request", {}),
    "unknown field": ({"colour": "red"}, 422, "invalid_request", {}),
    "5 MB of text": ({"description": FIVE_MEGABYTES}, 413, "body_too_large", {}),
    "a text too long for its field": ({"description": "x" * 9_000}, 422, "invalid_request", {}),
}
COMMANDS: dict[str, tuple[str, dict[str, object], int, str, dict[str, object]]] = {
    "transfer to an unknown person": (
        "transfer",
        {"to_person": "nobody", "reason": "on leave", "note": NOTE},
        422,
        "unknown_name",
        {"field": "to_person", "value": "nobody"},
    ),
    "asking an unknown person": (
        "consult",
        {"person": "nobody", "question": "Which policy is it?"},
        422,
        "unknown_name",
        {"field": "person"},
    ),
    "unknown category": ("update_fields", {"category": "coffee.cold"}, 422, "unknown_name", {"field": "category"}),
    "unknown reason": (
        "escalate",
        {"reason": "because", "note": NOTE},
        422,
        "unknown_name",
        {"field": "reason"},
    ),
    "note of blanks": (
        "escalate",
        {"reason": REASON, "note": BLANKS},
        422,
        "incomplete_handoff",
        {"missing": list(NOTE)},
    ),
    "attempt of blanks": (
        "log_attempt",
        {"step": " ", "result": "..."},
        422,
        "incomplete_attempt",
        {"missing": ["step", "result", "outcome"]},
    ),
    "note of the wrong shape": ("escalate", {"reason": REASON, "note": ["a", "b"]}, 422, "invalid_request", {}),
    "unknown field": ("comment", {"text": "hello", "colour": "red"}, 422, "invalid_request", {}),
    "5 MB of text": ("comment", {"text": FIVE_MEGABYTES}, 413, "body_too_large", {}),
    "acting as another": ("comment", {"text": "hello", "by": "grace"}, 403, "acts_as_another", {}),
    "judged on an older state": ("comment", {"text": "hello", "expected_seq": 1}, 409, "stale_command", {}),
    "unknown command": ("explode", {}, 404, "not_found", {}),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ticket(desk: Desk) -> TicketView:
    """A ticket at Tier 1, accepted by its owner, who has tried something."""
    taken = await desk.open(client="tiny-cafe", subject="Bad input is thrown at this one")
    await desk.do(taken.id, "accept", taken.owner)
    return await desk.do(taken.id, "log_attempt", taken.owner, ATTEMPT)


async def state(desk: Desk, ticket: str) -> tuple[Any, Any]:
    """Everything that a refused command must leave as it was."""
    return await desk.get(f"/tickets/{ticket}"), await desk.get(f"/tickets/{ticket}/timeline")


@pytest.mark.parametrize("case", INTAKES)
async def test_a_bad_intake_is_refused_and_makes_no_ticket(desk: Desk, case: str) -> None:
    wrong, status, code, details = INTAKES[case]
    key = f"bad/{case.replace(' ', '-')}"
    said = problem(await desk.send("dana", "POST", "/tickets", intake(**wrong), key), status, code)
    assert {name: said[name] for name in details} == details
    assert FIVE_MEGABYTES[:100] not in json.dumps(said)
    taken = await desk.open(key=key)
    assert taken.seq == 3
    assert await desk.told(taken) == ["opened", "triaged", "queued"]


@pytest.mark.parametrize("case", COMMANDS)
async def test_a_bad_command_is_refused_and_leaves_the_ticket_as_it_was(
    desk: Desk, ticket: TicketView, case: str
) -> None:
    command, body, status, code, details = COMMANDS[case]
    before = await state(desk, ticket.id)
    said = problem(await desk.ask(ticket.id, command, ticket.owner, body), status, code)
    assert {name: said[name] for name in details} == details
    if code == "invalid_request":
        assert said["errors"]
    assert await state(desk, ticket.id) == before


@pytest.mark.parametrize("command", ["escalate", "resolve", "log_attempt", "accept"])
async def test_only_the_owner_works_on_a_ticket(desk: Desk, ticket: TicketView, command: str) -> None:
    before = await state(desk, ticket.id)
    other = "priya" if ticket.owner != "priya" else "tomas"
    said = problem(await desk.ask(ticket.id, command, other, {}), 409, "not_owner")
    assert (said["owner"], said["by"]) == (ticket.owner, other)
    assert await state(desk, ticket.id) == before


@pytest.mark.parametrize("content", [b"", b"{", b'"text"', b"[1, 2]", b"\xff\xfe", b'{"text": "\xff"}'])
async def test_a_body_that_is_no_object_is_refused(desk: Desk, ticket: TicketView, content: bytes) -> None:
    before = await state(desk, ticket.id)
    headers = {"Authorization": f"Bearer {desk.stack.first_token}", "Content-Type": "application/json"}
    answer = await desk.http.post(f"/v1/tickets/{ticket.id}/comment", content=content, headers=headers)
    assert problem(answer, 422, "invalid_request")["errors"]
    assert await state(desk, ticket.id) == before


async def test_nobody_comes_in_without_a_good_token(desk: Desk, ticket: TicketView) -> None:
    for headers in ({}, {"Authorization": "Bearer tl_no_such"}, {"Authorization": "Basic Zm9vOmJhcg=="}):
        problem(await desk.http.get(f"/v1/tickets/{ticket.id}", headers=headers), 401, "not_authenticated")


@pytest.mark.parametrize("path", ["/tickets/T-NONE", "/tickets/T-NONE/timeline", "/tickets/T-NONE/sla"])
async def test_a_ticket_that_is_not_there_is_said_to_be_not_there(desk: Desk, path: str) -> None:
    problem(await desk.send("grace", "GET", path), 404, "ticket_not_found")


async def test_a_command_for_a_ticket_that_is_not_there_is_refused(desk: Desk) -> None:
    problem(await desk.ask("T-NONE", "comment", "grace", {"text": "hello"}), 404, "ticket_not_found")


@pytest.mark.parametrize(("command", "body"), [("cancel", {"reason": "opened by mistake"}), ("close", {})])
async def test_a_closed_ticket_takes_no_command(desk: Desk, command: str, body: dict[str, object]) -> None:
    over = await desk.open(subject=f"To be ended by {command}")
    if command == "close":
        fixed = {"code": "fixed", "cause": "user", "resolution": "Signed in again."}
        await desk.do(over.id, "resolve", over.owner, fixed)
    await desk.do(over.id, command, "grace", body)
    before = await state(desk, over.id)
    for late, said in (
        ("comment", {"text": "late"}),
        ("escalate", UP),
        ("reopen", {}),
    ):
        problem(await desk.ask(over.id, late, over.owner, said), 409, "ticket_closed")
    assert await state(desk, over.id) == before


async def test_the_same_command_twice_under_one_key_is_done_once(desk: Desk) -> None:
    ticket = await desk.open(subject="A finger slips")
    asks = [desk.ask(ticket.id, "log_attempt", ticket.owner, ATTEMPT, key="slip") for _ in range(5)]
    first, *others = await asyncio.gather(*asks)
    again = await desk.ask(ticket.id, "log_attempt", ticket.owner, ATTEMPT, key="slip")
    assert [answer.status_code for answer in (first, *others, again)] == [200] * 6
    assert {answer.json()["seq"] for answer in (first, *others, again)} == {ticket.seq + 1}
    assert (await desk.told(ticket)).count("attempt_logged") == 1


async def test_the_same_intake_twice_is_one_ticket_and_another_under_its_key_is_refused(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.open(key="intake-once") for _ in range(5)))
    assert len({answer.id for answer in answers}) == 1
    other = await desk.send("dana", "POST", "/tickets", intake(subject="Something else"), "intake-once")
    problem(other, 422, "idempotency_key_reused")
    assert await desk.told(answers[0]) == ["opened", "triaged", "queued"]


async def test_of_two_escalations_at_once_one_is_made_and_one_is_refused(desk: Desk) -> None:
    ticket = await desk.open(subject="Two people press the button")
    await desk.do(ticket.id, "log_attempt", ticket.owner, ATTEMPT)
    note = UP
    asks = (desk.ask(ticket.id, "escalate", ticket.owner, note, key=f"press-{n}") for n in range(2))
    made, refused = sorted(await asyncio.gather(*asks), key=lambda answer: answer.status_code)
    assert made.status_code == 200
    problem(refused, 409, "not_owner")
    moved = TicketView.model_validate(made.json())
    assert moved.stage is Stage.TIER_2
    assert (await desk.told(moved)).count("escalated") == 1
    assert await desk.view(ticket.id) == moved


async def test_a_person_cannot_be_made_to_act_by_a_technicians_token(desk: Desk, ticket: TicketView) -> None:
    """A technician does not run the desk, whatever the body says."""
    before = await state(desk, ticket.id)
    answers: list[httpx.Response] = [
        await desk.ask(ticket.id, "cancel", ticket.owner, {"reason": "enough of it", "role": "service_manager"}),
        await desk.ask(ticket.id, "merge", ticket.owner, {"into": "T-OTHER"}),
    ]
    for answer in answers:
        problem(answer, 403, "not_permitted")
    assert await state(desk, ticket.id) == before
