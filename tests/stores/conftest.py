"""A real PostgreSQL for the session, and a database of its own for each test."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from stores.database import engine_for
from stores.migrations import upgrade
from tests.stores.server import Server

_TEMPLATE = "migrated"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    server = Server()
    server.start()
    server.run(f"CREATE DATABASE {_TEMPLATE}")
    upgrade(server.url(_TEMPLATE))
    yield server
    server.remove()


@pytest.fixture
def database(server: Server) -> str:
    """The URL of a migrated, empty database."""
    return server.new_database(_TEMPLATE)


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    engine = engine_for(database, pool_size=20)
    yield engine
    engine.dispose()
