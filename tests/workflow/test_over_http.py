"""The API over the real workflow: a ticket's life as clients see it, and bad input that leaves it as it was."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.gateway import Reviews, Tickets
from escalation.terms import Role
from tests.api.conftest import FULL_NOTE, INTAKE, Api, build
from tests.workflow.desk import Desk

RESOLVE = {"code": "fixed", "cause": "identity", "resolution": "Removed the stale credential"}
TRIED = {"step": "Unlocked the account", "result": "Locked again within a minute", "outcome": "failed"}


@dataclass
class Http:
    """Calls of the API, each by somebody."""

    client: httpx.AsyncClient
    parts: Api
    desk: Desk

    async def post(
        self, path: str, body: object, by: str, role: Role = Role.TECHNICIAN, key: str | None = None
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.parts.token(by, role)}"} | ({"Idempotency-Key": key} if key else {})
        return await self.client.post(f"/v1/tickets{path}", json=body, headers=headers)

    async def get(self, path: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.parts.token()}"}
        answer = await self.client.get(f"/v1/tickets{path}", headers=headers)
        return {"status_code": answer.status_code, **answer.json()}

    async def open(self, key: str | None = None, **changes: object) -> dict[str, Any]:
        answer = await self.post("", INTAKE | changes, "dana", Role.DISPATCHER, key)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def refused(self, path: str, body: object, by: str, role: Role = Role.TECHNICIAN) -> tuple[int, str]:
        answer = await self.post(path, body, by, role)
        return answer.status_code, answer.json()["code"]


@pytest.fixture
async def http(desk: Desk) -> AsyncIterator[Http]:
    parts = build()
    parts.clock.at = await desk.env.get_current_time()
    services = replace(
        parts.app.state.services,
        tickets=Tickets(desk.client, "tierline"),
        reviews=Reviews(desk.client),
        journal=desk.journal,
    )
    transport = httpx.ASGITransport(create_app(services))
    async with parts.client, httpx.AsyncClient(transport=transport, base_url="http://api.example") as client:
        yield Http(client, parts, desk)


async def test_a_ticket_goes_from_intake_up_to_tier_2_and_is_resolved(http: Http) -> None:
    ticket = await http.open(key="mail-1")
    path, first = f"/{ticket['id']}", ticket["owner"]
    assert (await http.post(f"{path}/accept", {"contacted": True}, first)).json()["accepted_at"]
    assert (await http.post(f"{path}/log_attempt", TRIED, first)).status_code == 200
    up = await http.post(f"{path}/escalate", {"reason": "knowledge", "note": FULL_NOTE}, first)
    assert (up.status_code, up.json()["stage"]) == (200, "tier_2")
    second = up.json()["owner"]
    assert second != first
    assert (await http.post(f"{path}/accept", {}, second)).status_code == 200
    resolved = await http.post(f"{path}/resolve", RESOLVE, second)
    assert (resolved.status_code, resolved.json()["stage"]) == (200, "resolved")
    assert (await http.get(path))["seq"] == resolved.json()["seq"]
    story = (await http.get(f"{path}/timeline"))["entries"]
    assert [entry["event"]["kind"] for entry in story][-2:] == ["accepted", "resolved"]
    assert story[2]["event"]["by"] == "dana"
    assert {clock["name"] for clock in (await http.get(f"{path}/sla"))["clocks"]} >= {"first_response", "resolution"}
    assert (await http.get(f"{path}/handoff"))["filed"]
    assert (await http.open(key="mail-1"))["id"] == ticket["id"]


async def test_a_key_takes_one_ticket_in_however_many_ask_at_once(http: Http) -> None:
    tickets = await asyncio.gather(*(http.open(key="mail-1") for _ in range(5)))
    assert len({ticket["id"] for ticket in tickets}) == 1
    other = await http.post("", INTAKE | {"subject": "Another"}, "dana", Role.DISPATCHER, "mail-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_the_same_command_twice_is_done_once(http: Http) -> None:
    ticket = await http.open()
    path, owner = f"/{ticket['id']}", ticket["owner"]
    for _ in range(2):
        answer = await http.post(f"{path}/comment", {"text": "called back"}, owner, key="c-1")
        assert (answer.status_code, answer.json()["seq"]) == (200, ticket["seq"] + 1)
    other = await http.post(f"{path}/comment", {"text": "something else"}, owner, key="c-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_of_two_escalations_at_once_one_is_done(http: Http) -> None:
    ticket = await http.open()
    path, owner = f"/{ticket['id']}", ticket["owner"]
    await http.post(f"{path}/accept", {}, owner)
    body = {"reason": "knowledge", "note": FULL_NOTE | {"steps_tried": [{"step": "Unlocked", "result": "Locked"}]}}
    answers = await asyncio.gather(*(http.post(f"{path}/escalate", body, owner, key=f"k{n}") for n in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert [a.json()["code"] for a in answers if a.status_code == 409] == ["not_owner"]
    assert (await http.get(path))["escalations"] == 1


async def test_bad_input_is_a_problem_and_leaves_the_ticket_as_it_was(http: Http) -> None:
    ticket = await http.open()
    path, owner = f"/{ticket['id']}", ticket["owner"]
    blank = {"reason": "knowledge", "note": dict.fromkeys(("summary_symptoms", "what_failed", "suspected_cause"), " ")}
    stranger = next(person for person in http.desk.policy.people if person not in (owner, "grace"))
    for name, body, by, expected in (
        ("escalate", {"reason": "knowledge", "note": FULL_NOTE}, stranger, (409, "not_owner")),
        ("escalate", blank, owner, (422, "incomplete_handoff")),
        ("transfer", {"to_person": "nobody", "reason": "x", "note": FULL_NOTE}, owner, (422, "unknown_name")),
        ("update_fields", {"category": "plumbing"}, owner, (422, "unknown_name")),
        ("resolve", {"resolution": 7}, owner, (422, "invalid_request")),
        ("merge", {"into": "T-NOTHERE"}, owner, (403, "not_permitted")),
    ):
        assert await http.refused(f"{path}/{name}", body, by) == expected, name
    merged = await http.refused(f"{path}/merge", {"into": "T-NOTHERE"}, "grace", Role.SERVICE_MANAGER)
    assert merged == (409, "merge_impossible")
    assert (await http.get(path))["seq"] == ticket["seq"]


async def test_r34_a_security_alert_taken_in_by_post_v1_tickets_skips_every_queue(http: Http) -> None:
    alert = INTAKE | {"category": "security.alert", "subject": "EDR: credential theft", "impact": None, "urgency": None}
    answer = await http.post("", alert, "rmm", Role.INTEGRATION, key="alert-1")
    assert answer.status_code == 201, answer.text
    ticket = answer.json()
    assert (ticket["tier"], ticket["emergency"], ticket["coordinator"]) == (3, True, "grace")
    await http.desk.until_waiting(ticket["id"])
    story = (await http.get(f"/{ticket['id']}/timeline"))["entries"]
    assert "queued" not in [entry["event"]["kind"] for entry in story]
    (moved,) = [entry["event"] for entry in story if entry["event"]["kind"] == "escalated"]
    assert (moved["escalation"], moved["trigger"], moved["from_tier"]) == ("emergency", "E3", None)
    assert moved["need"]["on_call"] is True
    assert http.desk.sent("page_owner") == [ticket["owner"]]


async def test_a_closed_ticket_takes_no_command(http: Http) -> None:
    ticket = await http.open()
    path = f"/{ticket['id']}"
    cancelled = await http.post(f"{path}/cancel", {"reason": "sent twice"}, "grace", Role.SERVICE_MANAGER)
    assert cancelled.json()["stage"] == "cancelled"
    assert await http.desk.handle(ticket["id"]).result() == "cancelled"
    assert await http.refused(f"{path}/comment", {"text": "x"}, ticket["owner"]) == (409, "ticket_closed")
    assert (await http.get(path))["stage"] == "cancelled"


async def test_a_ticket_that_never_was_is_not_found(http: Http) -> None:
    assert (await http.get("/T-NOTHERE"))["code"] == "ticket_not_found"
    assert await http.refused("/T-NOTHERE/comment", {"text": "x"}, "jun") == (404, "ticket_not_found")
    headers = {"Authorization": f"Bearer {http.parts.token()}"}
    waived = await http.client.post(
        "/v1/reviews/T-NOTHERE/waive", json={"reason": "the device is gone"}, headers=headers
    )
    assert waived.status_code == 404


@pytest.mark.parametrize(
    ("reported", "turn"),
    [
        ({"category": "security.ransomware", "impact": None, "urgency": None}, 1),
        ({"category": "security.ransomware", "impact": 3, "urgency": 3}, 1),
        ({"impact": 1, "urgency": 2}, 2),
        ({"impact": 3, "urgency": 3}, 4),
    ],
)
async def test_workers_get_to_an_emergency_first_however_it_was_judged(
    http: Http, reported: dict[str, Any], turn: int
) -> None:
    ticket = await http.open(**reported)
    first = (await http.desk.handle(ticket["id"]).fetch_history()).events[0]
    assert first.workflow_execution_started_event_attributes.priority.priority_key == turn
