"""What audits read of a window: tickets worked in it, and what the journal says of them; imported ones are history."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, and_, or_, select, text

from escalation.audit.seen import AtTierThree, Note, Noted, Seen, Upward, Worked
from escalation.audit.window import Window
from escalation.facts import TicketFacts
from escalation.records import FiledNote, Stay
from escalation.terms import SYSTEM
from stores.database import transaction
from stores.read_side import ReadSide
from stores.schema import journal, people, tickets
from stores.schema.journal import AUDITED

_ROWS_AT_ONCE = 1_000
_STAYS = TypeAdapter(tuple[Stay, ...])
_NOTES = TypeAdapter(tuple[FiledNote, ...])
_WHAT: dict[str, Noted] = {
    "near_miss_logged": "near_miss",
    "attempt_logged": "attempt",
    "note_rated": "unusable_note",
    "note_overdue": "note_overdue",
    "under_escalated": "under_escalated",
    "nudged": "prompted",
}
_Shifts = Mapping[str, str]


class AuditReading:
    """Reads for audits; every question is bounded by the window."""

    def __init__(self, engine: Engine, read_side: ReadSide) -> None:
        self._engine, self._read_side = engine, read_side

    def seen(self, window: Window, clients: tuple[str, ...] | None = None) -> Seen:
        """What happened at the desk within the window, of all clients or of these."""
        of_them = () if clients is None else (tickets.c.client.in_(clients),)
        touched, said = _touched(window, *of_them), journalled(window).where(*of_them)
        with transaction(self._engine) as connection:
            shifts = _shifts(connection)
            worked = [each for row in connection.execute(touched) for each in _tier_one(row, window, shifts)]
            rows = list(connection.execute(said))
        return Seen(
            worked=tuple(worked),
            upwards=tuple(_upward(row, shifts) for row in rows if row.kind == "escalated"),
            notes=tuple(note for row in rows for note in _notes(row, shifts)),
        )

    def at_tier_three(self, window: Window) -> Sequence[AtTierThree]:
        """The tickets that came to Tier 3 within the window, each once, by id."""
        asked = _touched(window, tickets.c.reached_tier_3)
        with transaction(self._engine) as connection:
            return [each for row in connection.execute(asked) for each in _tier_three(row, window)]

    def facts(self, window: Window) -> Sequence[TicketFacts]:
        """The facts of the tickets that were taken in within the window."""
        return self._read_side.facts(window.since, window.until, imported=False)


def _touched(window: Window, *more: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """The tickets that were open at any time within the window."""
    there = and_(
        tickets.c.taken_in_at < window.until,
        or_(tickets.c.closed_at.is_(None), tickets.c.closed_at >= window.since),
        ~tickets.c.imported,
        tickets.c.merged_into.is_(None),
    )
    state = tickets.c.state
    asked = select(
        tickets.c.ticket_id,
        tickets.c.client,
        tickets.c.category,
        tickets.c.subject,
        state["stays"].label("stays"),
        state["emergency"].label("emergency"),
        state["known_issue"].label("known_issue"),
    )
    return asked.where(there, *more).order_by(tickets.c.ticket_id).execution_options(yield_per=_ROWS_AT_ONCE)


def journalled(window: Window) -> Select[*tuple[Any, ...]]:
    """What the journal says of the window, in the words that its index answers."""
    columns = (journal.c.ticket_id, journal.c.seq, journal.c.at, journal.c.kind, journal.c.actor, journal.c.event)
    of_ticket = (tickets.c.client, tickets.c.category, tickets.c.subject, tickets.c.state["notes"].label("notes"))
    return (
        select(*columns, *of_ticket)
        .join_from(journal, tickets, tickets.c.ticket_id == journal.c.ticket_id)
        .where(text(f"journal.{AUDITED}"), journal.c.at >= window.since, journal.c.at < window.until)
        .where(~tickets.c.imported, tickets.c.merged_into.is_(None))
        .order_by(journal.c.at, journal.c.ticket_id, journal.c.seq)
    )


def _shifts(connection: Connection) -> _Shifts:
    return {row.id: row.calendar for row in connection.execute(select(people.c.id, people.c.calendar))}


def _tier_one(row: Row[*tuple[Any, ...]], window: Window, shifts: _Shifts) -> Iterator[Worked]:
    """The ticket, if it was at Tier 1 at any time within the window."""
    stays = [stay for stay in _STAYS.validate_python(row.stays or ()) if stay.tier == 1 and _within(stay, window)]
    if stays:
        owner = stays[-1].owner or None
        yield Worked(
            ticket_id=row.ticket_id,
            client=row.client,
            category=row.category,
            technician=owner,
            shift=shifts.get(owner or ""),
            emergency=bool(row.emergency),
            known_issue=bool((row.known_issue or "").strip()),
        )


def _within(stay: Stay, window: Window) -> bool:
    return stay.began_at < window.until and (stay.ended_at is None or stay.ended_at >= window.since)


def _tier_three(row: Row[*tuple[Any, ...]], window: Window) -> Iterator[AtTierThree]:
    stays = [stay for stay in _STAYS.validate_python(row.stays or ()) if stay.tier == 3 and window.holds(stay.began_at)]
    for stay in stays[:1]:
        yield AtTierThree(
            ticket_id=row.ticket_id,
            at=stay.began_at,
            client=row.client,
            category=row.category,
            subject=row.subject,
            technician=stay.owner or None,
            entered_by=stay.entered_by,
        )


def _upward(row: Row[*tuple[Any, ...]], shifts: _Shifts) -> Upward:
    event = row.event
    technician = event.get("previous_owner") or (row.actor if row.actor != SYSTEM else None)
    said = {name: event[name] for name in _SAID if event.get(name) is not None}
    return Upward(
        ticket_id=row.ticket_id,
        seq=row.seq,
        at=row.at,
        client=row.client,
        category=row.category,
        subject=row.subject,
        kind=event["escalation"],
        technician=technician,
        shift=shifts.get(technician or ""),
        incomplete=bool(event.get("incomplete")),
        **said,
    )


_SAID = ("from_tier", "to_tier", "trigger", "reason", "auto", "in_scope", "override")


def _notes(row: Row[*tuple[Any, ...]], shifts: _Shifts) -> Iterator[Note]:
    event = row.event
    what = _WHAT.get(row.kind)
    if what is None or (what == "unusable_note" and event["rating"] != "unusable"):
        return
    by = _whose(row, what)
    yield Note(
        what=what,
        ticket_id=row.ticket_id,
        at=row.at,
        by=by,
        client=row.client,
        category=event.get("category") or row.category,
        shift=shifts.get(by),
        tier=event.get("tier"),
        detail=str(next((event[name] for name in _DETAILS if event.get(name)), "")),
        along_sop=bool(event.get("sop_step")),
        repeated=bool(event.get("repeated")),
    )


_DETAILS = ("considered_trigger", "step", "comment")


def _whose(row: Row[*tuple[Any, ...]], what: Noted) -> str:
    """Whose doing it was: of a note that was rated, who wrote it; of one that never came, who owed it."""
    if what == "note_overdue":
        return str(row.event["owed_by"])
    if what == "unusable_note":
        return _writer(_NOTES.validate_python(row.notes or ()), row.at) or str(row.actor)
    return str(row.actor)


def _writer(notes: Sequence[FiledNote], at: datetime) -> str | None:
    before = [note for note in notes if note.at <= at]
    return before[-1].by if before else None
