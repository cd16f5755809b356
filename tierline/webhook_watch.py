"""Wakes the webhooks for which the journal has something new: looked at once a second, by one statement."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import structlog

from escalation.ports import Unavailable

log = structlog.get_logger()

_EVERY = 1.0  # seconds
_NOT_AGAIN_WITHIN = 5.0  # one that is still behind is at it, or cannot do it just now


async def watch(
    behind: Callable[[], Sequence[str]], wake: Callable[[str], Awaitable[None]], every: float = _EVERY
) -> None:
    """For ever. What is missed while the database or Temporal is away is found by a later look."""
    woken: dict[str, float] = {}
    while True:
        try:
            for webhook in await asyncio.to_thread(behind):
                if time.monotonic() - woken.get(webhook, -_NOT_AGAIN_WITHIN) >= _NOT_AGAIN_WITHIN:
                    await wake(webhook)
                    woken[webhook] = time.monotonic()
        except Unavailable as away:
            log.debug("webhooks not looked at", error=str(away))
        except Exception as fault:  # noqa: BLE001 - whatever it is, the next look may do
            log.warning("webhook not woken", error=str(fault).partition("\n")[0])
        await asyncio.sleep(every)
