"""PagerDuty's Events API, version 2, so that whatever can alert PagerDuty can alert us."""

from typing import Any

from escalation.alerts.alert import Action, Alert, Reading, Unreadable
from escalation.alerts.arrived import Arrived
from escalation.alerts.formats.building import Found, alert
from escalation.alerts.formats.said import digest, ident, labels, line, lines_of, links, moment, parsed, record, text
from escalation.alerts.formats.said import rows as rows_of
from escalation.alerts.source import SourceMap

_ACTIONS: dict[str, Action] = {"trigger": "trigger", "acknowledge": "acknowledge", "resolve": "clear"}


def read(arrived: Arrived, how: SourceMap) -> Reading:
    """The one event of the body."""
    return Reading(alerts=(_alert(arrived, how, record(parsed(arrived))),))


def dedup_key(event: dict[str, Any]) -> str:
    """The sender's own, or the one that it is told: the same event, without a key, is the same fault."""
    said = line(event.get("dedup_key"))
    return said or digest({name: each for name, each in event.items() if name not in ("routing_key", "dedup_key")})[:32]


def _alert(arrived: Arrived, how: SourceMap, event: dict[str, Any]) -> Alert:
    action = line(event.get("event_action"))
    if action not in _ACTIONS:
        raise Unreadable("unknown_action", f"An event triggers, acknowledges or resolves, not {action!r}.")
    if action != "trigger" and not line(event.get("dedup_key")):
        raise Unreadable("no_dedup_key", f"To {action}, an event needs the dedup_key of what it is about.")
    payload = record(event.get("payload"))
    if action == "trigger" and not line(payload.get("summary")):
        raise Unreadable("no_summary", "A trigger needs payload.summary.")
    fault, at = ident(dedup_key(event)), moment(payload.get("timestamp"))
    kind, source = line(payload.get("class")), line(payload.get("source"))
    marks = {name: payload[name] for name in ("source", "component", "group", "class") if payload.get(name)}
    found = Found(
        # Without a time of its own, the same again may be a new fault after the last was resolved.
        event_id=digest(event) if at else f"{arrived.number}",
        fault=fault,
        action=_ACTIONS[action],
        kind=kind,
        summary=line(payload.get("summary")),
        details=_details(payload.get("custom_details")),
        word=line(payload.get("severity")),
        asset=source,
        group=ident(payload.get("group")),
        occurred_at=at,
        links=links(
            (event.get("client_url"), line(event.get("client"))),
            *((record(each).get("href"), line(record(each).get("text"))) for each in rows_of(event.get("links"))),
            *((record(each).get("src"), line(record(each).get("alt"))) for each in rows_of(event.get("images"))),
        ),
        labels=labels(marks),
    )
    return alert(arrived, how, event, found)


def _details(said: object) -> str:
    return text(lines_of(said)) if isinstance(said, dict) else text(said)
