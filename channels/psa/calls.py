"""HTTP as every connector speaks it: what an answer means for whoever asked."""

import ssl
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any

import httpx

from escalation.psa.record import PsaAway, PsaRefused

WITHIN = timedelta(seconds=15)
_LATER = frozenset({408, 425, 429})


class Calls:
    """Calls to one API under a base URL, with a user's password; redirects are not followed."""

    def __init__(self, url: str, user: str, secret: str, within: timedelta = WITHIN) -> None:
        self._client = httpx.AsyncClient(
            base_url=f"{url.rstrip('/')}/",
            auth=httpx.BasicAuth(user, secret),
            timeout=within.total_seconds(),
            verify=_tls(),
        )

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()

    async def get(self, path: str, params: Mapping[str, str | int] | None = None) -> Any:
        """The answer's JSON; None for what is not there. PsaAway or PsaRefused."""
        answer = await self._ask("GET", path, params=dict(params or {}))
        return None if answer.status_code == httpx.codes.NOT_FOUND else _said(answer)

    async def send(self, method: str, path: str, body: object) -> Any:
        """The same for a change; what is not there is refused."""
        return _said(await self._ask(method, path, json=body))

    async def _ask(self, method: str, path: str, **said: Any) -> httpx.Response:
        try:
            return await self._client.request(method, path, **said)
        except httpx.TransportError as broken:
            raise PsaAway(f"it does not answer: {str(broken) or type(broken).__name__}") from None


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _said(answer: httpx.Response) -> Any:
    code = answer.status_code
    if answer.is_success:
        try:
            return answer.json()
        except ValueError:
            raise PsaAway(f"it answered {code} without JSON: is the address right?") from None
    if code >= 500 or code in _LATER:
        raise PsaAway(f"it answered {code}")
    if code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise PsaAway(f"it answered {code}: are user and secret right?")  # an operator mends it; nothing is given up
    raise PsaRefused(f"it answered {code}: {answer.text[:300]}")
