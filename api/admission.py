"""Who is taken in now, in a spike: a few at a time, and whoever is in an emergency at once.

What stands in Temporal's queues before an emergency can no longer be overtaken there, so most of a spike waits here.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.faults import NotConfirmed

_AT_ONCE = 8  # more intakes of one API at once are not done sooner
_PATIENCE = 10.0  # seconds, as long as for Temporal's answer


class Turns:
    """Turns to be taken in, in the order of coming."""

    def __init__(self, at_once: int = _AT_ONCE, patience: float = _PATIENCE) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._patience = patience

    @asynccontextmanager
    async def taken(self, *, pressing: bool) -> AsyncIterator[None]:
        """A turn; at once for what is pressing. NotConfirmed if there is none in time: nothing was begun."""
        if pressing:
            yield
            return
        try:
            await asyncio.wait_for(self._free.acquire(), self._patience)
        except TimeoutError:
            raise NotConfirmed("More comes in than can be taken in at once; ask again with the same key.") from None
        try:
            yield
        finally:
            self._free.release()
