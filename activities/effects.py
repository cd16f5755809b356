"""Carrying out what follows from events: the journal first, then the messages."""

import asyncio
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from pydantic import BaseModel, Field
from temporalio import activity

from activities.measures import UNCOUNTED, Measures
from escalation.events import Entry
from escalation.messages import Message
from escalation.ports import Journal, Unavailable

log = structlog.get_logger()

# A database that hangs without a word must leave the messages their share of the activity's five seconds.
WRITE_WITHIN = timedelta(seconds=3)
HERALD_WITHIN = timedelta(milliseconds=500)
_FRAMES = 20


class Postman(Protocol):
    """Takes messages over for delivery; they are its business from then on."""

    async def take(self, messages: Sequence[Message]) -> None:
        """Idempotent on each message's key."""
        ...


class Herald(Protocol):
    """Hears of what the journal has taken, for those outside who follow it."""

    async def told(self, entries: Sequence[Entry]) -> None:
        """Whatever it raises is logged and forgotten: those who follow find by themselves what they did not hear."""
        ...


class Errand(BaseModel):
    """What a decision left to do: entries for the journal, messages to people."""

    entries: list[Entry]
    messages: list[Message] = Field(default=[], exclude_if=lambda messages: not messages)


class Done(BaseModel):
    """What was done of it; the rest stays with the ticket and is tried again."""

    written: bool
    sent: bool


class EffectActivities:
    """Journal and messages, as one short activity: one event of a ticket's history for both."""

    def __init__(
        self, journal: Journal, postman: Postman, measures: Measures = UNCOUNTED, heralds: Sequence[Herald] = ()
    ) -> None:
        self._journal = journal
        self._postman = postman
        self._measures = measures
        self._heralds = heralds

    @activity.defn
    async def carry_out(self, errand: Errand) -> Done:
        """At least once: the journal passes over entries that it has, the postman over keys that it knows.

        A journal that is away, hangs or refuses an entry holds up neither the messages nor the ticket.
        """
        done = Done(written=await self._write(errand.entries), sent=await self._send(errand.messages))
        if done.written and errand.entries:
            await self._herald(errand.entries)
        return done

    async def _herald(self, entries: list[Entry]) -> None:
        """The last thing, and the least: nothing here may hold up the ticket."""
        for herald in self._heralds:
            try:
                await asyncio.wait_for(herald.told(entries), HERALD_WITHIN.total_seconds())
            except Exception as deaf:  # noqa: BLE001 - who follows the journal is no concern of the ticket's
                log.warning("not told on", **_said(entries), error=str(deaf) or type(deaf).__name__)

    async def _write(self, entries: list[Entry]) -> bool:
        if not entries:
            return True
        try:
            await asyncio.wait_for(asyncio.to_thread(self._journal.append, entries), WRITE_WITHIN.total_seconds())
        except (Unavailable, TimeoutError) as away:
            self._measures.wrote("away")
            log.warning("journal away", **_said(entries), error=str(away) or "no answer")
            return False
        except Exception:  # noqa: BLE001 - whatever the journal cannot take, the pages have to go out
            # The ticket keeps the entries and offers them again each minute, so this repeats until it is mended.
            self._measures.wrote("refused")
            log.error("journal refuses entries", **_said(entries), trace=traceback.format_exc(limit=-_FRAMES))
            return False
        self._measures.wrote("written")
        self._measures.lagged(_lag(entries))
        return True

    async def _send(self, messages: list[Message]) -> bool:
        if messages:
            await self._postman.take(messages)
        return True


def _lag(entries: Sequence[Entry]) -> float:
    """Seconds since the oldest event, but for a hold that ended at an earlier moment than the word that ended it."""
    happened = [entry.event.at for entry in entries if entry.event.kind != "resumed"]
    return (datetime.now(UTC) - min(happened)).total_seconds() if happened else 0.0


def _said(entries: Sequence[Entry]) -> dict[str, object]:
    return {"ticket_id": entries[0].ticket_id, "first": entries[0].seq, "last": entries[-1].seq}
