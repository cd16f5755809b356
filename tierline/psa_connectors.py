"""The connectors that there are, by name, and how each is opened with what the store keeps secret."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from activities.psa.connecting import Connectors
from channels.psa.calls import Calls
from channels.psa.django_helpdesk import DjangoHelpdesk
from escalation.psa.ports import Connection, Connector
from escalation.psa.record import PsaAway
from stores.psa import PsaBook

CONNECTORS: Mapping[str, Callable[[Calls], Connector]] = {"django-helpdesk": DjangoHelpdesk}
"""Those that can be connected; a map for another may be checked all the same."""


def connectors(book: PsaBook) -> Connectors:
    """Opens the way to a connection's system, with its secret as it is now."""

    @asynccontextmanager
    async def opened(connection: Connection) -> AsyncIterator[Connector]:
        make = CONNECTORS.get(connection.connector)
        if make is None:
            raise PsaAway(f"there is no connector {connection.connector!r}; there is {', '.join(CONNECTORS)}")
        calls = Calls(connection.url, connection.user, book.secret(connection.name))
        try:
            yield make(calls)
        finally:
            await calls.close()

    return opened
