"""Whatever is sent, the API answers with what its document says, and never with a fault of its own."""

import asyncio
import random
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.problems import MEDIA_TYPE
from tests.api.conftest import FULL_NOTE, INTAKE, Api, build, review_of

_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


async def _lives(api: Api) -> list[str]:
    """Tickets at several points of their lives."""
    fresh, up, over = await api.open(), await api.open(), await api.open()
    for name, body in (
        ("accept", {}),
        ("log_attempt", {"step": "Unlocked", "result": "Locked again", "outcome": "failed"}),
        ("escalate", {"reason": "knowledge", "note": FULL_NOTE}),
    ):
        assert (await api.ask(up, name, body)).status_code == 200
    await api.post(f"/v1/tickets/{over['id']}/cancel", {"reason": "sent twice"})
    api.reviews.lines[up["id"]] = review_of(up["id"])
    return [fresh["id"], up["id"], over["id"]]


API = build()
TICKETS = asyncio.run(_lives(API))
SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", API.app).exclude(path="/v1/stream")  # it never ends


@SCHEMA.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_document_has(case: schemathesis.Case[Any]) -> None:
    _make_plausible(case)
    headers = {"Authorization": f"Bearer {API.token()}"}
    answer = case.call_and_validate(headers=headers, checks=_CHECKS)
    if answer.headers["content-type"][0] == MEDIA_TYPE and answer.status_code != 405:  # a method of no operation
        assert answer.json()["code"] in _documented(case.operation.definition.raw, answer.status_code)


def _make_plausible(case: schemathesis.Case[Any]) -> None:
    """Mostly a real ticket, a real client, and nobody else's name, so that the rules are reached."""
    chance = random.Random(repr(case.path_parameters) + repr(case.body))
    if chance.random() < 0.2:
        return
    if "ticket_id" in (case.path_parameters or {}):
        case.path_parameters["ticket_id"] = chance.choice(TICKETS)
    if isinstance(case.body, dict):
        for name in ("by", "expected_seq"):
            case.body.pop(name, None)
        case.body |= {name: INTAKE[name] for name in ("client", "category") if name in case.body}
        case.body.pop("reopens", None)


def _documented(operation: dict[str, Any], status: int) -> set[str]:
    """The codes that the document has for this status of the operation."""
    return set(operation["responses"][str(status)]["content"][MEDIA_TYPE]["examples"])
