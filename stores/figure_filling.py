"""The figures of tickets that were projected before there were any, or by an older release."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, or_, select

from escalation.events import Entry
from stores.database import transaction
from stores.figure_rows import write_figures
from stores.journal import entry_of, known_of
from stores.schema import journal, ticket_figures, tickets
from stores.tier_one_rows import COUNTED, write_tier_one_events

_AT_ONCE = 500


def fill_figures(engine: Engine) -> int:
    """Write what is missing from what the read side knows of each ticket; how many tickets that were.

    A few at a time, so that nobody waits long; it can be broken off and goes on where it was. A ticket that somebody
    writes just now is passed over: that writes its figures too.
    """
    filled, last = 0, ""
    while True:
        with transaction(engine) as connection:
            rows = _lacking(connection, last)
            if not rows:
                return filled
            write_figures(connection, [known_of(row) for row in rows])
            write_tier_one_events(connection, _counted(connection, [row.ticket_id for row in rows]))
        filled, last = filled + len(rows), rows[-1].ticket_id


def _lacking(connection: Connection, after: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """The next tickets without figures, or with those of an earlier entry or an older release.

    Nobody changes them until we are done.
    """
    asked = (
        select(tickets.c.ticket_id, tickets.c.state, tickets.c.facts, tickets.c.taken_in_at)
        .outerjoin_from(tickets, ticket_figures, ticket_figures.c.ticket_id == tickets.c.ticket_id)
        .where(tickets.c.ticket_id > after, _stale())
        .order_by(tickets.c.ticket_id)
        .limit(_AT_ONCE)
        .with_for_update(of=tickets, skip_locked=True)
    )
    return connection.execute(asked).all()


def _stale() -> ColumnElement[bool]:
    figures = ticket_figures.c
    return or_(*(seq.is_distinct_from(tickets.c.seq) for seq in (figures.seq, figures.whole_seq)))


def _counted(connection: Connection, ticket_ids: Sequence[str]) -> list[Entry]:
    asked = select(journal).where(journal.c.ticket_id.in_(ticket_ids), journal.c.kind.in_(COUNTED))
    return [entry_of(row) for row in connection.execute(asked)]
