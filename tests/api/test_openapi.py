"""The document says all that a client can meet."""

from typing import Any

import pytest

from api.problems import MEDIA_TYPE, STATUS, TYPE_ROOT
from api.routers.commands import ITS_OWN, refusals
from escalation.commands import ASKED
from tests.api.conftest import build


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return build().app.openapi()


def _codes(operation: dict[str, Any]) -> set[str]:
    said = [answer.get("content", {}).get(MEDIA_TYPE, {}) for answer in operation["responses"].values()]
    return {code for each in said for code in each.get("examples", {})}


def test_it_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")


@pytest.mark.parametrize("name", ASKED)
def test_every_command_has_its_path_its_body_and_its_refusals(document: dict[str, Any], name: str) -> None:
    operation = document["paths"][f"/v1/tickets/{{ticket_id}}/{name}"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    fields = document["components"]["schemas"][body]["properties"]
    assert set(fields) == set(ASKED[name].model_json_schema()["properties"])
    assert set(refusals(name)) <= _codes(operation)
    assert any(parameter["name"] == "Idempotency-Key" for parameter in operation["parameters"])


@pytest.mark.parametrize("name", ASKED)
def test_every_command_shows_a_body_that_its_model_takes(document: dict[str, Any], name: str) -> None:
    body = document["paths"][f"/v1/tickets/{{ticket_id}}/{name}"]["post"]["requestBody"]
    schema = document["components"]["schemas"][body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]]
    (example,) = schema["examples"]
    assert set(example) <= set(schema["properties"]) - {"by", "role"}
    ASKED[name].model_validate(example)


async def test_the_intake_shown_is_taken_in(document: dict[str, Any]) -> None:
    (example,) = document["components"]["schemas"]["IntakeBody"]["examples"]
    assert (await build().post("/v1/tickets", example)).json()["stage"] == "tier_1"


def test_every_call_goes_by_what_it_does(document: dict[str, Any]) -> None:
    summaries = [each["summary"] for methods in document["paths"].values() for each in methods.values()]
    assert len(set(summaries)) == len(summaries)


def test_refusals_are_documented_for_commands_that_exist() -> None:
    assert set(ITS_OWN) <= set(ASKED)


def test_every_code_is_documented_somewhere_or_belongs_to_no_operation(document: dict[str, Any]) -> None:
    said = {code for methods in document["paths"].values() for each in methods.values() for code in _codes(each)}
    assert set(STATUS) - said == {"method_not_allowed"}


def test_every_call_under_v1_needs_a_token_and_answers_problems(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            if path == "/v1/intake/{source}":  # a source proves itself in its own way
                assert "security" not in operation
            elif path.startswith("/v1"):
                assert operation["security"] == [{"token": []}], path
                assert {"not_authenticated", "invalid_request", "internal_error"} <= _codes(operation), path
            assert "HTTPValidationError" not in str(operation)


def test_examples_are_what_the_code_answers(document: dict[str, Any]) -> None:
    operation = document["paths"]["/v1/tickets/{ticket_id}/escalate"]["post"]
    said = operation["responses"]["409"]["content"][MEDIA_TYPE]["examples"]["tier_three_guard"]["value"]
    assert (said["status"], said["type"]) == (409, f"{TYPE_ROOT}tier_three_guard")
