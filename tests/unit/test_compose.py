"""The scale-out files, checked without a container engine: the schema, and the faults that are known to bite."""

import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tierline.settings import Settings

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
TEXT = FILE.read_text()
COMPOSE: dict[str, Any] = YAML(typ="safe", pure=True).load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
INSTRUCTIONS = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()

PINNED = re.compile(r"^[\w./-]+:v?\d+\.\d+(\.\d+)?([.-][\w.-]+)?$")
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::([-?])([^}]*))?\}")


def conditions(service: str) -> dict[str, str]:
    return {name: after["condition"] for name, after in SERVICES[service].get("depends_on", {}).items()}


def one_shots() -> set[str]:
    return {
        name
        for service in SERVICES
        for name, condition in conditions(service).items()
        if condition == "service_completed_successfully"
    }


def test_the_file_keeps_to_the_compose_schema() -> None:
    argv = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    checked = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_service_waited_for_exists_and_nothing_waits_in_a_circle() -> None:
    graph = {service: set(conditions(service)) for service in SERVICES}
    assert set().union(*graph.values()) <= set(SERVICES)
    TopologicalSorter(graph).prepare()


def test_every_service_that_must_be_healthy_says_when_it_is() -> None:
    waited_for = {
        name
        for service in SERVICES
        for name, condition in conditions(service).items()
        if condition == "service_healthy"
    }
    assert waited_for
    assert {name for name in waited_for if "healthcheck" not in SERVICES[name]} == set()


@pytest.mark.parametrize("service", SERVICES)
def test_a_step_ends_and_a_server_comes_back(service: str) -> None:
    restart = SERVICES[service]["restart"]
    assert restart.startswith("on-failure:") if service in one_shots() else restart == "unless-stopped"


@pytest.mark.parametrize("service", [name for name in SERVICES if "build" not in SERVICES[name]])
def test_every_image_is_pinned_to_a_version(service: str) -> None:
    assert PINNED.match(SERVICES[service]["image"])


@pytest.mark.parametrize("service", SERVICES)
def test_ports_are_opened_on_the_loopback_address_only(service: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[service].get("ports", []))


@pytest.mark.parametrize("service", SERVICES)
def test_mounts_are_files_of_the_repository_or_named_volumes(service: str) -> None:
    for mount in SERVICES[service].get("volumes", []):
        source, target = mount.split(":")[:2]
        assert target.startswith("/")
        if source.startswith("."):
            assert (ROOT / source).exists()
            assert mount.endswith(":ro")
        else:
            assert source in COMPOSE["volumes"]


def test_each_database_keeps_its_files_in_a_volume_of_its_own() -> None:
    databases = [service for service in SERVICES.values() if service["image"].startswith("postgres:17")]
    volumes = [
        mount for service in databases for mount in service["volumes"] if mount.endswith(":/var/lib/postgresql/data")
    ]
    assert len(databases) == len(set(volumes)) == 2


def test_every_variable_is_documented_with_its_default() -> None:
    documented = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    used = {name: (kind, default) for name, kind, default in VARIABLE.findall(TEXT)}
    assert documented.keys() == used.keys()
    differing = {
        name for name, (kind, default) in used.items() if kind == "-" and default not in ("", documented[name])
    }
    assert differing == set()


def test_no_password_has_a_default() -> None:
    secrets = {(name, kind) for name, kind, _ in VARIABLE.findall(TEXT) if "PASSWORD" in name}
    assert secrets == {("TIERLINE_DB_PASSWORD", "?"), ("TEMPORAL_DB_PASSWORD", "?")}


