"""CloudEvents 1.0 in all three modes: structured, as a batch, and binary, with the event's own data as the body."""

from typing import Any
from urllib.parse import unquote

from pydantic_core import from_json

from escalation.alerts.alert import Action, Alert, Reading, Unreadable
from escalation.alerts.arrived import Arrived
from escalation.alerts.formats.building import Found, alert, reading
from escalation.alerts.formats.mapping import found as find
from escalation.alerts.formats.said import digest, ident, labels, line, links, moment, parsed, record, text
from escalation.alerts.source import SourceMap

_PREFIX = "ce-"
_NEEDED = ("id", "source", "type")
_ENDINGS: dict[str, Action] = {
    "resolved": "clear", "cleared": "clear", "recovered": "clear", "closed": "clear", "ok": "clear",
    "acknowledged": "acknowledge", "updated": "update",
}  # fmt: skip
"""What the last word of a type means, where the map has no `action` of its own: all else begins something."""


def read(arrived: Arrived, how: SourceMap) -> Reading:
    """Every event of the body."""
    if _is_binary(arrived.headers):
        return Reading(alerts=(_alert(arrived, how, _binary(arrived)),))
    said = parsed(arrived)
    if isinstance(said, list):
        if not said:
            raise Unreadable("no_alerts", "The batch has no events.")
        return reading(said, lambda item: _alert(arrived, how, record(item)))
    return Reading(alerts=(_alert(arrived, how, record(said)),))


def sender_key(headers: dict[str, str], body: bytes) -> str | None:
    """The sender's own id of the event: its source and id together; None for a batch, and for what is none."""
    if _is_binary(headers):
        event: dict[str, Any] = {name: unquote(headers.get(f"{_PREFIX}{name}", "")) for name in ("id", "source")}
    else:
        try:
            event = record(from_json(body))
        except ValueError:
            return None
    said = [line(event.get(name)) for name in ("source", "id")]
    return "\n".join(said) if all(said) else None


def _is_binary(headers: dict[str, str]) -> bool:
    return f"{_PREFIX}specversion" in headers


def _binary(arrived: Arrived) -> dict[str, Any]:
    event: dict[str, Any] = {
        name.removeprefix(_PREFIX): unquote(value)
        for name, value in arrived.headers.items()
        if name.startswith(_PREFIX)
    }
    if "json" in arrived.headers.get("content-type", "json"):
        return {**event, "data": parsed(arrived) if arrived.body else None}
    return {**event, "data": arrived.body.decode(errors="replace")}


def _alert(arrived: Arrived, how: SourceMap, event: dict[str, Any]) -> Alert:
    if not line(event.get("specversion")).startswith("1."):
        raise Unreadable("wrong_version", "This is no CloudEvent of version 1.")
    for name in _NEEDED:
        if not line(event.get(name)):
            raise Unreadable(f"no_{name}", f"The event has no {name}.")
    data = event.get("data")
    said = {name: find(expression, event) for name, expression in how.fields.items()}
    kind, subject = line(event["type"]), line(event.get("subject"))
    found = Found(
        event_id=digest([event["source"], event["id"]]),
        fault=ident(said.get("fault")) or digest([event["source"], subject or kind])[:32],
        action=_action(how, said, kind),
        kind=line(said.get("kind")) or kind,
        summary=line(said.get("summary"))
        or line(record(data).get("summary") or record(data).get("message"))
        or " ".join(filter(None, [kind, subject])),
        details=text(said.get("details")) or text(data),
        word=line(said.get("severity") or event.get("severity") or record(data).get("severity")),
        asset=line(said.get("asset")) or subject,
        group=ident(said.get("group")),
        occurred_at=moment(event.get("time")),
        links=links((said.get("link"), ""), (event.get("source"), "Where it comes from")),
        labels=labels({name: each for name, each in event.items() if name not in ("data", "data_base64")}),
    )
    return alert(arrived, how, event, found)


def _action(how: SourceMap, said: dict[str, Any], kind: str) -> Action:
    if "action" in how.fields:
        word = line(said.get("action"))
        if word not in how.actions:
            raise Unreadable("unknown_action", f"action: the source's map does not know {word!r}.")
        return how.actions[word]
    return how.actions.get(kind) or _ENDINGS.get(kind.rpartition(".")[2].casefold(), "trigger")
