"""Faults, tickets and alerts as rows, and back."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Row

from escalation.alerts.fault import Fault, Key
from escalation.alerts.tickets import AlertTicket, Noted
from stores.nul import holds_nul, without_nul


def digest(parts: Iterable[str]) -> bytes:
    """A key that fits into an index, however long its parts are."""
    return sha256("\n".join(parts).encode()).digest()


def fault_row(fault: Fault) -> dict[str, Any]:
    """What a fault is looked for by, and the fault itself."""
    said = _storable(fault)
    return {
        "key": digest(fault.key),
        "client": said["client"],
        "site": said.get("site", ""),
        "lane": said.get("lane", ""),
        "state": fault.state,
        "ticket_id": fault.ticket_id,
        "began_at": fault.began_at,
        "due_at": fault.due_at,
        "body": said,
    }


def fault_of(row: Row[*tuple[Any, ...]]) -> Fault:
    """The fault that a row holds."""
    return Fault.model_validate(row.body)


def ticket_row(ticket: AlertTicket) -> dict[str, Any]:
    """What a ticket of alerts is looked for by, and the ticket itself."""
    said = _storable(ticket)
    return {
        "ticket_id": ticket.id,
        "client": said["client"],
        "site": said.get("site", ""),
        "lane": said.get("lane", ""),
        "state": ticket.state,
        "emergency": ticket.emergency,
        "storm": ticket.storm,
        "made_at": ticket.made_at,
        "last_at": ticket.last_at,
        "tell_at": ticket.tell_at if ticket.state != "over" else None,
        "window_id": ticket.window,
        "body": said,
    }


def ticket_of(row: Row[*tuple[Any, ...]]) -> AlertTicket:
    """The ticket that a row holds."""
    return AlertTicket.model_validate(row.body)


def alert_row(noted: Noted) -> dict[str, Any]:
    """One alert."""
    said: Any = noted.model_dump()
    if holds_nul(noted):
        said |= {name: without_nul(value) for name, value in said.items() if isinstance(value, str)}
        said["links"] = without_nul(noted.model_dump(mode="json")["links"])
    else:
        said["links"] = noted.model_dump(mode="json")["links"]
    return {"key": alert_key(noted.source, noted.event_id), **said}


def alert_key(source: str, event_id: str) -> bytes:
    """What tells one saying of a sender from another."""
    return digest((source, event_id))


def keys_of(keys: Iterable[Key]) -> Sequence[bytes]:
    """The keys of these faults, each once."""
    return sorted({digest(key) for key in keys})


def _storable(model: BaseModel) -> Any:
    said = model.model_dump(mode="json", exclude_defaults=True)
    return without_nul(said) if holds_nul(model) else said
