"""Any JSON, read through a field map: one JMESPath expression for each thing that an alert says."""

from typing import Any

from escalation.alerts.alert import Action, Alert, Reading, Unreadable
from escalation.alerts.arrived import Arrived
from escalation.alerts.formats.building import Found, alert, reading
from escalation.alerts.formats.mapping import found as find
from escalation.alerts.formats.said import digest, ident, labels, line, lines_of, links, moment, parsed, text
from escalation.alerts.source import SourceMap

REQUIRED = ("fault", "summary")
FIELDS = (
    "items", *REQUIRED, "event_id", "action", "details", "severity", "kind", "asset", "group", "occurred_at", "link",
    "labels",
)  # fmt: skip
"""What a map may have an expression for; `items` finds the alerts where a body has several."""
ACTIONS: dict[str, Action] = {
    "trigger": "trigger", "acknowledge": "acknowledge", "clear": "clear", "update": "update",
}  # fmt: skip


def read(arrived: Arrived, how: SourceMap) -> Reading:
    """Every alert that the map finds."""
    return read_value(arrived, how, parsed(arrived))


def read_value(arrived: Arrived, how: SourceMap, body: object) -> Reading:
    """The same of a body that is parsed already."""
    if "items" not in how.fields:
        return Reading(alerts=(_alert(arrived, how, body, 1),))
    items = find(how.fields["items"], body)
    if not isinstance(items, list) or not items:
        raise Unreadable("no_alerts", f"items: {how.fields['items']!r} finds no list of alerts.")
    places = iter(range(1, len(items) + 1))
    return reading(items, lambda item: _alert(arrived, how, item, next(places)))


def _alert(arrived: Arrived, how: SourceMap, item: object, place: int) -> Alert:
    said = {name: find(expression, item) for name, expression in how.fields.items() if name != "items"}
    for name in REQUIRED:
        if not line(said.get(name)):
            raise Unreadable(f"no_{name}", f"{name}: {how.fields.get(name, '')!r} finds nothing in it.")
    at = moment(said.get("occurred_at"))
    found = Found(
        event_id=_event_id(arrived, said, item, place, timed=at is not None),
        fault=ident(said["fault"]),
        action=_action(how, said),
        kind=line(said.get("kind")),
        summary=line(said["summary"]),
        details=_details(said.get("details")),
        word=line(said.get("severity")),
        asset=line(said.get("asset")),
        group=ident(said.get("group")),
        occurred_at=at,
        links=links((said.get("link"), "")),
        labels=labels(said.get("labels")),
    )
    return alert(arrived, how, item, found)


def _event_id(arrived: Arrived, said: dict[str, Any], item: object, place: int, *, timed: bool) -> str:
    """The sender's own; else the same for the same words of the same moment; else this very request."""
    return ident(said.get("event_id")) or (digest(item) if timed else f"{arrived.number}/{place}")


def _action(how: SourceMap, said: dict[str, Any]) -> Action:
    if "action" not in how.fields:
        return "trigger"
    word = line(said.get("action"))
    action = how.actions.get(word) or ACTIONS.get(word.casefold())
    if action is None:
        raise Unreadable("unknown_action", f"action: the source's map does not know {word!r}.")
    return action


def _details(said: object) -> str:
    return text(lines_of(said)) if isinstance(said, dict) else text(said)
