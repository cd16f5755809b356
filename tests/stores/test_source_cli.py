"""`tierline source` and `tierline quarantine` against a real database."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from escalation.alerts.books import Arrival
from stores.inbox import Bodies
from stores.policies import Policies
from stores.sources import Sources
from tests.api.machines import EVENT, GROUP
from tests.moments import utc
from tests.unit.rules.story import POLICY
from tierline import quarantine_cli, source_cli
from tierline.quarantine_cli import QuarantineError
from tierline.settings import Settings
from tierline.source_cli import SourceError

NOW = utc("2026-03-02 09:00")


@pytest.fixture
def settings(engine: Engine) -> Settings:
    """Of a desk with the default policy."""
    settings = Settings(database_url=SecretStr(engine.url.render_as_string(hide_password=False)))
    Policies(engine).publish(settings.policy_path.read_text(), POLICY, by="olaf", at=NOW)
    return settings


def add(settings: Settings, name: str = "prometheus", kind: str = "alertmanager", **wanted: object) -> None:
    source_cli.add(settings, None, "acme-dental", id=name, kind=kind, **wanted)


def test_a_source_is_made_listed_and_its_secret_renewed(
    settings: Settings, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    add(settings)
    said = capsys.readouterr()
    assert "address  http://127.0.0.1:8000/v1/intake/prometheus\n" in said.out
    assert "secret   tls_" in said.out
    source_cli.renew(settings, "prometheus", None)
    first, second = Sources(engine).all()[0].secrets
    source_cli.retire(settings, "prometheus", first.id)
    source_cli.turn(settings, "prometheus", on=False)
    assert Sources(engine).senders() == []
    source_cli.turn(settings, "prometheus", on=True)
    assert [secret.id for secret in Sources(engine).senders()[0].secrets] == [second.id]
    source_cli.list_all(settings)
    assert "prometheus" in capsys.readouterr().out


def test_a_map_is_read_from_a_file_and_a_body_tried_out(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(settings)
    how, body = tmp_path / "map.yaml", tmp_path / "body.json"
    how.write_text("client_from: labels.tenant\nclients: {acme: acme-dental}\n")
    body.write_text(json.dumps(GROUP))
    source_cli.change_map(settings, "prometheus", how)
    assert "version 2" in capsys.readouterr().out
    assert source_cli.try_file(settings, "prometheus", body, None)
    assert json.loads(capsys.readouterr().out)["alerts"][0]["client"] == "acme-dental"
    body.write_text("no JSON")
    assert not source_cli.try_file(settings, "prometheus", body, None)
    source_cli.show(settings, "prometheus")
    assert (
        json.loads(capsys.readouterr().out.partition("}\n{")[2].join(["{", ""]))["map"]["client_from"]
        == "labels.tenant"
    )


def test_what_cannot_work_is_said_in_words(settings: Settings, tmp_path: Path) -> None:
    add(settings)
    for wrong, words in (
        ({"name": "prometheus"}, "already"),
        ({"name": "No Id"}, "id:"),
        ({"name": "x", "kind": "smoke_signals"}, "kind:"),
        ({"name": "x", "scheme": "header"}, "scheme"),
    ):
        with pytest.raises(SourceError, match=words):
            add(settings, **wrong)
    odd = tmp_path / "odd.yaml"
    odd.write_text("colour: red\n")
    for name, words in (("odd.yaml", "colour"), ("none.yaml", "cannot be read")):
        with pytest.raises(SourceError, match=words):
            source_cli.change_map(settings, "prometheus", tmp_path / name)
    with pytest.raises(SourceError, match="no source"):
        source_cli.show(settings, "nobody")


def test_quarantine_is_looked_through_replayed_and_discarded(
    settings: Settings, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    bodies = Bodies(engine)
    bodies.store([Arrival(source="pd", received_at=NOW, body=json.dumps(EVENT).encode()) for _ in range(3)])
    for number in (1, 2, 3):
        bodies.put_aside(number, "unknown_client", "The source's map knows no client.")
    quarantine_cli.list_all(settings, None)
    assert "unknown_client" in capsys.readouterr().out
    quarantine_cli.show(settings, 1)
    assert json.loads(capsys.readouterr().out) == EVENT
    quarantine_cli.discard(settings, 1, "a test of ours")
    quarantine_cli.replay(settings, 2, None)
    quarantine_cli.replay(settings, None, "pd")
    assert [body.number for body in bodies.waiting(10)] == [2, 3]
    with pytest.raises(QuarantineError, match="not in quarantine"):
        quarantine_cli.replay(settings, 1, None)
    with pytest.raises(QuarantineError, match="not in quarantine"):
        quarantine_cli.discard(settings, 1, "x")
    with pytest.raises(QuarantineError, match="number 9"):
        quarantine_cli.show(settings, 9)
    with pytest.raises(QuarantineError, match="one of the two"):
        quarantine_cli.replay(settings, None, None)
