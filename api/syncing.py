"""Connections to other systems: how far each is, and having one look again."""

import asyncio
from collections.abc import Sequence

from api.faults import NotFound
from api.patience import patiently
from api.services import Services
from escalation.psa.ports import Connection, LogLine, Standing
from escalation.terms import Facts


class ConnectionLine(Facts):
    """A connection, and how far it is."""

    connection: Connection
    standing: Standing


async def overview(services: Services) -> list[ConnectionLine]:
    """Every connection; there are few."""
    found = await patiently(services.linked.connections)
    at = await asyncio.gather(*(patiently(services.linked.standing, each.name) for each in found))
    return [ConnectionLine(connection=each, standing=standing) for each, standing in zip(found, at, strict=True)]


async def one(services: Services, connection: str) -> ConnectionLine:
    """One connection, and how far it is; NotFound for none of this name."""
    found = await known(services, connection)
    return ConnectionLine(connection=found, standing=await patiently(services.linked.standing, connection))


async def log(services: Services, connection: str, limit: int, ticket_id: str | None = None) -> Sequence[LogLine]:
    """What was put on record of a connection, the latest first; NotFound for none of this name."""
    await known(services, connection)
    return await patiently(services.linked.lines, connection, ticket_id, limit)


async def look_again(services: Services, connection: str, record_ids: Sequence[str]) -> None:
    """Have these records looked at, or everything where none is named."""
    await known(services, connection)
    await services.psa.changed(connection, record_ids)


async def look_again_at_ticket(services: Services, connection: str, ticket_id: str) -> None:
    """Have the record of a ticket looked at."""
    await known(services, connection)
    await services.psa.moved(connection, [ticket_id])


async def known(services: Services, connection: str) -> Connection:
    """The connection; NotFound for none of this name."""
    found = await patiently(services.linked.connection, connection)
    if found is None:
        raise NotFound("There is no such connection.")
    return found
