"""Telling the service manager of coming gaps of cover."""

import asyncio

from pydantic import AwareDatetime
from temporalio import activity

from activities.effects import Postman
from escalation.oncall import KnownGap, Outlook, outlook
from escalation.ports import Cover
from escalation.terms import Facts


class Ahead(Facts):
    """The moment at which to look, and the gaps that were told of before."""

    now: AwareDatetime
    known: tuple[KnownGap, ...] = ()


class Watched(Facts):
    """The gaps that are told of from now on, and when there is more to tell."""

    known: tuple[KnownGap, ...] = ()
    next_at: AwareDatetime | None = None


class CoverActivities:
    """The outlook of the rotas, as an activity."""

    def __init__(self, rotas: Cover, postman: Postman) -> None:
        self._rotas, self._postman = rotas, postman

    @activity.defn
    async def warn_of_gaps(self, ahead: Ahead) -> Watched:
        """Safe to repeat: each notice has the same key every time. Each goes by itself, so that none waits for another
        that is new when it is tried again."""
        seen = await asyncio.to_thread(self._outlook, ahead)
        for message in seen.messages:
            await self._postman.take([message])
        return Watched(known=seen.known, next_at=seen.next_at)

    def _outlook(self, ahead: Ahead) -> Outlook:
        return outlook(self._rotas.board(), ahead.known, ahead.now)
