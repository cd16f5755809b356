"""Keeps one part alive: starts it, watches it, starts it again when it dies or hangs, stops it."""

import asyncio
import itertools
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from tierline.part import Part, Step, answers
from tierline.process import Process, spawn
from tierline.run_log import RunLog

FIRST_PAUSE = timedelta(seconds=0.5)
LONGEST_PAUSE = timedelta(seconds=30)
SETTLED_AFTER = timedelta(seconds=10)
"""A part that worked this long before it died starts again after the first pause."""
TRIES_AT_START = 3
MISSES_TO_HANG = 3
_POLL = 0.1


class PartError(Exception):
    """A part did not come up when the stack was started, or a step did not succeed."""


@dataclass(frozen=True)
class _Life:
    why: str
    """How it ended, to follow the part's name."""
    hung: bool = False
    settled: bool = False


class Keeper:
    """One part's keeping, from `started` to `stopped`."""

    def __init__(self, part: Part | Step, log: RunLog) -> None:
        self._part = part
        self._log = log
        self._process: Process | None = None
        self._told = asyncio.Event()
        self._life: asyncio.Task[None] | None = None
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def started(self) -> "tuple[asyncio.Future[None], asyncio.Task[None]]":
        """Begin: done when the part is ready or the step has succeeded (else PartError), and done when it is over."""
        self._life = asyncio.create_task(
            self._kept(self._part) if isinstance(self._part, Part) else self._taken(self._part)
        )
        return self._ready, self._life

    async def stopped(self) -> None:
        """Stop the part, waiting for it as long as it may take; killed after that."""
        self._told.set()
        if self._life is not None:
            await self._life
        if self._ready.done() and not self._ready.cancelled():
            self._ready.exception()  # mark as seen: a failure that comes while stopping is of no interest

    def kill(self) -> None:
        """Take the part down at once."""
        self._told.set()
        if self._process is not None:
            self._process.send(signal.SIGKILL)

    async def _kept(self, part: Part) -> None:
        pauses = _pauses()
        for tries in itertools.count(1):
            life = await self._lived(part)
            if self._told.is_set():
                return
            if not self._ready.done() and (life.hung or tries == TRIES_AT_START):
                self._ready.set_exception(PartError(f"{part.name} does not start: it {life.why}"))
                return
            if life.settled:
                pauses = _pauses()
            pause = next(pauses)
            self._log.line(part.name, f"{life.why}; starting it again in {pause.total_seconds():g} s")
            if await _happens(self._told, pause):
                return

    async def _lived(self, part: Part) -> _Life:
        """One life of the part's process, from birth to the end."""
        clock = asyncio.get_running_loop().time
        born = clock()
        try:
            if part.before is not None:
                part.before()
            process = self._process = await spawn(part, self._log)
        except OSError as error:
            return _Life(f"could not be started: {error}")
        watched = asyncio.create_task(self._watched(part))
        told = asyncio.create_task(self._told.wait())
        await asyncio.wait({process.ended, watched, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if self._told.is_set():
            await process.stop(part.stop_signal, part.stop_within)
        hung = not process.ended.done()
        watched.cancel()
        await process.stop(signal.SIGKILL, part.stop_within)
        return _Life(
            watched.result() if hung else process.epitaph, hung, clock() - born > SETTLED_AFTER.total_seconds()
        )

    async def _watched(self, part: Part) -> str:
        """Returns only when the part has to be killed: why."""
        clock = asyncio.get_running_loop().time
        began = clock()
        while not await answers(part.ready, part.probe_within):
            if clock() - began > part.ready_within.total_seconds():
                return f"was not ready within {part.ready_within.total_seconds():g} s"
            await asyncio.sleep(_POLL)
        self._log.line(part.name, f"ready after {clock() - began:.1f} s")
        if not self._ready.done():
            self._ready.set_result(None)
        misses = 0
        while misses < MISSES_TO_HANG:
            await asyncio.sleep(part.probe_every.total_seconds())
            misses = 0 if await answers(part.ready, part.probe_within) else misses + 1
        return f"did not answer {misses} times in a row"

    async def _taken(self, step: Step) -> None:
        """Run a step to its end."""
        process = self._process = await spawn(step, self._log)
        told = asyncio.create_task(self._told.wait())
        await asyncio.wait(
            {process.ended, told}, timeout=step.within.total_seconds(), return_when=asyncio.FIRST_COMPLETED
        )
        told.cancel()
        in_time = process.ended.done()
        await process.stop(signal.SIGTERM, timedelta(seconds=5))
        if in_time and process.code == 0:
            self._ready.set_result(None)
        else:
            why = process.epitaph if in_time else f"took more than {step.within.total_seconds():g} s"
            self._ready.set_exception(PartError(f"{step.name} did not succeed: it {why}"))


def _pauses() -> Iterator[timedelta]:
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * 2, LONGEST_PAUSE)


async def _happens(event: asyncio.Event, within: timedelta) -> bool:
    try:
        await asyncio.wait_for(event.wait(), within.total_seconds())
    except TimeoutError:
        return False
    return True
