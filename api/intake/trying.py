"""What a body would say, by the map of today or by another, before anybody relies on it."""

import json
from datetime import datetime
from typing import Any

from pydantic import ConfigDict

from api.intake.sourcing import MapBody, plain
from escalation.alerts import formats
from escalation.alerts.alert import Alert, Hint, Unread, Unreadable
from escalation.alerts.arrived import Arrived
from escalation.alerts.checking import wrong_with
from escalation.alerts.formats.generic import FIELDS
from escalation.alerts.source import Source, SourceMap
from escalation.policy import Policy
from escalation.terms import Facts, Line

_FIELDS = {"no_client": "map.client_from", "unknown_client": "map.clients", "no_alerts": "map.fields.items"}


class Trial(Facts):
    """A body as the sender would send it, as JSON or as text, and a map to try; without one, the map of today."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [{"body": {"version": "4", "alerts": []}}]}
    )

    body: Any
    headers: dict[str, Line] = {}
    map: MapBody | None = None


class FieldWrong(Facts):
    """What has to be mended, and where."""

    field: str
    code: str = "map_unsound"
    message: str


class Tried(Facts):
    """What the body would say. Nothing is kept, and nobody hears of it."""

    alerts: tuple[Alert, ...] = ()
    hints: tuple[Hint, ...] = ()
    unread: tuple[Unread, ...] = ()
    wrong: tuple[FieldWrong, ...] = ()


def try_out(source: Source, policy: Policy, trial: Trial, at: datetime) -> Tried:
    """The alerts that it would make, or what is wrong with it or with the map."""
    how = source.map if trial.map is None else plain(trial.map)
    wrong = [
        FieldWrong(field=f"map.{each.field}", message=each.message) for each in wrong_with(source.kind, how, policy)
    ]
    headers = {name.lower(): value for name, value in trial.headers.items()}
    arrived = Arrived(number=0, source=source.id, received_at=at, headers=headers, body=_raw(trial.body))
    try:
        reading = formats.read(source.kind, arrived, how)
    except Unreadable as fault:
        wrong.append(FieldWrong(field=_place(how, fault), code=fault.code, message=fault.reason))
        return Tried(wrong=tuple(wrong))
    return Tried(alerts=reading.alerts, hints=reading.hints, unread=reading.unread, wrong=tuple(wrong))


def _raw(body: object) -> bytes:
    return body.encode(errors="replace") if isinstance(body, str) else json.dumps(body).encode()


def _place(how: SourceMap, fault: Unreadable) -> str:
    name = fault.code.removeprefix("no_")
    if how.fields and name in FIELDS:
        return f"map.fields.{name}"
    if how.fields and fault.code == "unknown_action":
        return "map.actions"
    return _FIELDS.get(fault.code, "body") if fault.code != "no_alerts" or how.fields else "body"
