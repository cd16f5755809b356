"""Asking again until it is so, for a bounded time."""

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")

_EVERY = 0.2  # seconds


def patiently(ask: Callable[[], Answer], good: Callable[[Answer], bool], within: float) -> Answer:
    """The first good answer, or the last one when `within` seconds are over."""
    give_up_at = time.monotonic() + within
    answer = ask()
    while not good(answer) and time.monotonic() < give_up_at:
        time.sleep(_EVERY)
        answer = ask()
    return answer
