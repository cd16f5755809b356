"""The files for Prometheus and Grafana, checked by their own tools; docs/operations.md explains what they name."""

import json
import re
import shutil
import subprocess
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard
from ruamel.yaml import YAML

from tests.watching import DASHBOARD, PROMETHEUS, alerts, named, panels, queries

ROOT = Path(__file__).parents[2]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
TESTED = YAML(typ="safe", pure=True).load(PROMETHEUS / "alerts_test.yml")
WIDE = 24  # columns of a dashboard


def _promtool(*words: str | Path) -> str:
    """What promtool says; the test is skipped where there is none, which in CI there is."""
    tool = shutil.which("promtool")
    if tool is None:
        pytest.skip("promtool is not here: apt-get install prometheus")
    said = subprocess.run([tool, *words], capture_output=True, text=True, check=False, timeout=60)
    assert said.returncode == 0, said.stdout + said.stderr
    return said.stdout


def test_prometheus_takes_both_configurations() -> None:
    _promtool("check", "config", PROMETHEUS / "local.yml")
    _promtool("check", "config", "--syntax-only", PROMETHEUS / "prometheus.yml")


def test_prometheus_takes_the_rules() -> None:
    assert f"{len(alerts())} rules found" in _promtool("check", "rules", PROMETHEUS / "alerts.yml")


def test_every_alert_fires_when_it_should_and_not_when_it_should_not() -> None:
    _promtool("test", "rules", PROMETHEUS / "alerts_test.yml")


def test_every_alert_is_shown_firing_and_not_firing() -> None:
    quiet = {each["alertname"] for test in TESTED["tests"] for each in test.get("alert_rule_test", ())}
    shown = json.dumps(
        [
            [each["exp_samples"] for each in test.get("promql_expr_test", ())]
            + [each["alertname"] for each in test.get("alert_rule_test", ()) if each.get("exp_alerts")]
            for test in TESTED["tests"]
        ]
    )
    assert quiet == set(alerts()) == set(re.findall(r"\bTierline\w+", shown))


def test_every_query_of_the_dashboard_is_one_that_prometheus_takes(tmp_path: Path) -> None:
    """Each as a rule of its own; what Grafana puts in for its own variables stands in for them."""
    asked = [query.replace("$__rate_interval", "1m") for query in queries()]
    rules = [{"record": f"dashboard:query_{n}", "expr": query} for n, query in enumerate(asked)]
    file = tmp_path / "dashboard.yml"
    file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    assert f"{len(rules)} rules found" in _promtool("check", "rules", file)


def test_the_dashboard_keeps_to_grafanas_own_schema() -> None:
    """Read and written again by Grafana's SDK, it is what it was: a field that there is not would be lost."""
    register_default_plugins()
    again = json.loads(JSONEncoder(sort_keys=True).encode(Dashboard.from_json(DASHBOARD)))
    assert _lost(DASHBOARD, again) == []


def _lost(said: Any, again: Any, place: str = "") -> list[str]:
    match said, again:
        case dict(), dict():
            found = [_lost(value, again.get(name, "nothing"), f"{place}/{name}") for name, value in said.items()]
        case list(), list() if len(said) == len(again):
            found = [_lost(one, other, f"{place}/{n}") for n, (one, other) in enumerate(zip(said, again, strict=True))]
        case _:
            return [] if said == again else [f"{place}: {said!r}"]
    return [each for some in found for each in some]


def test_the_schema_would_find_a_field_that_there_is_not() -> None:
    register_default_plugins()
    wrong = DASHBOARD | {"refersh": "30s"}
    again = json.loads(JSONEncoder(sort_keys=True).encode(Dashboard.from_json(wrong)))
    assert _lost(wrong, again) == ["/refersh: '30s'"]


def test_panels_do_not_lie_on_each_other_and_each_says_what_it_shows() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        across, down = range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"])
        cells = set(product(across, down))
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= WIDE
        assert panel["type"] == "row" or panel["description"], panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in panels()}) == len(panels())


def test_every_alert_and_every_metric_of_ours_is_explained_to_operators() -> None:
    assert set(re.findall(r"^\| (Tierline\w+) \|", OPERATIONS, re.MULTILINE)) >= set(alerts())
    explained = set(re.findall(r"`(tierline_\w+)", OPERATIONS))
    ours = {re.sub(r"_(bucket|count|sum)$", "", name) for name in named() if name.startswith("tierline_")}
    assert ours <= explained
