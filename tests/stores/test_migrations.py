from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from stores.database import engine_for
from stores.migrations import applied, newest, upgrade
from stores.schema import metadata
from tests.stores.server import Server


@pytest.mark.filterwarnings("ignore:Did not recognize type 'xid8'")
def test_the_tables_are_those_that_the_migrations_make(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_an_upgrade_from_several_places_at_once_happens_once(server: Server) -> None:
    url = server.new_database()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, [url] * 4))
    engine = engine_for(url)
    assert applied(engine) == newest()
    engine.dispose()


def test_an_empty_database_has_no_revision(server: Server) -> None:
    engine = engine_for(server.new_database())
    assert applied(engine) is None
    engine.dispose()
