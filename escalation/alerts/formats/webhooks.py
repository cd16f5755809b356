"""Standard Webhooks: `type`, `timestamp` and `data`; what is in the data, the source's field map may say."""

from typing import Any

from escalation.alerts.alert import Action, Reading, Unreadable
from escalation.alerts.arrived import Arrived
from escalation.alerts.formats import generic
from escalation.alerts.formats.building import Found, alert
from escalation.alerts.formats.said import digest, ident, labels, line, moment, parsed, record, text
from escalation.alerts.source import SourceMap

_ENDINGS: dict[str, Action] = {
    "resolved": "clear", "cleared": "clear", "recovered": "clear", "closed": "clear",
    "acknowledged": "acknowledge", "updated": "update",
}  # fmt: skip
_ID = "webhook-id"


def read(arrived: Arrived, how: SourceMap) -> Reading:
    """The one event of the body: by the field map if the source has one, else by the names that most senders use."""
    said = record(parsed(arrived))
    if how.fields:
        return generic.read_value(arrived, how, said)
    kind, data = line(said.get("type")), record(said.get("data"))
    if not kind:
        raise Unreadable("no_type", "The event has no type.")
    fault = ident(data.get("id") or data.get("key"))
    if not fault:
        raise Unreadable("no_fault", "data has no id: a field map can say where the fault's id stands.")
    return Reading(alerts=(alert(arrived, how, said, _found(arrived, how, said, data, kind, fault)),))


def _found(
    arrived: Arrived, how: SourceMap, said: dict[str, Any], data: dict[str, Any], kind: str, fault: str
) -> Found:
    ending = kind.rpartition(".")[2].casefold()
    return Found(
        event_id=ident(arrived.headers.get(_ID)) or digest(said),
        fault=fault,
        action=how.actions.get(kind) or _ENDINGS.get(ending, "trigger"),
        kind=kind,
        summary=line(data.get("summary") or data.get("title") or data.get("message")) or kind,
        details=text(data.get("details") or data.get("description") or data),
        word=line(data.get("severity") or data.get("priority")),
        asset=line(data.get("asset") or data.get("host")),
        occurred_at=moment(said.get("timestamp")),
        labels=labels({name: each for name, each in data.items() if isinstance(each, str | int | bool)}),
    )
