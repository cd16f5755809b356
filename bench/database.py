"""A PostgreSQL for a benchmark alone, and what is asked of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, event, text

from bench.stack import postgres
from stores.database import engine_for
from stores.migrations import upgrade


@contextmanager
def database() -> Iterator[Engine]:
    """An empty, migrated database on a PostgreSQL of its own, asked over one connection; gone afterwards."""
    with postgres() as settings:
        server = create_engine(settings.dsn.rpartition("/")[0] + "/postgres", isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text("CREATE DATABASE bench"))
        server.dispose()
        url = settings.dsn.rpartition("/")[0] + "/bench"
        upgrade(url)
        engine = engine_for(url, pool_size=1)
        yield engine
        engine.dispose()


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Every statement that is asked meanwhile."""
    said: list[str] = []

    def listen(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    yield said
    event.remove(engine, "before_cursor_execute", listen)
