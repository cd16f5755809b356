"""Keys that stand in an address, because their sender can set no header: nothing behind this ever sees them there."""

from starlette.types import ASGIApp, Receive, Scope, Send

from escalation.alerts.source import RESERVED

_ROOT = "/v1/intake/"
STATE = "path_key"


class PathKeys:
    """`/v1/intake/{source}/{key}` becomes `/v1/intake/{source}`; the key travels apart from what is logged."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and carries_key(scope):
            source, _, key = scope["path"].removeprefix(_ROOT).partition("/")
            path = _ROOT + source
            scope = {**scope, "path": path, "raw_path": path.encode(), "state": {**scope.get("state", {}), STATE: key}}
        await self._app(scope, receive, send)


def carries_key(scope: Scope) -> bool:
    """Whether a key stands in the address."""
    if scope["method"] != "POST" or not scope["path"].startswith(_ROOT):
        return False
    source, _, key = scope["path"].removeprefix(_ROOT).partition("/")
    return bool(key) and source not in RESERVED
