"""Waiting for real processes: looking again and again, and no longer than a bound."""

import asyncio
from collections.abc import Awaitable, Callable


async def eventually(holds: Callable[[], Awaitable[bool]], within: float = 10, every: float = 0.02) -> None:
    """Return once it holds; TimeoutError when it does not within so many seconds."""
    async with asyncio.timeout(within):
        while True:
            if await holds():
                return
            await asyncio.sleep(every)
