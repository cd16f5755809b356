"""Asking a store from the event loop, without waiting for one that hangs."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from escalation.ports import Unavailable

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

_PATIENCE = 5.0  # seconds; a store that is merely away says so sooner


async def patiently(ask: Callable[Given, Answer], *args: Given.args, **kwargs: Given.kwargs) -> Answer:
    """The store's answer, asked in a thread; Unavailable if none has come in time. The thread is left to end."""
    return await within(_PATIENCE, ask, *args, **kwargs)


async def within(seconds: float, ask: Callable[Given, Answer], *args: Given.args, **kwargs: Given.kwargs) -> Answer:
    """The same with a patience of one's own."""
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.to_thread(ask, *args, **kwargs)
    except TimeoutError:
        raise Unavailable("the store does not answer") from None
