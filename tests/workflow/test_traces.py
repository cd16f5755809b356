"""One trace from a request over the ticket's workflow to the activity that carries it out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from temporalio.client import Client

from api.app import create_app
from api.gateway import Reviews, Tickets
from api.located import SPAN_TICKET
from escalation.policy import Policy
from escalation.terms import Role
from tests.api.conftest import INTAKE, Api, build
from tests.workflow.parts import Parts
from tests.workflow.servers import dev_server
from tierline.spans import provider
from tierline.wiring import interceptors

SECRET = "the till says PIN 4711"  # what a client said


@dataclass
class Traced:
    """A traced API before a traced worker, and the spans that left them."""

    http: httpx.AsyncClient
    parts: Api
    out: InMemorySpanExporter
    flush: Any

    async def post(self, path: str, body: object, by: str, role: Role = Role.TECHNICIAN) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.parts.token(by, role)}"}
        answer = await self.http.post(f"/v1/tickets{path}", json=body, headers=headers)
        return dict(answer.json())

    def spans(self) -> list[ReadableSpan]:
        self.flush()
        return list(self.out.get_finished_spans())

    def of_request(self, name: str) -> list[ReadableSpan]:
        """Every span in the trace of the one request of this name."""
        (request,) = [span for span in self.spans() if span.name == name]
        return [span for span in self.spans() if span.context.trace_id == request.context.trace_id]


@asynccontextmanager
async def traced(policy: Policy, cached: int = 1000) -> AsyncIterator[Traced]:
    out = InMemorySpanExporter()
    spans = provider("tierline-test", out)
    async with dev_server() as env:
        config = env.client.config()
        config["interceptors"] = interceptors(spans)
        client, parts = Client(**config), build()
        desk = Parts.of(client, policy)
        services = replace(
            parts.app.state.services,
            tickets=Tickets(client, "tierline"),
            reviews=Reviews(client),
            journal=desk.journal,
        )
        transport = httpx.ASGITransport(create_app(services, spans))
        async with desk.worker(cached), httpx.AsyncClient(transport=transport, base_url="http://api.example") as http:
            yield Traced(http, parts, out, spans.force_flush)
    spans.shutdown()


def names(spans: list[ReadableSpan]) -> list[str]:
    return [span.name for span in spans]


async def test_an_intake_is_one_trace_from_the_request_to_the_activity_with_the_tickets_id(policy: Policy) -> None:
    async with traced(policy) as it:
        ticket = await it.post("", INTAKE, "dana", Role.DISPATCHER)
        spans = it.of_request("POST /v1/tickets")
        assert {
            "StartUpdateWithStartWorkflow:Ticket", "RunWorkflow:Ticket",
            "StartActivity:name_receivers", "RunActivity:name_receivers",
        } <= set(names(spans))  # fmt: skip
        assert {(span.attributes or {}).get(SPAN_TICKET) for span in spans} == {ticket["id"]}
        known = {span.context.span_id for span in spans}
        assert [span.name for span in spans if span.parent is None] == ["POST /v1/tickets"]
        assert all(span.parent is None or span.parent.span_id in known for span in spans)


async def test_what_a_command_sets_going_belongs_to_the_request_that_sent_it_and_not_to_the_intake(
    policy: Policy,
) -> None:
    async with traced(policy) as it:
        ticket = await it.post("", INTAKE, "dana", Role.DISPATCHER)
        await it.post(f"/{ticket['id']}/accept", {"contacted": True}, ticket["owner"])
        spans = it.of_request("POST /v1/tickets/{ticket_id}/accept")
        assert names(spans).count("HandleUpdate:accept") == 1
        assert "RunActivity:carry_out" in names(spans)
        assert {(span.attributes or {}).get(SPAN_TICKET) for span in spans} == {ticket["id"]}
        assert "HandleUpdate:accept" not in names(it.of_request("POST /v1/tickets"))


async def test_a_ticket_that_is_replayed_for_every_task_tells_nothing_twice(policy: Policy) -> None:
    async with traced(policy, cached=0) as it:
        ticket = await it.post("", INTAKE, "dana", Role.DISPATCHER)
        await it.post(f"/{ticket['id']}/accept", {"contacted": True}, ticket["owner"])
        told = names(it.spans())
    assert [told.count(f"{what}:{name}") for what, name in (("RunWorkflow", "Ticket"), ("HandleUpdate", "accept"))] == [
        1, 1,
    ]  # fmt: skip
    assert told.count("StartActivity:carry_out") == told.count("RunActivity:carry_out")


async def test_a_refusal_and_a_search_leave_no_words_of_anybody_in_a_trace(policy: Policy) -> None:
    async with traced(policy) as it:
        ticket = await it.post("", INTAKE | {"subject": SECRET}, "dana", Role.DISPATCHER)
        refused = await it.post(f"/{ticket['id']}/escalate", {"reason": SECRET}, ticket["owner"])
        assert (refused["code"], SECRET in refused["detail"]) == ("unknown_name", True)
        headers = {"Authorization": f"Bearer {it.parts.token()}"}
        await it.http.get("/v1/knowledge/search", params={"q": SECRET}, headers=headers)
        said = "\n".join(span.to_json() for span in it.spans())
    assert "ValidateUpdate:escalate" in said
    assert "GET /v1/knowledge/search" in said
    for word in ("PIN", "4711", INTAKE["contact"]["name"]):
        assert word not in said
