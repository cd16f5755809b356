"""What is looked at for many at once, as a stream: one look a second for all who listen, none while nobody does."""

import asyncio
import traceback
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Generic, TypeVar

import structlog
from pydantic import BaseModel

from api.patience import patiently
from escalation.ports import Unavailable

Clients = tuple[str, ...] | None
EVERY = timedelta(seconds=1)
Look = TypeVar("Look", bound=BaseModel)


@dataclass(frozen=True)
class Seen(Generic[Look]):
    """What was seen; the same has the same id in every process, whenever (`at`) it was. None: it cannot be read."""

    id: str
    said: Look | None


class Broadcast(Generic[Look]):
    """Looks for its listeners, once for each set of clients."""

    def __init__(self, look: Callable[[Clients], Look], every: timedelta = EVERY) -> None:
        self._look, self._every = look, every
        self._listeners: Counter[Clients] = Counter()
        self._latest: dict[Clients, Seen[Look]] = {}
        self._news = asyncio.Condition()
        self._watch: asyncio.Task[None] | None = None

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return self._listeners.total()

    @property
    def looking(self) -> bool:
        """Whether anybody looks."""
        return self._watch is not None

    async def listen(self, clients: Clients, last_id: str | None) -> AsyncGenerator[Seen[Look]]:
        """What there is, unless `last_id` is that already, and then whatever it changes to."""
        self._listeners[clients] += 1
        if self._watch is None:
            self._watch = asyncio.create_task(self._look_again_and_again())
        try:
            while True:
                seen = await self._newer(clients, last_id)
                last_id = seen.id
                yield seen
        finally:
            self._leave(clients)

    async def _newer(self, clients: Clients, last_id: str | None) -> Seen[Look]:
        async with self._news:
            while (latest := self._latest.get(clients)) is None or latest.id == last_id:
                await self._news.wait()
        return latest

    def _leave(self, clients: Clients) -> None:
        self._listeners[clients] -= 1
        if self._listeners[clients] <= 0:
            del self._listeners[clients]
            self._latest.pop(clients, None)
        if not self._listeners and self._watch is not None:
            self._watch.cancel()
            self._watch = None

    async def _look_again_and_again(self) -> None:
        while True:
            for clients in list(self._listeners):
                seen = await self._seen(clients)
                async with self._news:
                    if clients in self._listeners:
                        self._latest[clients] = seen
                    self._news.notify_all()
            await asyncio.sleep(self._every.total_seconds())

    async def _seen(self, clients: Clients) -> Seen[Look]:
        try:
            said = await patiently(self._look, clients)
        except Unavailable:
            return Seen("unavailable", None)
        except Exception:  # noqa: BLE001 - one bad look must not end the stream of everybody
            structlog.get_logger().error("a look failed", trace=traceback.format_exc())
            return Seen("unavailable", None)
        return Seen(sha256(said.model_dump_json(exclude={"at"}).encode()).hexdigest()[:16], said)
