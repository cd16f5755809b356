"""The callbacks of ConnectWise PSA: word that a record has changed there. What it says now has to be fetched."""

from typing import Any, Literal

from pydantic_core import from_json

from escalation.alerts.alert import Hint, Reading, Unreadable
from escalation.alerts.arrived import Arrived
from escalation.alerts.formats.said import ident, line, moment, parsed, record
from escalation.alerts.source import SourceMap

_ACTIONS: dict[str, Literal["added", "updated", "deleted"]] = {
    "added": "added", "updated": "updated", "deleted": "deleted",
}  # fmt: skip


def read(arrived: Arrived, how: SourceMap) -> Reading:  # noqa: ARG001 - the record itself says whose it is
    """The one hint of the body."""
    said = record(parsed(arrived))
    action, kind, number = line(said.get("Action")).casefold(), line(said.get("Type")), ident(said.get("ID"))
    if action not in _ACTIONS:
        raise Unreadable("unknown_action", f"A record is added, updated or deleted, not {action!r}.")
    if not kind or not number:
        raise Unreadable("no_record", "The callback names no record: it has no Type or no ID.")
    changed_at = moment(record(_entity(said).get("_info")).get("lastUpdated"))
    hint = Hint(
        source=arrived.source,
        event_id=ident(said.get("MessageId")) or f"{arrived.number}",
        record_kind=kind.casefold(),
        record_id=number,
        action=_ACTIONS[action],
        occurred_at=changed_at or arrived.received_at,
    )
    return Reading(hints=(hint,))


def sender_key(body: bytes) -> str | None:
    """ConnectWise's own id of the message; None where it has none."""
    try:
        return ident(record(from_json(body)).get("MessageId")) or None
    except ValueError:
        return None


def key_url(body: bytes) -> str | None:
    """Where the body says that its key can be fetched. Nobody has vouched for it yet."""
    try:
        said = from_json(body)
    except ValueError:
        return None
    return line(record(record(said).get("Metadata")).get("key_url")) or None


def _entity(said: dict[str, Any]) -> dict[str, Any]:
    """The record as it was then, which comes as JSON in a string; empty where it cannot be read."""
    entity = said.get("Entity")
    try:
        return record(from_json(entity) if isinstance(entity, str) else entity)
    except ValueError:
        return {}
