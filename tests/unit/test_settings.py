"""Where a setting comes from, and what is refused."""

import os
import socket
from pathlib import Path

import pytest
from pydantic import ValidationError

from tierline import PARTS_ROOT, ports
from tierline.settings import Settings, SettingsError


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith(("TIERLINE_", "TEMPORAL_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TIERLINE_STATE", str(tmp_path / "state"))


def test_unset_everything_is_embedded_on_this_machine() -> None:
    settings = Settings()
    assert settings.temporal_embedded
    assert settings.temporal_connection() == {"target_host": "127.0.0.1:7233", "namespace": "default"}
    assert settings.dsn.startswith("postgresql+psycopg://tierline:")
    assert settings.api_url == "http://127.0.0.1:8000"


def test_a_flag_beats_the_environment_which_beats_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIERLINE_API_PORT", "9000")
    assert Settings().api_port == 9000
    assert Settings(api_port=9001).api_port == 9001


def test_another_terminal_finds_the_ports_of_the_running_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    running = Settings(api_port=9001, temporal_port=9002)
    running.state.mkdir()
    running.note_running()
    monkeypatch.setenv("TIERLINE_TEMPORAL_PORT", "9003")
    found = Settings.of_running()
    assert (found.api_port, found.temporal_port) == (9001, 9003)
    assert Settings().api_port == 8000, "the next start takes the default again"


def test_the_note_of_the_running_stack_holds_no_secret(tmp_path: Path) -> None:
    settings = Settings(database_url="postgresql://u:sesame@db/x", smtp_url="smtp://u:sesame@mail")
    settings.state.mkdir()
    settings.note_running()
    assert "sesame" not in settings.running_file.read_text()
    assert "sesame" not in repr(settings)


def test_the_embedded_database_is_reached_with_its_own_password() -> None:
    settings = Settings(postgres_port=5544)
    settings.postgres_password_file.parent.mkdir(parents=True)
    settings.postgres_password_file.write_text("open-up\n")
    assert settings.dsn == "postgresql+psycopg://tierline:open-up@127.0.0.1:5544/tierline"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_any_spelling_of_a_postgresql_address_gets_our_driver(scheme: str) -> None:
    assert Settings(database_url=f"{scheme}://u:p@db/x").dsn == "postgresql+psycopg://u:p@db/x"


def test_a_database_that_is_not_postgresql_is_refused_without_repeating_the_secret() -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(database_url="mysql://u:sesame@db/x")
    said = str(SettingsError.of(refused.value))
    assert said.startswith("TIERLINE_DATABASE_URL: ")
    assert "must be a PostgreSQL address" in said
    assert "sesame" not in said


@pytest.mark.parametrize("variable", ["TIERLINE_TEMPORAL_ADDRESS", "TEMPORAL_ADDRESS"])
def test_a_named_cluster_takes_the_place_of_the_embedded_server(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "temporal.example:7233")
    monkeypatch.setenv("TIERLINE_TEMPORAL_NAMESPACE", "desk")
    settings = Settings()
    assert not settings.temporal_embedded
    assert settings.temporal_connection()["target_host"] == "temporal.example:7233"
    assert settings.namespace == "desk"


PROFILES = """
[profile.default]
address = "elsewhere.example:7233"
api_key = "key-of-another-cluster"

[profile.desk]
address = "desk.example:7233"
namespace = "desk"
api_key = "key-of-the-desk"
"""


@pytest.fixture
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporal.toml").write_text(PROFILES)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "temporal.toml"))


@pytest.mark.usefixtures("profiles")
def test_a_named_profile_gives_address_namespace_and_key() -> None:
    connection = Settings(temporal_profile="desk").temporal_connection()
    assert connection["target_host"] == "desk.example:7233"
    assert connection["namespace"] == "desk"
    assert connection["api_key"] == "key-of-the-desk"


@pytest.mark.usefixtures("profiles")
def test_a_default_profile_in_the_home_directory_does_not_turn_up_into_a_client_of_production() -> None:
    assert Settings().temporal_embedded
    assert Settings().temporal_connection()["target_host"] == "127.0.0.1:7233"


@pytest.mark.usefixtures("profiles")
def test_a_bare_address_is_never_sent_the_key_of_a_profile() -> None:
    assert "api_key" not in Settings(temporal_address="temporal.example:7233").temporal_connection()


def test_apprise_addresses_are_parted_by_blanks_and_keep_their_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIERLINE_APPRISE_URLS", "mailto://a?to=x,y\n ntfy://topic ")
    addresses = [each.get_secret_value() for each in Settings().apprise_urls]
    assert addresses == ["mailto://a?to=x,y", "ntfy://topic"]


def test_the_default_policy_comes_with_the_product() -> None:
    assert Settings().policy_path == PARTS_ROOT / "policies" / "default.yaml"
    assert Settings().policy_path.exists()


def test_a_taken_port_is_named_with_what_changes_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        settings = Settings(api_port=port)
        with pytest.raises(ports.PortTakenError) as refused:
            ports.check_free(list(ports.api(settings)), settings)
    assert (
        str(refused.value) == f"port {port}, for the API, is taken: choose another with --api-port or TIERLINE_API_PORT"
    )


def test_one_port_for_two_parts_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as briefly:
        port = briefly.getsockname()[1]
    settings = Settings(api_port=port, worker_health_port=port)
    with pytest.raises(ports.PortTakenError, match="given to both the worker's health and the API"):
        ports.check_free([*ports.WORKER, *ports.api(settings)], settings)


def test_servers_of_the_operators_own_need_no_ports_here() -> None:
    settings = Settings(database_url="postgresql://u:p@db/x", temporal_address="temporal.example:7233")
    kept = ["the worker's health", "the worker's metrics", "the API"]
    assert [each.what for each in ports.listening(settings)] == kept
