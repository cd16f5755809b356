"""Whoever deals with what came in is woken: never in the way of an answer, and once for many."""

import asyncio
import traceback
from typing import Protocol

import structlog

from api.faults import NotConfirmed


class Drain(Protocol):
    """Deals with the bodies that wait; `wake`: there are some."""

    async def wake(self) -> None: ...


_APART = 0.1  # seconds: a storm is no reason to ring for each of its alerts


class Bell:
    """Rings at once, and a moment later once more for all that came meanwhile."""

    def __init__(self, drain: Drain) -> None:
        self._drain = drain
        self._again = False
        self._ringing: asyncio.Task[None] | None = None

    def ring(self) -> None:
        """Return at once. If nobody hears it, the drain looks by itself some time later."""
        self._again = True
        if self._ringing is None or self._ringing.done():
            self._ringing = asyncio.create_task(self._ring())

    async def _ring(self) -> None:
        while self._again:
            self._again = False
            try:
                await self._drain.wake()
            except NotConfirmed as away:
                structlog.get_logger().warning("intake not woken", reason=away.detail)
            except Exception:  # noqa: BLE001 - it is no sender's fault, and none of them waits for it
                structlog.get_logger().error("intake not woken", trace=traceback.format_exc())
            await asyncio.sleep(_APART)
