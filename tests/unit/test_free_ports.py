"""Tests that run at the same time start products at the same time: none may be given another's port."""

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Asked as often as this, processes that drew at random would be all but certain to draw a port twice.
ASK = "from bench.ports import free_ports; print(*[p for _ in range(60) for p in free_ports().values()], flush=True)"


def test_processes_that_look_for_ports_at_once_find_different_ones() -> None:
    with ExitStack() as until_end:
        asking = [until_end.enter_context(_asking()) for _ in range(2)]
        found = [port for each in asking for port in _line(each).split()]
        for each in asking:
            each.terminate()
    assert len(found) > 600
    assert len(set(found)) == len(found)


def _asking() -> "subprocess.Popen[str]":
    """A process that asks, says what it was given, and lives on."""
    waits = f"{ASK}; input()"
    return subprocess.Popen(
        [sys.executable, "-c", waits], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()
