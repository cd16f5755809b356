"""What `tierline up` starts, in which order and with what it tells the parts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tierline.doctor import CHECKS
from tierline.findings import UnwellError
from tierline.machine_checks import first_token, settings_known
from tierline.part import Part
from tierline.settings import Settings
from tierline.state_dir import held
from tierline.up import API, NAMES, PREPARE, WORKER, banner, planned

OURS = (PREPARE, WORKER, API)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in [name for name in os.environ if name.startswith(("TIERLINE_", "TEMPORAL_"))]:
        monkeypatch.delenv(name)
    return Settings(state=tmp_path / "state", api_port=9001, temporal_port=9002)


def test_servers_come_first_then_the_preparation_then_worker_and_api(settings: Settings) -> None:
    assert NAMES == ("postgres", "temporal", "prepare", "worker", "api")
    assert [part.name for part in planned(settings, OURS, print)] == list(OURS)


def test_a_database_and_a_cluster_of_the_operators_own_are_not_started(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path, database_url="postgresql://u:p@db/x", temporal_address="temporal.example:7233")
    assert [part.name for part in planned(settings, NAMES, print)] == list(OURS)


def test_the_parts_are_told_what_the_flags_said(settings: Settings) -> None:
    for part in planned(settings, OURS, print):
        assert part.env["TIERLINE_STATE"] == str(settings.state.resolve())
        assert part.env["TIERLINE_API_PORT"] == "9001"
        assert part.env["TIERLINE_TEMPORAL_PORT"] == "9002"


def test_an_open_event_stream_cannot_keep_the_api_from_stopping(settings: Settings) -> None:
    (api,) = planned(settings, [API], print)
    assert isinstance(api, Part)
    limit = float(api.argv[list(api.argv).index("--timeout-graceful-shutdown") + 1])
    assert limit < api.stop_within.total_seconds()


def test_the_greeting_says_where_everything_is(settings: Settings) -> None:
    settings.state.mkdir()
    settings.token_file.write_text("secret")
    greeting = banner(settings, NAMES)
    for place in (
        "http://127.0.0.1:9001",
        "/console",
        "/docs",
        "http://127.0.0.1:8002/metrics",
        "http://127.0.0.1:8233",
        str(settings.token_file),
        "Ctrl-C",
    ):
        assert place in greeting
    assert "secret" not in greeting


def test_a_second_stack_on_one_state_directory_is_refused_in_one_sentence(settings: Settings) -> None:
    with held(settings.state):
        argv = [sys.executable, "-m", "tierline", "up", "--state", str(settings.state)]
        second = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
    assert second.returncode == 1
    assert second.stderr.startswith(f"tierline: {settings.state} is in use")
    assert "Traceback" not in second.stderr


def test_a_part_that_does_not_exist_is_named_with_those_that_do(settings: Settings) -> None:
    argv = [sys.executable, "-m", "tierline", "up", "--state", str(settings.state), "--only", "wroker"]
    refused = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
    assert refused.returncode == 1
    assert "there is no part wroker: the parts are postgres, temporal, prepare, worker, api" in refused.stderr


def test_the_doctor_notices_a_misspelt_variable(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIERLINE_API_PROT", "9000")
    with pytest.raises(UnwellError, match="TIERLINE_API_PROT is not a setting") as found:
        settings_known(settings)
    assert found.value.cure == "did you mean TIERLINE_API_PORT?"


def test_the_doctor_notices_a_token_that_others_can_read(settings: Settings) -> None:
    settings.state.mkdir()
    settings.token_file.write_text("secret")
    settings.token_file.chmod(0o644)
    with pytest.raises(UnwellError, match="others can read"):
        first_token(settings)
    settings.token_file.chmod(0o600)
    assert first_token(settings) == str(settings.token_file)


def test_no_check_needs_one_that_comes_after_it() -> None:
    before: set[str] = set()
    for check in CHECKS:
        assert check.needs is None or check.needs in before
        before.add(check.name)
