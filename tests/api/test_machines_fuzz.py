"""Whatever a machine sends, and with whatever proof, the door answers it without a fault of its own."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from escalation.alerts import Unreadable
from escalation.alerts.source import SCHEMES, Scheme, SourceKind
from tests.api.conftest import Api, build
from tests.api.machines import EVENT, GROUP, KEY, Machine, machine

WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=20)
BODIES = st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
).map(lambda value: json.dumps(value).encode())
SHAPES = st.sampled_from([json.dumps(each).encode() for each in (GROUP, EVENT, {"routing_key": KEY}, [EVENT])])
NAMES = st.sampled_from(
    ["authorization", "x-key", "webhook-id", "webhook-signature", "webhook-timestamp", "x-content-signature",
     "ce-specversion", "ce-id", "ce-source", "content-type", "x-odd"]
)  # fmt: skip


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def api() -> Api:
    """With a source of every kind, and room for all that comes."""
    api = build()
    api.app.state.reception._crowd._most = 1_000_000
    for kind in SourceKind:
        machine(api, kind, Scheme.BEARER if kind in (SourceKind.CONNECTWISE, SourceKind.STANDARD_WEBHOOKS) else None)
    return api


@pytest.mark.parametrize("kind", SourceKind)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=BODIES | SHAPES, headers=st.dictionaries(NAMES, WORDS, max_size=4), proven=st.booleans())
def test_no_body_of_any_source_is_answered_with_a_fault_of_ours(
    runner: asyncio.Runner, api: Api, kind: SourceKind, body: bytes, headers: dict[str, str], proven: bool
) -> None:
    source = api.sources.sources[kind.value.replace("_", "-")]
    sender = Machine(api, source.id, source.scheme)
    proof = sender.proof(body) if proven else {}
    sent = [(name.lower().encode(), value.encode("latin-1")) for name, value in ({**headers, **_small(proof)}).items()]

    async def knock() -> int:
        url = f"http://api.example/v1/intake/{source.id}"
        request = api.client.build_request("POST", url, content=body, headers=sent)
        return (await api.client.send(request)).status_code

    api.bodies.kept.clear()
    status = runner.run(knock())
    assert status in (202, 401)
    if proven and source.scheme in (Scheme.BEARER, Scheme.HEADER):
        assert status == 202
    for waiting in api.bodies.waiting(10):
        with suppress(Unreadable):
            api.bodies.read(waiting)


def _small(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def test_the_kinds_that_are_tried_are_all_that_there_are(api: Api) -> None:
    assert {source.kind for source in api.sources.sources.values()} == set(SCHEMES)
