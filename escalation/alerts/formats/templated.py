"""Tools whose webhook says what its owner writes into it: our templates for them, and how they are read.

The templates that are pasted there stand in policies/intake/.
"""

from typing import Any

from escalation.alerts.alert import Action, Alert, Reading, Unreadable
from escalation.alerts.arrived import Arrived
from escalation.alerts.formats.building import Found, alert
from escalation.alerts.formats.said import ident, labels, line, lines_of, moment, paragraphs, parsed, record, text
from escalation.alerts.source import SourceMap

_ACTIONS: dict[str, Action] = {"triggered": "trigger", "resolved": "clear", "acknowledged": "acknowledge"}


def read_datto(arrived: Arrived, how: SourceMap) -> Reading:
    """The one alert of Datto RMM, by our template."""
    said = _template(arrived, "alert_uid", "[alert_uid]")
    host = line(said.get("device_hostname"))
    found = Found(
        event_id=f"{ident(said['alert_uid'])}/{line(said.get('event'))}",
        fault=ident(said["alert_uid"]),
        action=_action(said),
        kind=line(said.get("alert_type") or said.get("alert_category")),
        summary=_on(line(said.get("alert_message_en")) or line(said.get("alert_category")), host),
        details=paragraphs(text(said.get("alert_message_en")), lines_of(_rest(said))),
        word=line(said.get("alert_priority")),
        asset=host or line(said.get("device_uid")),
        group=ident(said.get("site_uid")),
        labels=labels(_rest(said)),
    )
    return _one(arrived, how, said, found)


def read_tactical(arrived: Arrived, how: SourceMap) -> Reading:
    """The one alert of Tactical RMM, by our template."""
    said = _template(arrived, "alert_id", "{{alert.id}}")
    host = line(said.get("hostname"))
    action = _action(said)
    found = Found(
        event_id=f"{ident(said['alert_id'])}/{line(said.get('event'))}",
        fault=ident(said["alert_id"]),
        action=action,
        kind=line(said.get("alert_type")),
        summary=_on(line(said.get("message")) or line(said.get("alert_type")), host),
        details=paragraphs(text(said.get("message")), lines_of(_rest(said))),
        word=line(said.get("severity")),
        asset=host or line(said.get("agent_id")),
        group=ident(said.get("site")),
        occurred_at=moment(said.get("alert_time")) if action == "trigger" else None,
        labels=labels(_rest(said)),
    )
    return _one(arrived, how, said, found)


def _template(arrived: Arrived, name: str, variable: str) -> dict[str, Any]:
    """The body; Unreadable where its tool did not fill our template in."""
    said = record(parsed(arrived))
    if not ident(said.get(name)):
        raise Unreadable(f"no_{name}", f"The body has no {name}: is it our template?")
    if line(said[name]) == variable:
        raise Unreadable("not_filled_in", f"The tool did not fill in {variable}: it has no variable of this name.")
    return said


def _action(said: dict[str, Any]) -> Action:
    event = line(said.get("event")).casefold()
    if event not in _ACTIONS:
        raise Unreadable("unknown_event", f"event is one of {', '.join(_ACTIONS)}, not {event!r}.")
    return _ACTIONS[event]


def _on(what: str, host: str) -> str:
    return line(f"{what} on {host}" if host and what and host not in what else what or host)


def _rest(said: dict[str, Any]) -> dict[str, Any]:
    """What says something: a tool without a value leaves the place empty, or writes None."""
    return {name: each for name, each in said.items() if name != "event" and line(each) not in ("", "None", "null")}


def _one(arrived: Arrived, how: SourceMap, said: dict[str, Any], found: Found) -> Reading:
    made: Alert = alert(arrived, how, said, found)
    return Reading(alerts=(made,))
