"""What the 40 % line counts of the journal, as rows of typed columns: one for each entry that it counts."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from escalation.events import AttemptLogged, Entry, Escalated, NearMissLogged, Nudged
from escalation.terms import EscalationKind
from stores.schema import tier_one_events

COUNTED = ("escalated", "attempt_logged", "near_miss_logged", "nudged")


def write_tier_one_events(connection: Connection, entries: Iterable[Entry]) -> None:
    """Insert the rows of these entries; those already there stay."""
    if rows := [row for entry in entries for row in _rows(entry)]:
        connection.execute(_ADD, rows)


def _rows(entry: Entry) -> Iterator[dict[str, Any]]:
    match entry.event:
        case Escalated(from_tier=1) as up:
            emergency = up.escalation is EscalationKind.EMERGENCY
            yield _row(entry, emergency=emergency, trigger=up.trigger, in_scope=up.in_scope)
        case AttemptLogged(tier=tier) as tried:
            along_sop = bool(tried.sop_step) and tier in (None, 1)
            yield _row(entry, along_sop=along_sop, repeated=tried.repeated)
        case NearMissLogged() | Nudged(tier=1):
            yield _row(entry)
        case _:
            pass


def _row(entry: Entry, **said: object) -> dict[str, Any]:
    event = entry.event
    return _NOTHING | {"ticket_id": entry.ticket_id, "seq": entry.seq, "at": event.at, "kind": event.kind} | said


_NOTHING = {"emergency": False, "trigger": None, "in_scope": False, "along_sop": False, "repeated": False}
# Built once: putting a statement together costs more than running it.
_ADD = insert(tier_one_events).on_conflict_do_nothing()
