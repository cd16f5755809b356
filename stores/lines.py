"""Tickets in one line each: columns and a few words of the state, never the whole of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, func, literal, select, tuple_
from sqlalchemy.types import DateTime

from escalation.lines import LinePage, Order, TicketLine
from escalation.ports import TicketFilter
from stores import cursors
from stores.database import transaction
from stores.schema import tickets
from stores.ticket_filter import EMERGENCY, STAGNANT, UNCOVERED, conditions

MOST_AT_ONCE = 200
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # what no promise waits for comes last


class Lines:
    """Implements `api.boards.Lines`; `now` is the clock by which tickets are at risk or breached."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine, self._now = engine, now

    def lines(self, wanted: TicketFilter, order: Order, limit: int, cursor: str | None = None) -> LinePage:
        """At most so many in this order; ValueError for a cursor that was not given out here."""
        limit = max(1, min(limit, MOST_AT_ONCE))
        sort = _SORTS[order]
        place = tuple_(sort, tickets.c.ticket_id)
        asked = _ASKED.add_columns(sort.label("sort")).where(*conditions(wanted, self._now()))
        if cursor is not None:
            after = tuple_(*map(literal, cursors.place(cursor)))
            asked = asked.where(place < after if order == "newest" else place > after)
        if order == "newest":
            asked = asked.order_by(sort.desc(), tickets.c.ticket_id.desc())
        else:
            asked = asked.order_by(sort, tickets.c.ticket_id)
        with transaction(self._engine) as connection:
            rows = connection.execute(asked.limit(limit + 1)).all()
        page = rows[:limit]
        more = cursors.cursor(page[-1].sort, page[-1].ticket_id) if len(rows) > limit else None
        return LinePage(lines=tuple(map(_line, page)), next_cursor=more)

    def count(self, wanted: TicketFilter) -> int:
        """How many there are."""
        asked = select(func.count()).select_from(tickets).where(*conditions(wanted, self._now()))
        with transaction(self._engine) as connection:
            return int(connection.execute(asked).scalar_one())


_SORTS: dict[Order, ColumnElement[datetime]] = {
    "newest": tickets.c.taken_in_at,
    "due": func.coalesce(tickets.c.breach_at, literal(_NEVER, DateTime(timezone=True))),
    "waiting": tickets.c.owned_since,
}
_COLUMNS = tuple(
    name for name in TicketLine.model_fields if name in tickets.c and name not in {"id", "emergency", "stagnant"}
)
_CLOCKS = tickets.c.state["clocks"]
_ASKED = select(
    tickets.c.ticket_id,
    *(tickets.c[name] for name in _COLUMNS),
    func.coalesce(EMERGENCY, False).label("emergency"),
    func.coalesce(STAGNANT, False).label("stagnant"),
    func.coalesce(UNCOVERED, False).label("uncovered"),
    tickets.c.state["parent"].astext.label("parent"),
    _CLOCKS["accept"]["due_at"].astext.label("accept_by"),
    _CLOCKS["accept"]["stopped_at"].astext.label("accepted_in_time"),
    _CLOCKS["first_response"]["due_at"].astext.label("response_due"),
    _CLOCKS["first_response"]["stopped_at"].astext.label("responded"),
)


def _line(row: Row[*tuple[Any, ...]]) -> TicketLine:
    said = {name: getattr(row, name) for name in (*_COLUMNS, "emergency", "stagnant", "uncovered", "parent")}
    return TicketLine(
        id=row.ticket_id,
        accept_by=None if row.accepted_at or row.accepted_in_time or row.parent else row.accept_by,
        response_by=None if row.responded else row.response_due,
        **said,
    )
