"""Waiting for real processes: looking again and again, and no longer than a bound."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

Found = TypeVar("Found")


async def eventually(look: Callable[[], Awaitable[Found]], within: float = 10, every: float = 0.02) -> Found:
    """What the first look that finds anything finds; TimeoutError when none does within so many seconds."""
    async with asyncio.timeout(within):
        while True:
            if found := await look():
                return found
            await asyncio.sleep(every)
