"""A real PostgreSQL for the session, and an empty database for each test."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from stores.database import engine_for
from stores.desk import Desk
from stores.migrations import upgrade
from stores.schema import metadata
from tests.stores.desks import policy
from tests.stores.server import MIGRATED, Server

_SHARED = "shared"
_TABLES = ", ".join(metadata.tables)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    server = Server()
    server.start()
    server.run(f"CREATE DATABASE {MIGRATED}")
    upgrade(server.url(MIGRATED))
    server.run(f"CREATE DATABASE {_SHARED} TEMPLATE {MIGRATED}")
    yield server
    server.remove()


@pytest.fixture
def database(server: Server) -> str:
    """The URL of a migrated, empty database; the triggers that keep the journal are asleep while it is emptied."""
    server.run(f"SET session_replication_role = replica; TRUNCATE {_TABLES} RESTART IDENTITY", _SHARED)
    return server.url(_SHARED)


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    engine = engine_for(database, pool_size=20)
    yield engine
    engine.dispose()


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """A desk with the people and rotas of `tests.stores.desks`."""
    desk = Desk(engine)
    desk.seed(policy())
    return desk
