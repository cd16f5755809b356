"""Bad input and faults: one kind of document for everything, and nothing of what was sent or of our insides."""

from collections.abc import AsyncIterator

import pytest

from api.error_page import PAGE, page
from api.faults import Fault
from api.problems import STATUS
from escalation.errors import Refusal
from tests.api.conftest import INTAKE, Api

LIMIT = 64 * 1024


def test_every_refusal_and_fault_has_its_status() -> None:
    ours = {kind.code for kind in Refusal.codes.values() if kind.__module__.startswith("escalation.")} - {"incomplete"}
    assert ours | set(Fault.codes) <= set(STATUS)


def test_the_page_of_errors_is_what_the_code_says() -> None:
    assert PAGE.read_text() == page(), "run: python -m api.error_page"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b'"x"', b"null", b"[" * 20_000, b"\xff\xfe", b'{"subject": NaN}',
        b'{"impact": ' + b"9" * 5000 + b"}",
    ],
    ids=["empty", "cut", "list", "string", "null", "deep", "not utf-8", "NaN", "huge number"],
)  # fmt: skip
async def test_a_body_of_the_wrong_shape_is_an_invalid_request(api: Api, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {api.token()}", "Content-Type": "application/json"}
    answer = await api.client.post("/v1/tickets", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert answer.json()["errors"]
    assert not api.tickets.tickets


async def test_each_field_that_cannot_be_read_is_named_and_not_repeated(api: Api) -> None:
    wrong = {"subject": ["hunter2"], "impact": "hunter2", "facts": {"users_affected": -1}, "kind": "hunter2"}
    answer = await api.post("/v1/tickets", INTAKE | wrong)
    errors = {error["field"]: error["message"] for error in answer.json()["errors"]}
    assert set(errors) == {"subject", "impact", "facts.users_affected", "kind"}
    assert "hunter2" not in answer.text


async def _in_pieces(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1024):
        yield b"x" * 1024


@pytest.mark.parametrize("chunked", [False, True])
async def test_five_megabytes_of_text_are_too_much(api: Api, chunked: bool) -> None:
    headers = {"Authorization": f"Bearer {api.token()}", "Content-Type": "application/json"}
    body = _in_pieces(5 * 1024 * 1024) if chunked else b"x" * 5 * 1024 * 1024
    answer = await api.client.post("/v1/tickets", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"], answer.json()["limit"]) == (413, "body_too_large", LIMIT)


@pytest.mark.parametrize(("size", "status"), [(LIMIT, 422), (LIMIT + 1, 413)])
async def test_the_limit_is_64_kib(api: Api, size: int, status: int) -> None:
    headers = {"Authorization": f"Bearer {api.token()}", "Content-Type": "application/json"}
    answer = await api.client.post("/v1/tickets", content=b'"' + b"x" * (size - 2) + b'"', headers=headers)
    assert answer.status_code == status


async def test_an_unknown_path_and_a_wrong_method_are_problems_too(api: Api) -> None:
    for answer, expected in (
        (await api.get("/v1/nothing"), (404, "not_found")),
        (await api.get("/nothing"), (404, "not_found")),
        (await api.client.delete("/v1/tickets"), (405, "method_not_allowed")),
        (await api.post("/v1/tickets/T-1/explode"), (404, "not_found")),
    ):
        assert (answer.status_code, answer.json()["code"]) == expected
        assert answer.headers["content-type"] == "application/problem+json"


async def test_an_exception_that_nobody_foresaw_tells_only_its_correlation_id(api: Api) -> None:
    del api.tickets.__dict__["tickets"]
    answer = await api.get("/v1/tickets/T-1")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "AttributeError" not in answer.text
    assert "tickets'" not in answer.text
    assert len(answer.json()["correlation_id"]) == 32
    assert answer.headers["X-Request-ID"]


async def test_a_store_that_is_away_is_a_503_without_its_address(api: Api) -> None:
    ticket = await api.open()
    api.store.away = True
    for path in ("/v1/tickets", "/v1/queues", "/v1/metrics/escalation", f"/v1/tickets/{ticket['id']}/timeline"):
        answer = await api.get(path)
        assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable"), path
        assert "secret" not in answer.text
        assert answer.headers["Retry-After"] == "5"


@pytest.mark.parametrize(("given", "kept"), [("abc-1", True), ("a b\tc", False), ("x" * 200, False)])
async def test_a_request_id_is_sent_back(api: Api, given: str, kept: bool) -> None:
    answer = await api.client.get("/healthz", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) is kept


async def test_ready_only_when_every_part_answers(api: Api) -> None:
    assert (await api.client.get("/readyz")).json()["parts"] == {"temporal": "up", "postgresql": "up"}
    api.probes["postgresql"] = False
    answer = await api.client.get("/readyz")
    assert (answer.status_code, answer.json()["code"], answer.json()["away"]) == (503, "not_ready", ["postgresql"])
    assert "secret" not in answer.text
    assert (await api.client.get("/healthz")).status_code == 200
