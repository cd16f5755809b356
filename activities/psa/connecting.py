"""A connection at work: batches of records brought into step, and the look that finds what nobody told of."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

import structlog
from temporalio import activity

from activities.psa.asked import Batch, Found, Look, Synced
from activities.psa.syncing import LEFT_ALONE, Sync
from escalation.policy import Policy
from escalation.ports import Policies, Unavailable
from escalation.psa.link import Link
from escalation.psa.mapping import PsaMap
from escalation.psa.ports import Book, Connection, Connector, Doors, LogLine, Stories
from escalation.psa.record import PsaAway, PsaRefused

log = structlog.get_logger()

Connectors = Callable[[Connection], AbstractAsyncContextManager[Connector]]
"""Opens the way to the other system of a connection; PsaAway where that cannot be."""

_COMPARED = 200  # records whose versions are asked for at once


class PsaActivities:
    """Every connection's, with what they work on."""

    def __init__(self, book: Book, connectors: Connectors, doors: Doors, stories: Stories, policies: Policies) -> None:
        self._book, self._connectors, self._doors = book, connectors, doors
        self._stories, self._policies = stories, policies

    @activity.defn
    async def sync_records(self, batch: Batch) -> Synced:
        """Bring each record into step, one after the other; safe to repeat."""
        known = await self._known(batch.connection)
        if known is None:
            return Synced(stopped=True)
        connection, rules = known
        record_ids = await self._records(batch)
        try:
            async with self._connectors(connection) as connector:
                return await self._sync(connection, rules, connector, record_ids)
        except PsaAway as away:
            await self._noted_away(connection, away)
            return Synced(later=record_ids, away=True)

    @activity.defn
    async def look_at_all(self, look: Look) -> Found:
        """What changed there since the last look, and what changed here and was not shown; safe to repeat."""
        known = await self._known(look.connection)
        if known is None:
            return Found(stopped=True)
        connection, rules = known
        try:
            return await self._look(connection, rules, look)
        except PsaAway as away:
            await self._noted_away(connection, away)
            return Found(cursor=look.cursor, every=connection.every, away=True)
        except Exception as fault:
            await self._noted(connection, {"error": f"{type(fault).__name__}: see the worker's log"})
            raise

    async def _look(self, connection: Connection, rules: PsaMap, look: Look) -> Found:
        cursor = look.cursor or connection.cursor
        async with self._connectors(connection) as connector:
            changes = await connector.changed_since(cursor)
            if not cursor and rules.take_in.existing == "leave":
                await self._leave(connection, changes.record_ids)
            compared = await self._compared(connection, connector) if look.compare else []
        untold = await asyncio.to_thread(self._book.untold, connection.name, _COMPARED)
        now = datetime.now(UTC)
        # The workflow has the new cursor once it has the records too; the store follows a look behind.
        said: dict[str, object] = {"cursor": cursor or changes.cursor, "reconciled_at": now}
        said |= {"away_since": None, "error": ""} | ({"compared_at": now} if look.compare else {})
        await self._noted(connection, said)
        found = tuple(dict.fromkeys([*changes.record_ids, *untold, *compared]))
        return Found(record_ids=found, cursor=changes.cursor, every=connection.every)

    async def _sync(
        self, connection: Connection, rules: PsaMap, connector: Connector, record_ids: Sequence[str]
    ) -> Synced:
        policy = await asyncio.to_thread(self._policies.current)
        hands = Sync(
            connection, rules, connector, self._book, self._doors, self._stories, _names(policy), datetime.now(UTC)
        )
        later: list[str] = []
        for place, record_id in enumerate(record_ids):
            try:
                await hands.run(record_id)
            except PsaAway as away:
                await self._noted_away(connection, away)
                return Synced(later=(*later, *record_ids[place:]), away=True, wrote=hands.wrote)
            except Unavailable as busy:
                log.info("a record waits", connection=connection.name, record=record_id, why=str(busy))
                later.append(record_id)
            except PsaRefused as no:
                await self._failed(connection, record_id, no.reason)
            except Exception as fault:  # one record that cannot be read must not hold up the others
                log.exception("a record cannot be synced", connection=connection.name, record=record_id)
                await self._failed(connection, record_id, f"{type(fault).__name__}: see the worker's log")
        await self._noted(connection, {"synced_at": datetime.now(UTC), "away_since": None, "error": ""})
        return Synced(later=tuple(later), wrote=hands.wrote)

    async def _compared(self, connection: Connection, connector: Connector) -> list[str]:
        """The open records that are not as they were last seen, and those that are open here and not there."""
        seen, changed, batch = set[str](), list[str](), dict[str, str]()
        async for record in connector.running():
            seen.add(record.id)
            batch[record.id] = record.version
            if len(batch) >= _COMPARED:
                changed += await self._differing(connection, batch)
                batch = {}
        changed += await self._differing(connection, batch)
        here = await asyncio.to_thread(self._book.running, connection.name)
        return [*changed, *(record_id for record_id in here if record_id not in seen)]

    async def _differing(self, connection: Connection, versions: Mapping[str, str]) -> list[str]:
        known = await asyncio.to_thread(self._book.versions, connection.name, list(versions))
        return [record_id for record_id, version in versions.items() if known.get(record_id) != version]

    async def _leave(self, connection: Connection, record_ids: Sequence[str]) -> None:
        """What was there before the connection is not taken in."""
        for record_id in record_ids:
            if await asyncio.to_thread(self._book.link, connection.name, record_id) is None:
                link = Link(connection=connection.name, record_id=record_id, left=LEFT_ALONE)
                await asyncio.to_thread(self._book.keep, link)

    async def _records(self, batch: Batch) -> tuple[str, ...]:
        links = await asyncio.to_thread(self._book.links_of, batch.ticket_ids) if batch.ticket_ids else []
        ours = (link.record_id for link in links if link.connection == batch.connection)
        return tuple(dict.fromkeys([*batch.record_ids, *ours]))

    async def _known(self, name: str) -> tuple[Connection, PsaMap] | None:
        """The connection and its map; None for one that was taken away, rests, or has no map yet."""
        connection = await asyncio.to_thread(self._book.connection, name)
        rules = await asyncio.to_thread(self._book.rules, name)
        return (connection, rules) if connection and connection.enabled and rules else None

    async def _failed(self, connection: Connection, record_id: str, why: str) -> None:
        line = LogLine(
            connection=connection.name, record_id=record_id, kind="failed", key=why[:200], text=why[:1000],
            at=datetime.now(UTC),
        )  # fmt: skip
        await asyncio.to_thread(self._book.log, line)

    async def _noted_away(self, connection: Connection, away: PsaAway) -> None:
        log.warning("the other system is away", connection=connection.name, error=str(away))
        since = connection.away_since or datetime.now(UTC)
        await self._noted(connection, {"away_since": since, "error": str(away)[:500]})

    async def _noted(self, connection: Connection, said: Mapping[str, object]) -> None:
        await asyncio.to_thread(self._book.noted, connection.name, **said)


def _names(policy: Policy) -> dict[str, str]:
    return {person.id: person.name for person in policy.people.values()}
