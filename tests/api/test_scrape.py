"""What Prometheus reads of the API: who may, what it says, and what it never says."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from api.problems import STATUS
from api.services import Services
from escalation.pulse import Waiting
from tests.api.conftest import FULL_NOTE, INTAKE, Api, build

Sample = tuple[str, dict[str, str]]


async def _scraped(api: Api, **headers: str) -> str:
    answer = await api.client.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.text


def _value(text: str, name: str, **labels: str) -> float | None:
    """The sample with at least these labels; their sum where there are several, None without any."""
    found = [
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    ]
    return sum(found) if found else None


async def test_live_tickets_are_counted_by_stage_and_priority_and_those_without_any_stand_at_0(api: Api) -> None:
    await api.open()
    api.clock.at += timedelta(minutes=4)
    said = await _scraped(api)
    assert _value(said, "tierline_tickets_open", stage="tier_1", priority="P4") == 1
    assert _value(said, "tierline_tickets_open") == 1
    assert _value(said, "tierline_tickets_open", stage="tier_3", priority="P1") == 0
    assert _value(said, "tierline_tickets_unaccepted", stage="tier_1") == 1
    assert _value(said, "tierline_oldest_unaccepted_seconds", stage="tier_1", priority="P4") == 240
    assert _value(said, "tierline_read_side_lag_seconds") == 2


async def test_what_machines_sent_is_counted_by_what_became_of_it(api: Api) -> None:
    api.store.intake = Waiting(many=3, oldest_at=api.clock() - timedelta(seconds=90), quarantined={"a": 2, "b": 0})
    said = await _scraped(api)
    assert _value(said, "tierline_intake_waiting") == 3
    assert _value(said, "tierline_intake_oldest_seconds") == 90
    assert [_value(said, "tierline_intake_quarantined", source=each) for each in ("a", "b")] == [2, 0]


async def test_a_refusal_is_counted_by_its_code_and_a_fault_apart_from_it(api: Api) -> None:
    ticket = await api.open()
    await api.ask(ticket, "accept")
    refused = await api.ask(ticket, "escalate", {"reason": "knowledge", "note": FULL_NOTE | {"what_failed": "n/a"}})
    assert refused.json()["code"] == "incomplete_handoff"
    assert (await api.get("/v1/tickets/none")).status_code == 404
    said = await _scraped(api)
    assert _value(said, "tierline_refusals_total", code="incomplete_handoff") == 1
    assert _value(said, "tierline_refusals_total") == 1
    assert _value(said, "tierline_faults_total", code="ticket_not_found") == 1
    assert _value(said, "tierline_faults_total", code="store_unavailable") == 0


async def test_every_code_has_its_counter_before_it_is_needed(api: Api) -> None:
    said = await _scraped(api)
    for code in STATUS:
        found = [_value(said, f"tierline_{kind}_total", code=code) for kind in ("refusals", "faults")]
        assert sorted(map(str, found)) == ["0.0", "None"], code


async def test_requests_are_timed_by_their_route_and_never_by_what_a_client_makes_up(api: Api) -> None:
    ticket = await api.open()
    await api.get(f"/v1/tickets/{ticket['id']}/timeline")
    await api.get("/v1/tickets/secret-7/sla")
    await api.get("/made-up-path")
    await api.client.request("MADEUP", "/v1/queues")
    said = await _scraped(api)
    count = "tierline_http_request_duration_seconds_count"
    assert _value(said, count, method="GET", route="/v1/tickets/{ticket_id}/timeline", status="200") == 1
    assert _value(said, count, route="/v1/tickets/{ticket_id}/sla", status="404") == 1
    assert _value(said, count, method="POST", route="/v1/tickets", status="201") == 1
    assert _value(said, count, route="unmatched", status="404") == 1
    assert _value(said, count, method="other", route="/v1/queues", status="405") == 1
    for word in ("secret-7", ticket["id"], "made-up", "MADEUP"):
        assert word not in said


async def test_nothing_that_a_client_said_and_no_name_of_anybody_is_shown(api: Api) -> None:
    ticket = await api.open()
    said = await _scraped(api)
    for word in (INTAKE["subject"], INTAKE["client"], INTAKE["contact"]["name"], ticket["owner"], ticket["id"]):
        assert word not in said


async def test_a_body_that_is_too_large_is_counted_too(api: Api) -> None:
    await api.post("/v1/tickets", INTAKE | {"subject": "x" * 70_000})
    assert _value(await _scraped(api), "tierline_faults_total", code="body_too_large") == 1


async def test_without_the_read_side_the_rest_is_still_said_and_nothing_old_of_the_desk(api: Api) -> None:
    await api.open()
    api.store.away = True
    api.probes["postgresql"] = False
    said = await _scraped(api)
    assert _value(said, "tierline_read_side_up") == 0
    assert _value(said, "tierline_part_up", part="postgresql") == 0
    assert _value(said, "tierline_part_up", part="temporal") == 1
    assert _value(said, "tierline_tickets_open") is None
    assert _value(said, "tierline_http_request_duration_seconds_count", route="/v1/tickets") == 1
    assert "secret host" not in said


async def test_however_many_scrape_the_desk_is_looked_at_once(api: Api) -> None:
    before = api.store.looks
    await asyncio.gather(*(_scraped(api) for _ in range(20)))
    assert api.store.looks - before == 1


async def _asked_from(api: Api, address: str, token: str = "", **headers: str) -> int:
    """The status for a scraper at this address."""
    services: Services = api.app.state.services
    app = create_app(replace(services, metrics_token=token))
    transport = httpx.ASGITransport(app, client=(address, 40_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://api.example") as client:
        return (await client.get("/metrics", headers=headers)).status_code


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
async def test_without_a_token_of_its_own_it_is_read_from_this_machine(api: Api, address: str) -> None:
    assert await _asked_from(api, address) == 200


@pytest.mark.parametrize("address", ["10.1.2.3", "::ffff:10.1.2.3", "2001:db8::1", "no address"])
async def test_without_a_token_of_its_own_it_is_read_from_nowhere_else(api: Api, address: str) -> None:
    assert await _asked_from(api, address) == 403


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
async def test_what_comes_through_a_proxy_on_this_machine_is_not_taken_for_this_machine(api: Api, header: str) -> None:
    assert await _asked_from(api, "127.0.0.1", **{header: "127.0.0.1"}) == 403


async def test_with_a_token_everybody_needs_it_and_a_token_of_the_desk_does_not_do() -> None:
    api = build()
    async with api.client:
        assert await _asked_from(api, "10.1.2.3", "s3cret", Authorization="Bearer s3cret") == 200
        assert await _asked_from(api, "127.0.0.1", "s3cret") == 401
        assert await _asked_from(api, "127.0.0.1", "s3cret", Authorization="Bearer s3cre") == 401
        assert await _asked_from(api, "127.0.0.1", "s3cret", Authorization=f"Bearer {api.token()}") == 401
