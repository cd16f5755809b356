"""What the supervisor knows of a part: how to start it, how to ask whether it works, how to stop it."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

Probe = Callable[[], Awaitable[bool]]
"""True when the part works; an OSError, or no answer in time, counts as False."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A process that `up` starts and keeps alive."""

    name: str
    argv: Sequence[str]
    ready: Probe
    env: Mapping[str, str] = field(default_factory=dict)
    """Added to the supervisor's own environment."""
    cwd: Path | None = None
    user: int | None = None
    """Numeric user (and group) to run as; only root can set one."""
    errors_only: bool = False
    """Log what it writes to stderr, and drop a stdout that says nothing new."""
    before: Callable[[], None] | None = None
    """Run before every start, restarts included."""
    ready_within: timedelta = timedelta(seconds=60)
    stop_within: timedelta = timedelta(seconds=10)
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL
    """What the kernel sends should the supervisor itself be killed."""
    probe_every: timedelta = timedelta(seconds=5)
    probe_within: timedelta = timedelta(seconds=10)
    """Generous: a part that is slow under full load must not be taken for one that hangs."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A command that has to succeed once, before the next part starts."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    within: timedelta = timedelta(seconds=120)


def http_probe(port: int, path: str = "/", host: str = "127.0.0.1") -> Probe:
    """Asks a server over HTTP; 200 means that it works."""

    async def probe() -> bool:
        reader, writer = await asyncio.open_connection(host, port)
        try:
            writer.write(f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
            await writer.drain()
            return (await reader.readline()).split(b" ")[1:2] == [b"200"]
        finally:
            writer.close()

    return probe


async def answers(probe: Probe, within: timedelta) -> bool:
    """Whether the probe succeeds in time."""
    try:
        return await asyncio.wait_for(probe(), within.total_seconds())
    except (OSError, TimeoutError):
        return False
