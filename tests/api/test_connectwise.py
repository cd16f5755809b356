"""ConnectWise's callbacks: signed with a key that is configured, or fetched from ConnectWise and from nowhere else."""

import json
from base64 import b64encode
from hashlib import sha256
from hmac import new

import httpx
import pytest

from api.intake.connectwise_keys import ConnectWiseKeys, allowed
from escalation.alerts.books import NewSource
from escalation.alerts.source import Scheme, Secret, SourceKind, SourceMap
from tests.api.conftest import Api

URL = "https://api-na.myconnectwise.net/keys/1"
BODY = json.dumps(
    {"MessageId": "m-1", "Action": "updated", "Type": "ticket", "ID": 1, "Entity": "{}", "Metadata": {"key_url": URL}}
).encode()


def signature(key: str, body: bytes = BODY) -> dict[str, str]:
    return {"x-content-signature": b64encode(new(sha256(key.encode()).digest(), body, sha256).digest()).decode()}


class KeyServer:
    """ConnectWise, as far as its keys go."""

    def __init__(self) -> None:
        self.key, self.status, self.asked = "first", 200, 0
        self.keys = ConnectWiseKeys(httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.status == 0:
            raise httpx.ConnectError("no route")
        return httpx.Response(self.status, json={"signing_key": self.key})


def psa(api: Api, key: str) -> KeyServer:
    new_source = NewSource(id="psa", kind=SourceKind.CONNECTWISE, scheme=Scheme.CONNECTWISE, map=SourceMap())
    assert api.sources.create(new_source, Secret(id="s1", text=key), "grace", api.clock())
    server = KeyServer()
    api.app.state.reception._keys = server.keys
    return server


async def send(api: Api, headers: dict[str, str], body: bytes = BODY) -> int:
    path = "/v1/intake/psa?recordId=1&action=updated"
    return (await api.client.post(path, content=body, headers=headers)).status_code


async def test_b38_a_callback_signed_with_the_configured_key_is_kept_once(api: Api) -> None:
    server = psa(api, "configured")
    assert [await send(api, signature("configured")) for _ in range(2)] == [202, 202]
    assert await send(api, signature("other")) == 401
    assert await send(api, {}) == 401
    assert await send(api, signature("configured", b"other")) == 401
    assert (len(api.bodies.kept), server.asked) == (1, 0)


async def test_without_a_configured_key_it_is_fetched_once_from_connectwise(api: Api) -> None:
    server = psa(api, "")
    assert [await send(api, signature("first")) for _ in range(3)] == [202] * 3
    assert await send(api, signature("other")) == 401
    assert server.asked == 1


async def test_while_the_key_cannot_be_fetched_the_callback_is_asked_for_again(api: Api) -> None:
    server = psa(api, "")
    for status in (0, 500):
        server.status = status
        assert await send(api, signature("first")) == 429
    server.status = 404
    assert await send(api, signature("first")) == 401


@pytest.mark.parametrize(
    "url",
    [
        "http://api-na.myconnectwise.net/keys/1",
        "https://myconnectwise.net.example/keys/1",
        "https://evil-myconnectwise.net/keys/1",
        "https://user@api-na.myconnectwise.net/keys/1",
        "https://api-na.myconnectwise.net:8443/keys/1",
        "https://127.0.0.1/keys/1",
        "https://[::1/keys",
        "file:///etc/passwd",
        "",
    ],
)
async def test_a_key_from_anywhere_else_is_never_fetched(api: Api, url: str) -> None:
    server = psa(api, "")
    body = BODY.replace(URL.encode(), url.encode())
    assert await send(api, signature("first", body), body) == 401
    assert (server.asked, allowed(url)) == (0, False)


async def test_no_redirect_is_followed_and_what_is_no_key_is_none(api: Api) -> None:
    server = psa(api, "")
    server.status = 302
    assert await send(api, signature("first")) == 401
    assert server.asked == 1


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b'{"Metadata": 1}', b'{"Metadata": {"key_url": 7}}'])
async def test_a_callback_that_names_no_key_is_refused(api: Api, body: bytes) -> None:
    psa(api, "")
    assert await send(api, {"x-content-signature": "AAAA"}, body) == 401
