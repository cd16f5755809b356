"""`tierline prepare` against real servers, and the tokens that its command line makes."""

import asyncio
import shutil
import stat
import sysconfig
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from temporalio.testing import WorkflowEnvironment

from escalation.terms import Role
from stores.database import engine_for
from stores.journal import Journal
from stores.migrations import applied, newest
from stores.people import People
from stores.policies import Policies
from stores.tokens import Tokens
from tests.stores.desks import NOON
from tests.stores.server import Server
from tests.stores.stories import short_life
from tierline import rebuild_cli, token_cli
from tierline.prepare import (
    DatabaseAwayError,
    TemporalAwayError,
    first_token,
    prepare_database,
    register_search_attributes,
)
from tierline.settings import Settings

NOW = datetime.now(UTC)


@pytest.fixture
def settings(server: Server, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    name = f"prepared_{abs(hash(request.node.name))}"
    return Settings(state=tmp_path / "state", database_url=SecretStr(server.url(name)))


def test_from_nothing_to_a_desk_and_again_without_a_change(settings: Settings) -> None:
    prepare_database(settings)
    first_token(settings)
    engine = engine_for(settings.dsn)
    policies, people, tokens = Policies(engine), People(engine), Tokens(engine)
    before = (applied(engine), policies.all(), people.people(NOON), tokens.all(), settings.token_file.read_text())
    prepare_database(settings)
    first_token(settings)
    assert (
        applied(engine), policies.all(), people.people(NOON), tokens.all(), settings.token_file.read_text(),
    ) == before  # fmt: skip
    assert applied(engine) == newest()
    assert len(people.people(NOON)) > 5
    engine.dispose()


def test_the_first_token_is_its_owners_alone_and_manages_the_desk(settings: Settings) -> None:
    prepare_database(settings)
    first_token(settings)
    assert stat.S_IMODE(settings.token_file.stat().st_mode) == 0o600
    engine = engine_for(settings.dsn)
    token = Tokens(engine).verify(settings.token_file.read_text().strip(), NOW)
    assert token is not None
    assert (token.role, token.person) == (Role.SERVICE_MANAGER, Policies(engine).current().fallback.manager)
    engine.dispose()


def test_a_token_file_that_was_put_away_is_not_made_again(settings: Settings) -> None:
    prepare_database(settings)
    first_token(settings)
    settings.token_file.unlink()
    first_token(settings)
    assert not settings.token_file.exists()


def test_a_token_file_from_another_database_is_replaced(settings: Settings) -> None:
    prepare_database(settings)
    settings.state.mkdir()
    settings.token_file.write_text("tl_old_one\n")
    first_token(settings)
    assert settings.token_file.read_text() != "tl_old_one\n"


def test_a_database_that_is_away_is_told_in_one_sentence(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path, database_url=SecretStr("postgresql://tierline:x@127.0.0.1:9/tierline"))
    with pytest.raises(DatabaseAwayError, match="TIERLINE_DATABASE_URL"):
        prepare_database(settings)


async def test_search_attributes_are_registered_where_they_are_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    temporal = shutil.which("temporal", path=sysconfig.get_path("scripts"))
    extra = ["--search-attribute", "TierlineClient=Keyword"]
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=temporal, dev_server_extra_args=extra, dev_server_log_level="error"
    ) as env:
        settings = Settings(state=tmp_path, temporal_address=env.client.service_client.config.target_host)
        await asyncio.to_thread(register_search_attributes, settings)
        assert "TierlineOwner" in capsys.readouterr().out
        await asyncio.to_thread(register_search_attributes, settings)
        assert capsys.readouterr().out == ""


def test_a_temporal_that_is_away_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(TemporalAwayError, match=r"127\.0\.0\.1:9"):
        register_search_attributes(Settings(state=tmp_path, temporal_address="127.0.0.1:9"))


def test_a_token_from_the_command_line_is_shown_once_listed_and_revoked(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare_database(settings)
    engine = engine_for(settings.dsn)
    person = Policies(engine).current().fallback.owner[1]
    capsys.readouterr()
    token_cli.create(settings, role="technician", person=person, clients=(), note="laptop")
    secret = capsys.readouterr().out.strip()
    token_id = secret.split("_")[1]
    token_cli.list_all(settings)
    shown = capsys.readouterr().out
    assert token_id in shown
    assert secret not in shown
    token_cli.revoke(settings, token_id)
    assert Tokens(engine).verify(secret, datetime.now(UTC)) is None
    engine.dispose()


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"role": "king", "person": None}, "no role 'king'"),
        ({"role": "technician", "person": None}, "--person"),
        ({"role": "technician", "person": "nobody"}, "nobody called 'nobody'"),
        ({"role": "auditor", "person": None, "clients": ("nowhere",)}, "no client nowhere"),
        ({"role": "system", "person": None}, "no role 'system'"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(settings: Settings, asked: dict[str, object], why: str) -> None:
    prepare_database(settings)
    said: dict[str, object] = {"clients": (), "note": ""} | asked
    with pytest.raises(token_cli.TokenError, match=why):
        token_cli.create(settings, **said)  # type: ignore[arg-type]


def test_the_rebuild_command_says_what_it_did(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    prepare_database(settings)
    engine = engine_for(settings.dsn)
    Journal(engine).append(short_life("t1"))
    rebuild_cli.run(settings)
    assert "rebuilt the read side of 1 tickets" in capsys.readouterr().out
    engine.dispose()
