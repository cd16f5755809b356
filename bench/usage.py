"""Processor time of each part, read from /proc; nothing where there is no /proc."""

import os
from pathlib import Path

from bench.stack import Stack

_PROC = Path("/proc")
_TICK = os.sysconf("SC_CLK_TCK")
_PARTS = {"start-dev": "server", "postgres": "PostgreSQL", "worker.py": "worker", "uvicorn": "API"}


def used(stack: Stack) -> dict[str, float]:
    """Seconds of processor time so far, by part: both workers as `worker`, the benchmark itself as `client`."""
    if not _PROC.exists():
        return {}
    figures = {"client": _seconds(os.getpid())}
    for pid in _children(stack.up_pid):
        said = (_PROC / str(pid) / "cmdline").read_text().replace("\0", " ")
        part = next((name for word, name in _PARTS.items() if word in said), None)
        if part:
            figures[part] = _with_children(pid)
    if stack.bare_pid:
        figures["worker"] = figures.get("worker", 0.0) + _seconds(stack.bare_pid)
    return figures


def pid_of(stack: Stack, part: str) -> int:
    """The process of a part that runs."""
    word = next(word for word, name in _PARTS.items() if name == part)
    found = (pid for pid in _children(stack.up_pid) if word in (_PROC / str(pid) / "cmdline").read_text())
    return next(found)


def between(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """What was used meanwhile."""
    return {part: seconds - before.get(part, 0.0) for part, seconds in after.items()}


def _with_children(pid: int) -> float:
    """PostgreSQL works in children, of which those that ended count with their parent."""
    return _seconds(pid, ended_children=True) + sum(map(_seconds, _children(pid)))


def _seconds(pid: int, *, ended_children: bool = False) -> float:
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return sum(map(int, fields[11 : 15 if ended_children else 13])) / _TICK


def _children(pid: int) -> list[int]:
    return [int(child) for child in (_PROC / str(pid) / "task" / str(pid) / "children").read_text().split()]
