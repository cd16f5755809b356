"""A running `tierline up`, started as a newcomer starts it: on free ports, with a state directory of its own."""

import asyncio
import os
import re
import signal
import subprocess
import sysconfig
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeVar

from bench.ports import free_ports

T = TypeVar("T")

TIERLINE = Path(sysconfig.get_path("scripts")) / "tierline"
FLAGS = ("api_port", "temporal_port", "ui_port", "postgres_port")
VARIABLES = ("temporal_http_port", "temporal_metrics_port", "worker_health_port", "worker_metrics_port")
# What stands in the command line of each part.
PROGRAMS = {"postgres": "bin/postgres", "temporal": "temporal server", "worker": "worker.py", "api": "tierline.serve"}
START_WITHIN = 300.0  # seconds; on an idle machine it takes 10, on one with a load of 12 minutes


async def eventually(look: Callable[[], Awaitable[T | None]], what: str, within: float = 30, every: float = 0.1) -> T:
    """The first answer of `look` that says something, waited for no longer than `within` seconds."""
    clock = asyncio.get_running_loop().time
    end = clock() + within
    while not (found := await look()):
        assert clock() < end, f"waited {within:g} s in vain: {what}"
        await asyncio.sleep(every)
    return found


class Stack:
    """The supervisor and its parts."""

    def __init__(self, state: Path, ports: dict[str, int], process: "subprocess.Popen[bytes]", output: Path) -> None:
        self.state, self.ports, self.process, self.output = state, ports, process, output

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['api_port']}"

    @property
    def ui_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['ui_port']}"

    @property
    def first_token(self) -> str:
        return (self.state / "token").read_text().strip()

    def pids(self) -> dict[str, int]:
        """The process of each part that runs now: children of our own supervisor, and of no other."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        said = {int(child): _command_line(child) for child in children}
        return {part: pid for part, words in PROGRAMS.items() for pid, line in said.items() if words in line}

    def kill(self, part: str) -> None:
        """Take the part down as a crash would, if it runs."""
        pid = self.pids().get(part)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)

    def lives(self, part: str) -> int:
        """How often the part has come up so far."""
        log = (self.state / "logs" / "tierline.log").read_text()
        return len(re.findall(rf"^\S+ {part} +│ ready after", log, re.MULTILINE))

    async def back(self, part: str, lives: int, within: float = 60) -> None:
        """Wait until the part has come up once more than `lives` times."""
        await eventually(lambda: _soon(self.lives(part) > lives), f"{part} comes back", within)

    async def run(self, *arguments: str) -> str:
        """What another `tierline` command says, in another terminal as it were."""
        child = await asyncio.create_subprocess_exec(
            *(str(TIERLINE), *arguments, "--state", str(self.state)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(child.communicate(), 60)
        assert child.returncode == 0, err.decode()
        return out.decode()

    async def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Ctrl-C, and wait; the exit code."""
        self.process.send_signal(how)
        return await asyncio.to_thread(self.process.wait, 60)


def launched(
    state: Path, ports: dict[str, int], policy: Path | None = None, also: Mapping[str, str] | None = None
) -> Stack:
    """`tierline up`, just started; `also` are variables beside those that it needs here."""
    flags = [word for name in FLAGS for word in (f"--{name.replace('_', '-')}", str(ports[name]))]
    variables = {f"TIERLINE_{name.upper()}": str(ports[name]) for name in VARIABLES}
    if policy is not None:
        variables["TIERLINE_POLICY_PATH"] = str(policy)
    output = state.with_suffix(".out")
    with output.open("ab") as out:
        process = subprocess.Popen(
            [TIERLINE, "up", "--state", state, *flags],
            env={**_without_ours(), **variables, **(also or {})},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    return Stack(state, ports, process, output)


@contextmanager
def home() -> Iterator[Path]:
    """A directory of our own: whoever starts pytest next would close pytest's to PostgreSQL, which is not root."""
    with tempfile.TemporaryDirectory(prefix="tierline-e2e-", ignore_cleanup_errors=True) as made:
        yield Path(made)


@asynccontextmanager
async def running(
    state: Path,
    ports: dict[str, int] | None = None,
    policy: Path | None = None,
    also: Mapping[str, str] | None = None,
) -> AsyncIterator[Stack]:
    """`tierline up` from its banner to its end."""
    stack = launched(state, ports or free_ports(), policy, also)
    greeted = stack.output.read_text().count("Tierline is up.")
    try:
        await eventually(lambda: _soon(_started(stack, greeted)), "tierline up", START_WITHIN, every=0.2)
        assert stack.process.poll() is None, stack.output.read_text()
        yield stack
    finally:
        if stack.process.poll() is None:
            await stack.stop()


def _started(stack: Stack, greeted: int) -> bool:
    return stack.process.poll() is not None or stack.output.read_text().count("Tierline is up.") > greeted


async def _soon(known: T) -> T:
    return known


def _command_line(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _without_ours() -> dict[str, str]:
    """The environment without settings of the developer's own."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("TIERLINE_", "TEMPORAL_", "OTEL_"))
    }
