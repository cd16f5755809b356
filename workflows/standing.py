"""Work that nobody calls off: a request to cancel, from the Temporal UI or a script, is passed over."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from temporalio import workflow

T = TypeVar("T")


async def carried_through(story: Coroutine[Any, Any, T], instead: str) -> T:
    """The story's own end; `instead` tells whoever asked to cancel what to do."""
    task = asyncio.create_task(story)
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():  # the worker lets go of this run; not somebody's request
                raise
            workflow.logger.warning("not cancelled: %s", instead)
    return task.result()
