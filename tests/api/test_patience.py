"""A store that hangs, rather than being away, does not hold up those who ask."""

import threading

import pytest

from api.patience import patiently, within
from escalation.ports import Unavailable


async def test_a_store_that_hangs_is_said_to_be_unavailable() -> None:
    woken = threading.Event()
    with pytest.raises(Unavailable):
        await within(0.05, woken.wait)
    woken.set()


async def test_a_store_that_answers_is_heard() -> None:
    assert await patiently(lambda left, right: left + right, 1, right=2) == 3
