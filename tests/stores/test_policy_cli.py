"""`tierline policy` against a real database: publish, list, show, diff, roll back."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from stores.policies import Policies
from tests.stores.server import Server
from tierline import policy_versions_cli as cli
from tierline.settings import Settings

TEXT = Settings().policy_path.read_text(encoding="utf-8")


@pytest.fixture
def settings(engine: Engine) -> Settings:
    """Of a desk whose Temporal server is down: whatever runs on this machine is told nothing."""
    url = engine.url.render_as_string(hide_password=False)
    return Settings(database_url=SecretStr(url), temporal_address="127.0.0.1:9")


@pytest.fixture
def policies(engine: Engine) -> Policies:
    return Policies(engine)


def written(directory: Path, version: str, old: str = "", new: str = "") -> Path:
    path = directory / f"{version}.yaml"
    assert old in TEXT
    path.write_text(TEXT.replace('version: "2026.1"', f'version: "{version}"').replace(old, new, 1))
    return path


def test_a_document_is_published_listed_shown_compared_and_rolled_back(
    settings: Settings, policies: Policies, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = written(tmp_path, "v1"), written(tmp_path, "v2", "coordinate_at: 90", "coordinate_at: 75")
    cli.publish(settings, first)
    cli.publish(settings, second)
    said = capsys.readouterr().out
    assert "published policy v2: new tickets get it" in said
    assert said.count("Temporal does not answer") == 2
    cli.list_all(settings)
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert [(row[0], row[-1] == "current") for row in rows] == [("version", False), ("v2", True), ("v1", False)]
    cli.show(settings, "v1")
    assert capsys.readouterr().out == first.read_text()
    assert cli.diff(settings, "v1", "v2") == 1
    assert capsys.readouterr().out == "~ coordinate_at: 90 -> 75\n"
    assert cli.diff(settings, "v1", str(first)) == 0
    cli.rollback(settings, "v1")
    assert policies.current().version == "v1"
    cli.show(settings, None)
    assert capsys.readouterr().out.endswith(first.read_text())


def test_a_document_with_faults_is_refused_with_file_and_line(
    settings: Settings, policies: Policies, tmp_path: Path
) -> None:
    path = written(tmp_path, "v1", "coordinate_at: 90", "coordinate_at: 80")
    line = path.read_text().splitlines().index("coordinate_at: 80") + 1
    with pytest.raises(cli.PolicyVersionError, match=f"{path}:{line}: coordinate_at: "):
        cli.publish(settings, path)
    assert policies.all() == []


def test_a_version_is_published_once(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "v1")
    cli.publish(settings, path)
    cli.publish(settings, path)
    assert "published already, word for word" in capsys.readouterr().out
    with pytest.raises(cli.PolicyVersionError, match="with another text"):
        cli.publish(settings, written(tmp_path, "v1", "coordinate_at: 90", "coordinate_at: 75"))


def test_an_unknown_version_is_named_with_those_there_are(settings: Settings, tmp_path: Path) -> None:
    cli.publish(settings, written(tmp_path, "v1"))
    for ask in (cli.rollback, cli.show):
        with pytest.raises(cli.PolicyVersionError, match="no policy 'v9' was published; there are v1"):
            ask(settings, "v9")


def test_a_published_policy_holds_plain_dates_whatever_the_country_keeps_later(
    settings: Settings, policies: Policies, tmp_path: Path
) -> None:
    cli.publish(settings, written(tmp_path, "v1"))
    assert "country: US" in policies.document("v1")
    stored = Policies(policies._engine).version("v1")  # read back from the database, where no country is looked up
    assert len(stored.calendars["core"].holidays) > 20


def test_a_database_that_is_away_is_said_in_one_sentence(server: Server, tmp_path: Path) -> None:
    away = Settings(database_url=SecretStr("postgresql://127.0.0.1:1/nowhere"))
    with pytest.raises(cli.PolicyVersionError, match="is `tierline up` running"):
        cli.list_all(away)