def test_what_our_services_are_told_are_settings() -> None:
    told = set(COMPOSE["x-tierline-environment"]) - {"OTEL_EXPORTER_OTLP_ENDPOINT"}  # a standard one
    assert told <= {f"TIERLINE_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize(
    "service", [name for name in SERVICES if SERVICES[name].get("entrypoint") == ["/bin/sh", "-c"]]
)
def test_inline_scripts_are_valid_and_stop_at_the_first_fault(service: str) -> None:
    (script,) = SERVICES[service]["command"]
    script = script.replace("$$", "$")
    assert script.startswith("set -eu\n")
    checked = subprocess.run(["sh", "-n"], input=script, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_the_temporal_server_has_the_settings_that_cannot_be_put_right_later() -> None:
    environment = SERVICES["temporal"]["environment"]
    assert environment["NUM_HISTORY_SHARDS"] == "512"
    assert environment["BIND_ON_IP"] == "0.0.0.0"  # noqa: S104 - inside the container's own network


def test_the_dynamic_configuration_is_where_the_server_is_told_to_look() -> None:
    """Without the file, the server does not start."""
    folder = next(mount for mount in SERVICES["temporal"]["volumes"] if "deploy/temporal:" in mount).split(":")
    path = SERVICES["temporal"]["environment"]["DYNAMIC_CONFIG_FILE_PATH"].replace(folder[1], folder[0])
    settings = YAML(typ="safe", pure=True).load(ROOT / path)
    assert all("value" in choice for choices in settings.values() for choice in choices)


def test_prometheus_finds_api_and_workers_where_they_listen_and_reads_with_the_token_that_it_is_given() -> None:
    jobs = YAML(typ="safe", pure=True).load(ROOT / "deploy" / "prometheus" / "prometheus.yml")["scrape_configs"]
    found = {where["names"][0]: where["port"] for job in jobs for where in job["dns_sd_configs"]}
    assert found == {"api": 8000, "worker": Settings.model_fields["worker_metrics_port"].default}
    assert set(found) <= set(SERVICES)
    (script,) = SERVICES["prometheus"]["command"]
    assert f"> {jobs[0]['authorization']['credentials_file']}\n" in script
    assert SERVICES["prometheus"]["environment"]["METRICS_TOKEN"] == "${TIERLINE_METRICS_TOKEN:-}"


def test_grafana_finds_its_dashboard_and_prometheus_and_lets_nobody_change_anything() -> None:
    provisioned = ROOT / "deploy" / "grafana" / "provisioning"
    (source,) = YAML(typ="safe", pure=True).load(provisioned / "datasources" / "prometheus.yml")["datasources"]
    assert source["url"] == "http://prometheus:9090"
    (provider,) = YAML(typ="safe", pure=True).load(provisioned / "dashboards" / "tierline.yml")["providers"]
    mounts = dict(mount.split(":")[1::-1] for mount in SERVICES["grafana"]["volumes"])
    environment = SERVICES["grafana"]["environment"]
    folder = provider["options"]["path"]
    shown = environment["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"].replace(folder, mounts[folder])
    assert (ROOT / shown).is_file()
    assert (environment["GF_AUTH_ANONYMOUS_ORG_ROLE"], environment["GF_AUTH_BASIC_ENABLED"]) == ("Viewer", "false")


def test_server_and_schema_tools_are_of_one_version() -> None:
    tags = {SERVICES[name]["image"].split(":")[1] for name in ("temporal", "temporal-schema", "temporal-namespace")}
    assert len(tags) == 1


def test_nothing_in_the_image_runs_as_root() -> None:
    users = [line.split()[1] for line in INSTRUCTIONS if line.startswith("USER ")]
    assert users
    assert users[-1].split(":")[0] not in {"0", "root"}


def test_the_image_is_built_from_pinned_parts() -> None:
    bases = [line.split()[1] for line in INSTRUCTIONS if line.startswith("FROM ")]
    assert all(PINNED.match(base) for base in bases)
    assert len(set(bases)) == 1
    syncs = [line for line in INSTRUCTIONS if "uv sync" in line]
    assert syncs
    assert all("--frozen" in line for line in syncs)


def test_what_is_copied_into_the_image_exists_and_is_not_ignored() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        source.strip("./")
        for line in INSTRUCTIONS
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    }
    assert copied == let_in
    assert all((ROOT / source).exists() for source in copied)


def test_the_image_holds_every_package_of_the_wheel() -> None:
    packaged = re.findall(r'"([\w.]+)" = "tierline/parts/', (ROOT / "pyproject.toml").read_text())
    copied = " ".join(line for line in INSTRUCTIONS if line.startswith("COPY "))
    assert packaged
    assert [name for name in packaged if f" {name} " not in copied] == []
