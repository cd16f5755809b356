"""No body larger than the limit reaches the application, whatever its length header says or leaves out."""

from collections.abc import Callable

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem

MOST_BYTES = 64 * 1024  # Temporal takes 2 MiB; a ticket's words are far fewer
MOST_OF_A_SOURCE = 1024 * 1024  # a group of many alerts; it rests in PostgreSQL, and Temporal never sees it
_OF_SOURCES = ("/v1/intake/", "/v2/enqueue")
# A connection that is closed while the client still sends is reset, and the answer is lost with it: so what is too
# much is read to its end and thrown away, as long as that is bearable.
MOST_DISCARDED = 16 * 1024 * 1024
Refusal = Callable[[Scope, int], Response]


def _document(scope: Scope, most: int) -> Response:
    return problem("body_too_large", f"A body holds at most {most} bytes.", scope["path"], limit=most)


class BodyLimit:
    """Reads the whole body first and counts it as it comes; 413 when it is too much, as `refusal` says it.

    What lies under `but` is left to a limit of its own.
    """

    def __init__(
        self,
        app: ASGIApp,
        most: int = MOST_BYTES,
        of_a_source: int = MOST_OF_A_SOURCE,
        refusal: Refusal = _document,
        but: str | None = None,
    ) -> None:
        self._app, self._most, self._of_a_source = app, most, of_a_source
        self._refusal, self._but = refusal, but

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (self._but and scope["path"].startswith(self._but)):
            await self._app(scope, receive, send)
            return
        most = self._of_a_source if scope["path"].startswith(_OF_SOURCES) else self._most
        body = None if _hopeless(scope, most) else await _read(receive, most)
        if body is None:
            scope.setdefault("state", {})["code"] = "body_too_large"
            answer = self._refusal(scope, most)
            answer.headers["Connection"] = "close"
            await answer(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)


def _hopeless(scope: Scope, most: int) -> bool:
    """Whether it need not be read at all: far too much, or the client asks before it sends too much."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    length = headers.get(b"content-length", b"")
    declared = int(length[:20]) if length.isdigit() else 0
    asks_first = headers.get(b"expect", b"").lower() == b"100-continue"
    return declared > (most if asks_first else MOST_DISCARDED)


async def _read(receive: Receive, most: int) -> bytes | None:
    """The body; None if it is larger than the limit."""
    body, seen, more = bytearray(), 0, True
    while more and seen <= MOST_DISCARDED:
        message = await receive()
        if message["type"] != "http.request":
            break
        part = message.get("body", b"")
        seen += len(part)
        if seen <= most:
            body += part
        more = message.get("more_body", False)
    return bytes(body) if seen <= most else None


def _replay(body: bytes, receive: Receive) -> Receive:
    told = False

    async def once() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once
