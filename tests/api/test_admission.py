"""In a spike everybody waits for their turn, but for an emergency."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from api.admission import Turns
from api.faults import NotConfirmed


async def test_r106_an_emergency_waits_for_nobody_while_every_turn_is_taken() -> None:
    turns = Turns(at_once=2, patience=0.01)
    async with AsyncExitStack() as inside:
        for _ in range(2):
            await inside.enter_async_context(turns.taken(pressing=False))
        with pytest.raises(NotConfirmed, match="ask again with the same key"):
            await inside.enter_async_context(turns.taken(pressing=False))
        for _ in range(5):
            await inside.enter_async_context(turns.taken(pressing=True))


async def test_turns_come_in_the_order_of_asking_and_are_given_back_whatever_happens() -> None:
    turns, order = Turns(at_once=1, patience=5), list[int]()

    async def ask(number: int) -> None:
        async with turns.taken(pressing=False):
            order.append(number)
            await asyncio.sleep(0)
            if number % 2:
                raise ZeroDivisionError

    found = await asyncio.gather(*(ask(n) for n in range(20)), return_exceptions=True)
    assert order == list(range(20))
    assert sum(isinstance(each, ZeroDivisionError) for each in found) == 10


async def test_who_goes_away_while_waiting_takes_no_turn_with_them() -> None:
    turns = Turns(at_once=1, patience=5)
    async with turns.taken(pressing=False):
        waiting = asyncio.create_task(turns.taken(pressing=False).__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
    async with turns.taken(pressing=False):
        assert waiting.cancelled()
