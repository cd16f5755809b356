"""The webhook of Prometheus' Alertmanager, version 4: a group of alerts, each of which stands for itself."""

from typing import Any

from escalation.alerts.alert import Action, Alert, Reading, Unreadable
from escalation.alerts.arrived import Arrived
from escalation.alerts.formats.building import Found, alert, reading
from escalation.alerts.formats.said import (
    ident,
    labels,
    line,
    lines_of,
    links,
    moment,
    paragraphs,
    parsed,
    record,
    text,
)
from escalation.alerts.formats.said import rows as rows_of
from escalation.alerts.source import SourceMap

_ACTIONS: dict[str, Action] = {"firing": "trigger", "resolved": "clear"}


def read(arrived: Arrived, how: SourceMap) -> Reading:
    """Every alert of the group; one that the group leaves out for its size is not taken for cleared."""
    group = record(parsed(arrived))
    if line(group.get("version")) != "4":
        raise Unreadable("wrong_version", "This is no webhook of Alertmanager in version 4.")
    said = rows_of(group.get("alerts"))
    if not said:
        raise Unreadable("no_alerts", "The group has no alerts.")
    return reading(said, lambda item: _alert(arrived, how, group, record(item)))


def _alert(arrived: Arrived, how: SourceMap, group: dict[str, Any], item: dict[str, Any]) -> Alert:
    status = line(item.get("status"))
    if status not in _ACTIONS:
        raise Unreadable("unknown_status", f"An alert is firing or resolved, not {status!r}.")
    fingerprint = ident(item.get("fingerprint"))
    if not fingerprint:
        raise Unreadable("no_fingerprint", "The alert has no fingerprint.")
    marks, notes = record(item.get("labels")), record(item.get("annotations"))
    kind, asset = line(marks.get("alertname")), line(marks.get("instance"))
    found = Found(
        # Two Alertmanagers of a pair say the same of an alert's beginning, and perhaps not of its end.
        event_id=ident(f"{fingerprint}/{line(item.get('startsAt'))}/{status}"),
        fault=fingerprint,
        action=_ACTIONS[status],
        kind=kind,
        summary=line(notes.get("summary")) or " on ".join(filter(None, [kind, asset])),
        details=paragraphs(text(notes.get("description") or notes.get("message")), lines_of(marks), _left_out(group)),
        word=line(marks.get("severity")),
        asset=asset,
        group=ident(group.get("groupKey")),
        occurred_at=moment(item.get("startsAt" if status == "firing" else "endsAt")),
        links=links(
            (notes.get("runbook_url"), "Runbook"),
            (notes.get("dashboard_url"), "Dashboard"),
            (item.get("generatorURL"), "Where it was found"),
            (group.get("externalURL"), "Alertmanager"),
        ),
        labels=labels(marks),
    )
    return alert(arrived, how, item, found)


def _left_out(group: dict[str, Any]) -> str:
    left_out = group.get("truncatedAlerts")
    if not isinstance(left_out, int) or left_out <= 0:
        return ""
    return f"Alertmanager left {left_out} more alerts of this group out (max_alerts of its webhook)."
