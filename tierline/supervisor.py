"""Starts parts in order, keeps them alive, and stops them in reverse order; nothing outlives it.

Every part runs in a session of its own, so that Ctrl-C reaches the supervisor alone and the order of stopping is its
to choose; and the kernel kills the parts should the supervisor be killed (on Linux).
"""

import asyncio
import signal
from collections.abc import Callable, Sequence
from typing import Any

from tierline.keeper import Keeper, PartError
from tierline.part import Part, Step
from tierline.run_log import RunLog

NAME = "tierline"


class Supervisor:
    """Runs the parts until it is told to stop."""

    def __init__(self, parts: Sequence[Part | Step], log: RunLog) -> None:
        self._keepers = [Keeper(part, log) for part in parts]
        self._log = log
        self._told = asyncio.Event()

    async def run(self, when_ready: Callable[[], None]) -> int:
        """Start all, say so, wait for a signal, stop all; the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self.stop)
        started: list[Keeper] = []
        try:
            for keeper in self._keepers:
                if self._told.is_set():
                    break
                started.append(keeper)
                ready, life = keeper.started()
                life.add_done_callback(self._over)
                await self._until_told(ready)
            if not self._told.is_set():
                when_ready()
            await self._told.wait()
        except PartError as failure:
            self._log.line(NAME, str(failure))
            return 1
        finally:
            await self._stop(started)
        return 0

    def stop(self) -> None:
        """Asked once: stop in order. Asked again: kill."""
        if not self._told.is_set():
            self._told.set()
            self._log.line(NAME, "stopping; again to kill at once")
            return
        for keeper in self._keepers:
            keeper.kill()

    def _over(self, life: "asyncio.Task[None]") -> None:
        """A fault of the supervisor's own in keeping a part stops everything; `_stop` raises it."""
        if not life.cancelled() and life.exception() is not None:
            self._told.set()

    async def _until_told(self, ready: "asyncio.Future[None]") -> None:
        """Wait for a part to be ready, but no longer than until the first signal."""
        told: asyncio.Future[Any] = asyncio.ensure_future(self._told.wait())
        await asyncio.wait({ready, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if ready.done():
            ready.result()

    async def _stop(self, started: Sequence[Keeper]) -> None:
        faults: list[Exception] = []
        for keeper in reversed(started):
            try:
                await keeper.stopped()
            except Exception as fault:  # noqa: BLE001 - the other parts have to be stopped all the same
                faults.append(fault)
        self._log.line(NAME, "stopped")
        if faults:
            raise faults[0]
