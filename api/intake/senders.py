"""The sources that the door knows: looked up every few seconds, and from memory while PostgreSQL is away."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from api.patience import patiently
from escalation.alerts.books import SourceBook
from escalation.alerts.source import Scheme, Sender
from escalation.ports import Unavailable

_FRESH = timedelta(seconds=5)  # the longest that a retired secret still opens the door
_ASKED_AGAIN = timedelta(seconds=1)  # for a name that nobody knows, at most so often


class Senders:
    """Every source that is not disabled."""

    def __init__(self, book: SourceBook, now: Callable[[], datetime]) -> None:
        self._book, self._now = book, now
        self._by_id: dict[str, Sender] = {}
        self._by_key: dict[bytes, Sender] = {}
        self._tried_at: datetime | None = None
        self._known = False
        self._one_at_a_time = asyncio.Lock()

    async def named(self, source: str) -> Sender | None:
        """The source of this id; Unavailable if that cannot be known."""
        await self._look(_FRESH)
        if source not in self._by_id:
            await self._look(_ASKED_AGAIN)
        return self._by_id.get(source)

    async def by_routing_key(self, digest: bytes) -> Sender | None:
        """The source with this routing key, by its SHA-256; Unavailable if that cannot be known."""
        await self._look(_FRESH)
        if digest not in self._by_key:
            await self._look(_ASKED_AGAIN)
        return self._by_key.get(digest)

    async def _look(self, fresh: timedelta) -> None:
        if self._tried(fresh):
            return
        async with self._one_at_a_time:
            if self._tried(fresh):
                return
            self._tried_at = self._now()
            try:
                self._learn(await patiently(self._book.senders))
            except Unavailable:
                if not self._known:
                    self._tried_at = None
                    raise

    def _tried(self, fresh: timedelta) -> bool:
        return self._tried_at is not None and self._now() - self._tried_at < fresh

    def _learn(self, senders: Sequence[Sender]) -> None:
        self._by_id = {each.id: each for each in senders}
        self._by_key = {
            secret.hash: each
            for each in senders
            if each.scheme is Scheme.ROUTING_KEY
            for secret in each.secrets
            if secret.hash
        }
        self._known = True
