"""The files by which the desk is watched, and what they ask Prometheus for."""

import json
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

DEPLOY = Path(__file__).parents[1] / "deploy"
PROMETHEUS = DEPLOY / "prometheus"
DASHBOARD: dict[str, Any] = json.loads((DEPLOY / "grafana" / "dashboards" / "tierline.json").read_text())
_RULES = YAML(typ="safe", pure=True).load(PROMETHEUS / "alerts.yml")
_METRIC = re.compile(r"\b(?:tierline|temporal|process)_\w+|\bup\b")


def alerts() -> dict[str, str]:
    """The expression of each alert, by its name."""
    return {rule["alert"]: rule["expr"] for group in _RULES["groups"] for rule in group["rules"]}


def panels() -> list[dict[str, Any]]:
    """The panels of the dashboard, its rows among them."""
    return list(DASHBOARD["panels"])


def queries() -> list[str]:
    """What the dashboard asks for."""
    return [target["expr"] for panel in panels() for target in panel.get("targets", ())]


def named() -> set[str]:
    """Every metric that an alert or a panel names."""
    return {
        name for asked in (*alerts().values(), *queries()) for name in _METRIC.findall(re.sub(r'"[^"]*"', "", asked))
    }
