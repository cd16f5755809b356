"""Whose tickets somebody else should have: the owner is away, has left, or went home while a P1 or P2 was open."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, Row, select

from escalation.lifecycle import Stage
from escalation.oncall import Board, is_here, shift_end
from escalation.ports import Handover, Relieved, Sweep
from escalation.terms import Priority
from stores.database import transaction
from stores.live_rotas import load_board, load_roster
from stores.naming import Roster
from stores.schema import assignments, people, tickets

_OPEN = (Stage.TRIAGE.value, Stage.TIER_1.value, Stage.TIER_2.value, Stage.TIER_3.value)
_PRESSING = frozenset({Priority.P1.value, Priority.P2.value})


class Relief:
    """Implements `escalation.ports.Relief` on PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def held_by(self, person: str) -> list[str]:
        """The open tickets that somebody owns, as far as desk and journal know."""
        with transaction(self._engine) as connection:
            return sorted({row.ticket_id for row in _holdings(connection) if row.person == person})

    def sweep(self, since: datetime, now: datetime) -> Sweep:
        """Which tickets change hands at `now`, shifts that ended after `since` among the reasons; and when to look
        again: at the next end of a shift or beginning of an absence that concerns an owner."""
        with transaction(self._engine) as connection:
            roster = load_roster(connection)
            board, held = load_board(connection, roster), _holdings(connection)
        relieved = [due for row in held if (due := _due(row, roster, board, since, now))]
        return Sweep(relieved=tuple(relieved), next_at=min(_ahead(held, roster, board, now), default=None))

    def handovers(self, now: datetime, until: datetime) -> list[Handover]:
        """The open P1 and P2 of people whose shift ends by `until`, the first to end first."""
        with transaction(self._engine) as connection:
            roster = load_roster(connection)
            board, held = load_board(connection, roster), _holdings(connection)
        ends = {row.person: _ends(row, roster, board, now) for row in held if _pressing(row) and row.active}
        return sorted(
            (
                Handover(ticket_id=row.ticket_id, person=row.person, priority=row.priority, shift_ends_at=end)
                for row in held
                if _pressing(row) and (end := ends.get(row.person)) and end <= until
            ),
            key=lambda each: (each.shift_ends_at, each.ticket_id),
        )


def _holdings(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Every open ticket with each person who owns it by the journal, or holds it by the desk, which is told first."""
    who = select(people.c.id.label("person"), people.c.active, people.c.calendar)
    facts = [tickets.c.priority, tickets.c.owned_since]
    named = (
        who.add_columns(assignments.c.ticket_id, *facts)
        .join(assignments, (assignments.c.person == people.c.id) & assignments.c.released_at.is_(None))
        .outerjoin(tickets, tickets.c.ticket_id == assignments.c.ticket_id)
        .where(tickets.c.stage.in_(_OPEN) | tickets.c.stage.is_(None))
    )
    owned = (
        who.add_columns(tickets.c.ticket_id, *facts)
        .join(tickets, tickets.c.owner == people.c.id)
        .where(tickets.c.stage.in_(_OPEN), ~tickets.c.imported)
    )
    return connection.execute(named.union(owned).order_by("ticket_id", "person")).all()


def _due(row: Row[*tuple[Any, ...]], roster: Roster, board: Board, since: datetime, now: datetime) -> Relieved | None:
    why: Literal["absence", "left", "shift_end"]
    if not row.active:
        why = "left"
    elif board.absent_until(row.person, now):
        why = "absence"
    elif _pressing(row) and _went_home(row, roster, board, since, now):
        why = "shift_end"
    else:
        return None
    return Relieved(ticket_id=row.ticket_id, person=row.person, why=why)


def _went_home(row: Row[*tuple[Any, ...]], roster: Roster, board: Board, since: datetime, now: datetime) -> bool:
    """Whether their shift ended after `since` and by now, while the ticket was theirs, and they are not here again."""
    begun = max(since, row.owned_since)
    end = _ends(row, roster, board, begun)
    return end is not None and end <= now and not is_here(row.person, roster.calendars[row.calendar], board, now)


def _ahead(held: Sequence[Row[*tuple[Any, ...]]], roster: Roster, board: Board, now: datetime) -> Iterator[datetime]:
    owners = {row.person for row in held}
    yield from (absence.start for absence in board.absences if absence.start > now and absence.person in owners)
    for person in {row.person: row for row in held if _pressing(row) and row.active}.values():
        if end := _ends(person, roster, board, now):
            yield end


def _ends(row: Row[*tuple[Any, ...]], roster: Roster, board: Board, now: datetime) -> datetime | None:
    if row.calendar not in roster.calendars:
        return None
    return shift_end(row.person, roster.calendars[row.calendar], board, now)


def _pressing(row: Row[*tuple[Any, ...]]) -> bool:
    return row.priority in _PRESSING and row.owned_since is not None
