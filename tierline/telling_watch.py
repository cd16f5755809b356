"""Telling the desk's watch, from a terminal, that the policy has changed."""

import asyncio

from temporalio.service import RPCError

from api.faults import Fault
from api.gateway import Watch
from tierline.settings import Settings
from tierline.wiring import temporal

_PATIENCE = 5.0  # seconds; the watch looks by itself before long


def watch_told(settings: Settings) -> bool:
    """Have it look now for those who have left, who are away, and for gaps of cover; False where nobody answers."""
    return asyncio.run(_told(settings))


async def _told(settings: Settings) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE):
            await Watch(await temporal(settings), settings.task_queue).look()
    except (Fault, RPCError, RuntimeError, TimeoutError):  # RuntimeError: the client cannot connect
        return False
    return True
