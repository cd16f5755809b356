"""PostgreSQL stops and comes back: asked meanwhile, every store says so within a few seconds, and then goes on."""

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select, text

from escalation.events import Need
from escalation.ports import Ask, TicketFilter, Unavailable
from stores.database import engine_for, transaction
from stores.desk import Desk
from stores.journal import Journal
from stores.migrations import upgrade
from stores.read_side import ReadSide
from stores.tokens import Tokens
from tests.stores.desks import NOON, policy
from tests.stores.server import Server
from tests.stores.stories import HOUR, MONDAY, escalated, short_life, story


@pytest.fixture
def frail() -> Iterator[Server]:
    server = Server()
    server.start()
    upgrade(server.settings.dsn)
    yield server
    server.remove()


def test_every_store_says_that_the_server_is_away_and_goes_on_when_it_is_back(frail: Server) -> None:
    engine = engine_for(frail.settings.dsn)
    desk, journal, read = Desk(engine), Journal(engine), ReadSide(engine)
    desk.seed(policy())
    journal.append(short_life("t1"))
    ask = Ask(key="k", ticket_id="t2", need=Need(tier=1), at=NOON)
    calls = (
        lambda: desk.name(ask),
        lambda: journal.append(story("t1", escalated("marek", MONDAY + HOUR), first=4)),
        lambda: journal.entries("t1"),
        lambda: read.tickets(TicketFilter(), 10, None),
        lambda: read.queues(NOON),
        lambda: Tokens(engine).verify("tl_x_y", NOON),
    )
    frail.stop()
    for call in calls:
        began = time.monotonic()
        with pytest.raises(Unavailable):
            call()
        assert time.monotonic() - began < 5
    frail.start()
    for call in calls:
        call()
    assert len(journal.entries("t1")) == 4
    engine.dispose()


def test_a_connection_that_is_cut_in_the_middle_of_a_transaction_is_unavailability(engine: Engine) -> None:
    with pytest.raises(Unavailable), transaction(engine) as connection:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    with transaction(engine) as connection:
        assert connection.execute(select(1)).scalar_one() == 1


def test_a_statement_that_takes_too_long_is_unavailability(engine: Engine) -> None:
    with pytest.raises(Unavailable, match="statement timeout"):
        _sleep(engine, "anything")


def test_what_went_wrong_is_told_without_what_a_client_said(engine: Engine) -> None:
    with pytest.raises(Unavailable) as away:
        _sleep(engine, "in confidence")
    assert "in confidence" not in str(away.value) + str(away.value.__cause__)


def _sleep(engine: Engine, said: str) -> None:
    with transaction(engine) as connection:
        connection.execute(text("SET LOCAL statement_timeout = 50"))
        connection.execute(text("SELECT pg_sleep(10), CAST(:said AS text)"), {"said": said})
