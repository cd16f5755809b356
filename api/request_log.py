"""One line in the log for each request, with its id and its ticket's; and the last net for exceptions."""

import re
import time
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.located import TICKET
from api.problems import internal_error

REQUEST_ID = "X-Request-ID"
_LINKS = "/a/"  # what follows is a link that acts
_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,100}")
QUIET = frozenset({"/healthz", "/readyz", "/metrics"})


class RequestLog:
    """The request's id is the sender's own where it is a decent one, and is sent back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request_id = given if _GIVEN.fullmatch(given) else uuid4().hex
        status: int | None = None
        answered = 0.0

        async def told(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], time.perf_counter()
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
            await send(message)

        began = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, told)
            except Exception:  # noqa: BLE001 - whatever it is, the caller gets a document and the log the trace
                answer = internal_error(_shown(scope["path"]))
                scope.setdefault("state", {})["code"] = "internal_error"
                if status is None:
                    await answer(scope, receive, told)
            ended = time.perf_counter()
            _note(scope, status, ended - began)
            if (measures := getattr(scope["app"].state, "measures", None)) is not None:
                measures.answered(scope, status, (answered or ended) - began)
            structlog.contextvars.unbind_contextvars(TICKET)


def is_secret(path: str) -> bool:
    """Whether the path itself lets in whoever knows it: it stands in no log and no trace."""
    return path.startswith(_LINKS)


def _shown(path: str) -> str:
    return f"{_LINKS}…" if is_secret(path) else path


def _note(scope: Scope, status: int | None, took: float) -> None:
    if scope["path"] in QUIET and status == 200:
        return
    ticket, state = scope.get("path_params", {}).get("ticket_id"), scope.get("state", {})
    structlog.get_logger().info(
        "request",
        method=scope["method"],
        path=_shown(scope["path"]),
        status=status,
        took_ms=round(took * 1000, 1),
        **({"ticket_id": ticket} if ticket else {}),
        **{name: state[name] for name in ("actor", "code") if state.get(name)},
    )
