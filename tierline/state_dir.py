"""The state directory, and the lock on it: two stacks on one set of data files would corrupt both."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tierline.faults import OperatorError


class StateInUseError(OperatorError):
    """Another `tierline up` runs on this state directory."""


@contextmanager
def held(state: Path) -> Iterator[None]:
    """Hold the directory, making it if need be. The kernel lets go of it however this process ends."""
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(state / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StateInUseError(_explained(state, os.pread(lock, 20, 0).decode().strip())) from None
        os.truncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(lock)


def holder(state: Path) -> int | None:
    """The process that holds the directory, or None."""
    path = state / "lock"
    if not path.exists():
        return None
    lock = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return int(os.pread(lock, 20, 0).decode().strip() or 0)
    finally:
        os.close(lock)
    return None


def _explained(state: Path, pid: str) -> str:
    return (
        f"{state} is in use: `tierline up` runs there already (process {pid or 'unknown'}). "
        "Stop that one with Ctrl-C, or start this one on another directory with --state."
    )
