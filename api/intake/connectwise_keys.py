"""The keys by which ConnectWise signs, fetched from ConnectWise alone: nobody vouches for the body that names them."""

import asyncio
import time
from urllib.parse import urlsplit

import httpx

from escalation.ports import Unavailable

_HOSTS = ("myconnectwise.net", "connectwise.com")
_GOOD_FOR, _TRIED_AGAIN = 3600.0, 60.0  # seconds; and how soon a key that does not fit is asked for anew
_PATIENCE = 3.0  # seconds
_MOST = 32  # addresses that are remembered
_MOST_CHARACTERS = 4_096


class ConnectWiseKeys:
    """Fetches each key once in a while; safe to ask from many requests at once."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._transport = transport
        self._known: dict[str, tuple[str, float]] = {}
        self._one_at_a_time = asyncio.Lock()

    async def key(self, url: str, *, anew: bool = False) -> str | None:
        """The key at this address; None for one that is not ConnectWise's. Unavailable if it cannot be fetched now.

        `anew` is for a key that did not fit: it may have been changed meanwhile.
        """
        if not allowed(url):
            return None
        async with self._one_at_a_time:
            known = self._known.get(url)
            if known is None or time.monotonic() - known[1] > (_TRIED_AGAIN if anew else _GOOD_FOR):
                if len(self._known) >= _MOST:
                    self._known.clear()
                self._known[url] = known = (await self._fetched(url), time.monotonic())
            return known[0] or None

    async def _fetched(self, url: str) -> str:
        """The key; empty where the answer holds none, so that nobody asks again for a while."""
        try:
            async with httpx.AsyncClient(transport=self._transport, timeout=_PATIENCE) as client:
                answer = await client.get(url, headers={"Accept": "application/json"})
            if answer.status_code >= 500:
                raise Unavailable("ConnectWise does not answer")
            said = answer.json() if answer.status_code == 200 else {}
        except httpx.HTTPError as error:
            raise Unavailable(f"ConnectWise does not answer ({type(error).__name__})") from None
        except ValueError:
            said = {}
        key = said.get("signing_key") if isinstance(said, dict) else None
        return key[:_MOST_CHARACTERS] if isinstance(key, str) else ""


def allowed(url: str) -> bool:
    """Whether it leads to ConnectWise, over TLS, and nowhere else."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    named = any(host == each or host.endswith(f".{each}") for each in _HOSTS)
    return parts.scheme == "https" and named and port in (None, 443) and "@" not in parts.netloc
