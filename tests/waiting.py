"""Waiting, in a test without an event loop, for a process that is not ours to steer."""

import time
from collections.abc import Callable


def wait_until(holds: Callable[[], bool], what: str, within: float = 30) -> None:
    """Until it holds, and no longer than `within` seconds."""
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end, f"waited {within:g} s in vain: {what}"
        time.sleep(0.05)
