"""Telling Tier 1 and Tier 2 of what was published."""

import asyncio

from pydantic import AwareDatetime
from temporalio import activity

from activities.effects import Postman
from escalation.library.readings import Readings, telling
from escalation.terms import Facts

_AT_ONCE = 200


class Tell(Facts):
    """The moment at which they are told."""

    now: AwareDatetime


class Told(Facts):
    """How many were told, and whether there are more."""

    count: int = 0
    more: bool = False


class ReadingActivities:
    """The readings, as an activity."""

    def __init__(self, readings: Readings, postman: Postman) -> None:
        self._readings, self._postman = readings, postman

    @activity.defn
    async def tell_readers(self, tell: Tell) -> Told:
        """Safe to repeat: whoever was told is not told again, and a message has the same key every time."""
        owed = await asyncio.to_thread(self._readings.owed, _AT_ONCE)
        for each in owed:
            await self._postman.take([telling(each, tell.now)])
            await asyncio.to_thread(self._readings.told, each, tell.now)
        return Told(count=len(owed), more=len(owed) == _AT_ONCE)
