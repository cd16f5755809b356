"""The queues as a stream: at once, at each change, and no look at PostgreSQL that nobody asked for."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.types import Message

from api.broadcast import Broadcast
from api.routers import queues
from escalation.ports import Unavailable
from escalation.queues import Queues
from escalation.terms import Role
from tests.api.conftest import Api

_PATIENCE = 10  # seconds


@dataclass
class Listener:
    """An open stream: what came through it, event by event."""

    status: int = 0
    content_type: str = ""
    _text: str = ""
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.content_type = dict(message["headers"])[b"content-type"].decode()
        self._text += message.get("body", b"").decode()
        self._came.set()

    async def event(self) -> dict[str, Any]:
        """The next event, its data read."""
        async with asyncio.timeout(_PATIENCE):
            while "\n\n" not in self._text:
                self._came.clear()
                await self._came.wait()
        block, _, self._text = self._text.partition("\n\n")
        said = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        return {"event": said["event"], "id": said["id"], "data": json.loads(said["data"])}


@asynccontextmanager
async def _listening(app: FastAPI, token: str, last_id: str | None = None) -> AsyncIterator[Listener]:
    """A client of the stream, over ASGI itself: httpx would wait for the end of the answer."""
    headers = [(b"authorization", f"Bearer {token}".encode())]
    headers += [(b"last-event-id", last_id.encode())] if last_id else []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": "/v1/stream", "raw_path": b"/v1/stream", "query_string": b"", "root_path": "", "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("api.example", 80),
    }  # fmt: skip
    listener, gone, asked = Listener(), asyncio.Event(), False

    async def receive() -> Message:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    call = asyncio.create_task(app(scope, receive, listener.send))
    try:
        yield listener
    finally:
        gone.set()
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(call, _PATIENCE)


@pytest.fixture
def broadcast(api: Api) -> Broadcast[Queues]:
    """One that looks often, so that the tests need not wait."""
    services = api.app.state.services
    fast = Broadcast(lambda clients: queues.seen(services, clients), timedelta(milliseconds=10))
    api.app.state.broadcast = fast
    return fast


async def test_a_listener_gets_the_queues_at_once_and_at_each_change(api: Api, broadcast: Broadcast[Queues]) -> None:
    async with _listening(api.app, api.token()) as listener:
        first = await listener.event()
        assert (listener.status, listener.content_type.partition(";")[0]) == (200, "text/event-stream")
        assert (first["event"], first["data"]["tiers"][0]["open"]) == ("queues", 0)
        await api.open()
        assert (await listener.event())["data"]["tiers"][0]["open"] == 1


async def test_what_was_seen_already_is_not_sent_again(api: Api, broadcast: Broadcast[Queues]) -> None:
    async with _listening(api.app, api.token()) as listener:
        seen = await listener.event()
    async with _listening(api.app, api.token(), last_id=seen["id"]) as again:
        await api.open()
        assert (await again.event())["data"]["tiers"][0]["open"] == 1


async def test_nobody_looks_when_nobody_listens(api: Api, broadcast: Broadcast[Queues]) -> None:
    async with _listening(api.app, api.token()) as one, _listening(api.app, api.token()) as other:
        await one.event()
        await other.event()
        assert (broadcast.listeners, broadcast.looking) == (2, True)
    assert (broadcast.listeners, broadcast.looking) == (0, False)


async def test_a_token_for_one_client_streams_that_client_only(api: Api, broadcast: Broadcast[Queues]) -> None:
    await api.open()
    scoped = api.token("partner", api.tokens.held[api.token()].role, "somebody-else")
    async with _listening(api.app, scoped) as listener:
        said = await listener.event()
        assert (said["data"]["tiers"][0]["open"], said["data"]["load"]) == (0, [])


async def test_a_stream_says_that_the_queues_cannot_be_read_and_goes_on_when_they_can(
    api: Api, broadcast: Broadcast[Queues]
) -> None:
    async with _listening(api.app, api.token()) as listener:
        await listener.event()
        api.store.away = True
        assert (await listener.event())["event"] == "unavailable"
        api.store.away = False
        assert (await listener.event())["event"] == "queues"


async def test_without_a_token_there_is_no_stream(api: Api) -> None:
    async with _listening(api.app, "tl_unknown") as listener:
        pass
    assert listener.status == 401


async def test_a_stream_ends_with_its_token(api: Api, broadcast: Broadcast[Queues]) -> None:
    leaver = api.token("tomas", Role.TECHNICIAN)
    async with _listening(api.app, leaver) as listener:
        await listener.event()
        del api.tokens.held[leaver]
        api.clock.at += timedelta(seconds=11)
        await api.open()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(listener.event(), 1)
        assert broadcast.listeners == 0


async def test_one_bad_look_does_not_end_the_stream() -> None:
    answers: list[Exception] = [RuntimeError("a bug"), Unavailable("away")]

    def look(_: object) -> Any:
        raise answers.pop(0) if answers else Unavailable("away")

    stream = Broadcast(look, timedelta(milliseconds=1)).listen(None, None)
    seen = await anext(stream)
    assert seen.said is None
    await stream.aclose()
