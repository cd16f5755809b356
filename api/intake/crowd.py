"""Whether too much waits already: counted every second, beside the requests and never within one."""

import asyncio
import time
import traceback

import structlog

from api.patience import patiently
from escalation.alerts.books import BodyBook
from escalation.ports import Unavailable

_EVERY = 1.0  # seconds


class Crowd:
    """Knows whether `most` or more bodies wait to be dealt with."""

    def __init__(self, book: BodyBook, most: int) -> None:
        self._book, self._most = book, most
        self._counted_at: float | None = None
        self._counting: asyncio.Task[None] | None = None
        self.full = False

    def look(self) -> None:
        """Have them counted, unless it was just done."""
        if self._counting is not None and not self._counting.done():
            return
        if self._counted_at is None or time.monotonic() - self._counted_at > _EVERY:
            self._counting = asyncio.create_task(self.count())

    async def count(self) -> None:
        """Count them now."""
        try:
            self.full = await patiently(self._book.count_waiting, self._most) >= self._most
        except Unavailable:
            pass  # nothing can be stored either, and the sender hears that
        except Exception:  # noqa: BLE001 - what cannot be counted is let in
            structlog.get_logger().error("bodies that wait were not counted", trace=traceback.format_exc())
        finally:
            self._counted_at = time.monotonic()
