"""The supervisor against real child processes."""

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tierline.part import Part, Step
from tierline.run_log import RunLog
from tierline.state_dir import StateInUseError, held, holder
from tierline.supervisor import Supervisor

PYTHON = [sys.executable, "-I", "-S", "-u", "-c"]
SERVE = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).touch(); print('working'); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SERVE
LEAVES_A_MARK = (
    "import os, pathlib, signal, sys, time; mark = pathlib.Path(sys.argv[1])\n"
    "signal.signal(signal.SIGTERM, lambda *_: (print('leaving', flush=True), os._exit(0)))\n"
    "mark.touch(); time.sleep(600)"
)


async def eventually(holds: Callable[[], bool], within: float = 15.0) -> None:
    """Wait, no longer than that, until it holds."""
    async with asyncio.timeout(within):
        while not holds():  # noqa: ASYNC110 - what is awaited happens in other processes
            await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether the process is there and has not merely been left unburied."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Stack:
    """Parts under a supervisor, with what they wrote."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shown = io.StringIO()
        self.log = RunLog(folder / "logs" / "tierline.log", console=self.shown)
        self.ready = False
        self.supervisor: Supervisor | None = None

    def part(
        self, name: str, code: str = SERVE, *, hangs: Callable[[], bool] = lambda: False, patience: float = 10.0
    ) -> Part:
        mark = self.folder / f"{name}.ready"

        async def works() -> bool:
            return mark.exists() and not hangs()

        return Part(
            name=name,
            argv=[*PYTHON, code, str(mark)],
            ready=works,
            before=lambda: mark.unlink(missing_ok=True),
            ready_within=timedelta(seconds=patience),
            stop_within=timedelta(seconds=0.5),
            probe_every=timedelta(seconds=0.05),
        )

    def step(self, name: str, code: str) -> Step:
        return Step(name=name, argv=[*PYTHON, code])

    @asynccontextmanager
    async def running(self, *parts: Part | Step) -> AsyncIterator["asyncio.Task[int]"]:
        self.supervisor = Supervisor(parts, self.log)
        run = asyncio.create_task(self.supervisor.run(when_ready=lambda: setattr(self, "ready", True)))
        try:
            yield run
        finally:
            if not run.done():
                self.supervisor.stop()
            await run
            self.log.close()

    @property
    def lines(self) -> list[str]:
        return [line.partition(" ")[2] for line in self.shown.getvalue().splitlines()]

    def said(self, text: str) -> list[int]:
        return [number for number, line in enumerate(self.lines) if text in line]


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    return Stack(tmp_path)


async def test_parts_start_in_order_and_stop_in_reverse(stack: Stack) -> None:
    async with stack.running(stack.part("first", LEAVES_A_MARK), stack.part("second", LEAVES_A_MARK)) as run:
        await eventually(lambda: stack.ready)
        assert stack.supervisor is not None
        stack.supervisor.stop()
        assert await run == 0
    assert stack.said("first    │ ready") < stack.said("second   │ ready")
    assert stack.said("second   │ leaving") < stack.said("first    │ leaving")
    assert stack.lines[-1] == "tierline │ stopped"


async def test_a_part_that_is_killed_comes_back(stack: Stack) -> None:
    async with stack.running(stack.part("worker", f"import os; print('pid', os.getpid()); {SERVE}")):
        await eventually(lambda: stack.ready)
        await eventually(lambda: bool(stack.said("pid")))
        os.kill(int(stack.lines[stack.said("pid")[0]].split()[-1]), signal.SIGKILL)
        await eventually(lambda: len(stack.said("worker   │ ready")) == 2)
    assert stack.said("was killed by SIGKILL; starting it again in 0.5 s")


async def test_a_part_that_hangs_is_killed_and_comes_back(stack: Stack) -> None:
    hanging = [False]
    async with stack.running(stack.part("api", hangs=lambda: hanging[0])):
        await eventually(lambda: stack.ready)
        hanging[0] = True
        await eventually(lambda: bool(stack.said("did not answer 3 times in a row; starting it again")))
        hanging[0] = False
        await eventually(lambda: len(stack.said("api      │ ready")) == 2)


async def test_the_pause_before_a_restart_doubles_while_the_part_keeps_dying(stack: Stack) -> None:
    async with stack.running(stack.part("moody", "import sys; open(sys.argv[1], 'w').close(); sys.exit(3)")):
        await eventually(lambda: bool(stack.said("starting it again in 1 s")))
    assert stack.said("ended with exit code 3; starting it again in 0.5 s")


async def test_a_part_that_does_not_come_up_ends_the_start_and_names_itself(stack: Stack) -> None:
    broken = stack.part("broken", "raise SystemExit('no configuration')")
    async with stack.running(stack.part("first"), broken, stack.part("third")) as run:
        assert await run == 1
    assert stack.said("broken   │ no configuration")
    assert stack.said("broken does not start: it ended with exit code 1")
    assert not stack.said("third ")
    assert not stack.ready


async def test_a_part_that_is_never_ready_ends_the_start(stack: Stack) -> None:
    async with stack.running(stack.part("mute", "import time; time.sleep(600)", patience=0.3)) as run:
        assert await run == 1
    assert stack.said("mute does not start: it was not ready within 0.3 s")


async def test_a_program_that_is_not_there_is_said_so(stack: Stack) -> None:
    async def never() -> bool:
        return False

    async with stack.running(Part(name="ghost", argv=["/nonexistent/program"], ready=never)) as run:
        assert await run == 1
    assert stack.said("ghost does not start: it could not be started")


async def test_a_step_runs_to_its_end_before_the_next_part_starts(stack: Stack) -> None:
    async with stack.running(stack.step("prepare", "print('done')"), stack.part("worker")):
        await eventually(lambda: stack.ready)
    assert stack.said("prepare  │ done") < stack.said("worker   │ ready")


async def test_a_step_that_fails_ends_the_start(stack: Stack) -> None:
    async with stack.running(stack.step("prepare", "raise SystemExit('no database')"), stack.part("worker")) as run:
        assert await run == 1
    assert stack.said("prepare did not succeed: it ended with exit code 1")
    assert not stack.said("worker ")


async def test_a_part_that_ignores_the_request_to_stop_is_killed(stack: Stack) -> None:
    async with stack.running(stack.part("deaf", STUBBORN)) as run:
        await eventually(lambda: stack.ready)
        assert stack.supervisor is not None
        stack.supervisor.stop()
        assert await asyncio.wait_for(run, 5) == 0


async def test_a_second_request_to_stop_kills_at_once(stack: Stack) -> None:
    slow = [stack.part("one", STUBBORN), stack.part("two", STUBBORN)]
    patient = [Part(**{**vars(part), "stop_within": timedelta(hours=1)}) for part in slow]
    async with stack.running(*patient) as run:
        await eventually(lambda: stack.ready)
        assert stack.supervisor is not None
        stack.supervisor.stop()
        stack.supervisor.stop()
        assert await asyncio.wait_for(run, 5) == 0


async def test_the_start_can_be_stopped_half_way(stack: Stack) -> None:
    async with stack.running(stack.part("mute", "import time; time.sleep(600)", patience=600)) as run:
        await asyncio.sleep(0)
        assert stack.supervisor is not None
        stack.supervisor.stop()
        assert await asyncio.wait_for(run, 5) == 0
    assert not stack.ready


async def test_every_line_goes_to_the_file_too_with_its_part_and_moment(stack: Stack) -> None:
    async with stack.running(stack.part("worker", "print('one\\ntwo'); " + SERVE)):
        await eventually(lambda: stack.ready)
    written = (stack.folder / "logs" / "tierline.log").read_text()
    assert "Z worker   │ one\n" in written
    assert "Z worker   │ two\n" in written


ONE_PART = """
import asyncio, json, pathlib, sys
from tierline.part import Part
from tierline.run_log import RunLog
from tierline.supervisor import Supervisor

async def works() -> bool:
    return True

async def main() -> None:
    part = Part(name="worker", argv=json.loads(sys.argv[2]), ready=works)
    await Supervisor([part], RunLog(pathlib.Path(sys.argv[1]))).run(lambda: None)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has died")
async def test_nothing_outlives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    child = [*PYTHON, "import os; print('pid', os.getpid()); " + STUBBORN, str(tmp_path / "mark")]
    argv = [sys.executable, "-c", ONE_PART, str(tmp_path / "log"), json.dumps(child)]
    supervisor = await asyncio.create_subprocess_exec(*argv, stdout=subprocess.PIPE)
    assert supervisor.stdout is not None
    async with asyncio.timeout(15):
        while b"pid" not in (line := await supervisor.stdout.readline()):
            assert line
    pid = int(line.split()[-1])
    assert alive(pid)
    supervisor.kill()
    await supervisor.wait()
    await eventually(lambda: not alive(pid))


def test_a_state_directory_belongs_to_one_stack_at_a_time(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with held(state):
        assert holder(state) == os.getpid()
        with pytest.raises(StateInUseError, match=rf"is in use.*process {os.getpid()}.*--state"), held(state):
            pass
    assert holder(state) is None
    with held(state):
        pass
