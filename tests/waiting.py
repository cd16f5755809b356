"""Waiting, in a test without an event loop, for a process that is not ours to steer."""

from collections.abc import Callable

from tierline.patience import patiently


def wait_until(holds: Callable[[], bool], what: str, within: float = 30) -> None:
    """Until it holds, and no longer than `within` seconds."""
    assert patiently(holds, bool, within), f"waited {within:g} s in vain: {what}"
