"""The sources that the door knows: looked up every few seconds, and from memory while PostgreSQL is away."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from api.patience import patiently
from escalation.alerts.books import SourceBook
from escalation.alerts.source import Scheme, Sender
from escalation.ports import Unavailable

_FRESH = timedelta(seconds=5)  # then they are looked up anew, and nobody waits for it
_TRUSTED_FOR = timedelta(seconds=10)  # the longest that a retired secret still opens the door
_ASKED_AGAIN = timedelta(seconds=1)  # for a name that nobody knows, at most so often


class Senders:
    """Every source that is not disabled."""

    def __init__(self, book: SourceBook, now: Callable[[], datetime]) -> None:
        self._book, self._now = book, now
        self._by_id: dict[str, Sender] = {}
        self._by_key: dict[bytes, Sender] = {}
        self._looked_at: datetime | None = None
        self._one_at_a_time = asyncio.Lock()
        self._beside: asyncio.Task[None] | None = None

    async def named(self, source: str) -> Sender | None:
        """The source of this id; Unavailable if that cannot be known."""
        await self._know()
        if source not in self._by_id:
            await self._look(_ASKED_AGAIN)
        return self._by_id.get(source)

    async def by_routing_key(self, digest: bytes) -> Sender | None:
        """The source with this routing key, by its SHA-256; Unavailable if that cannot be known."""
        await self._know()
        if digest not in self._by_key:
            await self._look(_ASKED_AGAIN)
        return self._by_key.get(digest)

    async def _know(self) -> None:
        if not self._younger(_TRUSTED_FOR):
            await self._look(_TRUSTED_FOR)
        elif not self._younger(_FRESH) and (self._beside is None or self._beside.done()):
            self._beside = asyncio.create_task(self._look(_FRESH))

    async def _look(self, fresh: timedelta) -> None:
        """Whoever comes while somebody looks waits for the same look: a source that is there is never unknown."""
        async with self._one_at_a_time:
            if self._younger(fresh):
                return
            try:
                self._learn(await patiently(self._book.senders))
            except Unavailable:
                if self._looked_at is None:
                    raise
            self._looked_at = self._now()  # while PostgreSQL is away, what was known will do for a while

    def _younger(self, age: timedelta) -> bool:
        return self._looked_at is not None and self._now() - self._looked_at < age

    def _learn(self, senders: Sequence[Sender]) -> None:
        self._by_id = {each.id: each for each in senders}
        self._by_key = {
            secret.hash: each
            for each in senders
            if each.scheme is Scheme.ROUTING_KEY
            for secret in each.secrets
            if secret.hash
        }
