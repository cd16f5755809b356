"""A PostgreSQL for a benchmark alone, and what is asked of it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


def processor_of(engine: Engine) -> float:
    """Seconds of processor time so far of the processes of PostgreSQL that answer this database."""
    asked = text(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
    )
    with engine.connect() as connection:
        return sum(map(_of_process, connection.execute(asked).scalars()))


def _of_process(pid: int) -> float:
    """Nothing of one that has gone."""
    try:
        user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    except FileNotFoundError:
        return 0.0
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
