"""A child process that cannot outlive the supervisor, and whose output goes to the run log line by line."""

import asyncio
import ctypes
import os
import signal
import sys
from datetime import timedelta
from functools import partial

from tierline.part import Part, Step
from tierline.run_log import RunLog

_LONGEST_LINE = 1 << 20
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Process:
    """A running child, and how it ended."""

    def __init__(self, child: asyncio.subprocess.Process, output: "asyncio.Task[None]") -> None:
        self._child = child
        self._output = output
        self.ended: asyncio.Task[int] = asyncio.create_task(child.wait())

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def code(self) -> int | None:
        return self._child.returncode

    @property
    def epitaph(self) -> str:
        """How it ended, to follow the part's name."""
        code = self.code or 0
        return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"

    def send(self, number: signal.Signals) -> None:
        """Signal the child and whatever it started, as far as it is still there."""
        try:
            os.killpg(self._child.pid, number)
        except ProcessLookupError:
            return

    async def stop(self, number: signal.Signals, within: timedelta) -> None:
        """Ask with the given signal, kill after the given time; returns when child and output are gone."""
        if not self.ended.done():
            self.send(number)
            await asyncio.wait({self.ended}, timeout=within.total_seconds())
        self.send(signal.SIGKILL)
        await self.ended
        # A grandchild in a session of its own may still hold the pipe: do not wait long for its end.
        await asyncio.wait({self._output}, timeout=1)
        self._output.cancel()


async def spawn(part: Part | Step, log: RunLog) -> Process:
    """Start the part's process."""
    user = part.user if isinstance(part, Part) else None
    muted = isinstance(part, Part) and part.errors_only
    orphan_signal = part.orphan_signal if isinstance(part, Part) else signal.SIGKILL
    # Our own pipe, because asyncio's would hold back the news of the child's end until the pipe is closed.
    reading, writing = os.pipe()
    try:
        child = await asyncio.create_subprocess_exec(
            *part.argv,
            env={**os.environ, **part.env},
            cwd=part.cwd if isinstance(part, Part) else None,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL if muted else writing,
            stderr=writing,
            start_new_session=True,
            preexec_fn=partial(_die_with, os.getpid(), orphan_signal),
            user=user,
            group=user,
            extra_groups=None if user is None else (),
        )
    finally:
        os.close(writing)
    return Process(child, asyncio.create_task(_copy(reading, part.name, log)))


def _die_with(parent: int, number: signal.Signals) -> None:
    """In the child, after the change of user (which would clear the request)."""
    if _LIBC is None:
        return
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(number))
    if os.getppid() != parent:
        os._exit(1)


async def _copy(reading: int, name: str, log: RunLog) -> None:
    reader = asyncio.StreamReader(limit=_LONGEST_LINE)
    pipe = os.fdopen(reading, "rb", buffering=0)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), pipe
    )
    try:
        while True:
            try:
                line = await reader.readline()
            except ValueError:
                log.line(name, f"(a line of more than {_LONGEST_LINE} bytes)")
                continue
            if not line:
                return
            if text := line.decode(errors="replace").rstrip():
                log.line(name, text)
    finally:
        transport.close()
