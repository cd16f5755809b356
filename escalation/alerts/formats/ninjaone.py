"""The activities that NinjaOne posts: a condition that was triggered, or has reset."""

from typing import Any

from escalation.alerts.alert import Action, Alert, Reading, Unreadable
from escalation.alerts.arrived import Arrived
from escalation.alerts.formats.building import Found, alert
from escalation.alerts.formats.said import (
    digest,
    ident,
    labels,
    line,
    lines_of,
    moment,
    paragraphs,
    parsed,
    record,
    text,
)
from escalation.alerts.source import SourceMap

_ACTIONS: dict[str, Action] = {"TRIGGERED": "trigger", "RESET": "clear", "ACKNOWLEDGED": "acknowledge"}
_TOLD = ("sourceName", "type", "status", "activityResult", "priority", "severity", "deviceId", "sourceConfigUid")


def read(arrived: Arrived, how: SourceMap) -> Reading:
    """The one activity of the body; one that is no condition says nothing about a fault, and is passed over."""
    activity = record(parsed(arrived))
    if not activity.get("activityType") or not activity.get("statusCode"):
        raise Unreadable("no_activity", "This is no activity of NinjaOne: it has no activityType or no statusCode.")
    status = line(activity["statusCode"]).upper()
    if line(activity["activityType"]).upper() != "CONDITION" or status not in _ACTIONS:
        return Reading()
    return Reading(alerts=(_alert(arrived, how, activity, _ACTIONS[status]),))


def _alert(arrived: Arrived, how: SourceMap, activity: dict[str, Any], action: Action) -> Alert:
    fault = ident(activity.get("seriesUid"))
    if not fault:
        raise Unreadable("no_series", "The condition has no seriesUid.")
    device = record(activity.get("device"))
    name = line(device.get("displayName") or device.get("systemName") or activity.get("deviceId"))
    kind = line(activity.get("sourceName") or activity.get("type"))
    found = Found(
        event_id=ident(activity.get("id")) or digest(activity),
        fault=fault,
        action=action,
        kind=kind,
        summary=line(activity.get("subject") or activity.get("message")) or f"{kind} on {name}",
        details=paragraphs(
            text(activity.get("message")), lines_of({each: activity[each] for each in _TOLD if activity.get(each)})
        ),
        word=_word(activity),
        asset=name,
        occurred_at=moment(activity.get("activityTime")),
        labels=labels({each: activity[each] for each in _TOLD if activity.get(each)}),
    )
    return alert(arrived, how, activity, found)


def _word(activity: dict[str, Any]) -> str:
    """Its severity; where that is NONE, as it is for whoever never set one, its priority."""
    severity = line(activity.get("severity")).upper()
    return severity if severity not in ("", "NONE") else line(activity.get("priority"))
