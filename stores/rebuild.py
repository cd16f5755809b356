"""The read side built again from the journal: the same rows, whatever happened to the old ones."""

from collections.abc import Callable, Iterator
from itertools import groupby

from sqlalchemy import Connection, Engine, delete, func, select, text

from escalation.events import Entry
from stores.database import transaction
from stores.journal import entry_of, write_rows
from stores.projection import Known, read_on
from stores.schema import journal, ticket_figures, ticket_stays, tickets, tier_one_events
from stores.tier_one_rows import write_tier_one_events

_ROWS_AT_ONCE = 200


def rebuild(engine: Engine, progress: Callable[[int, int], None] = lambda _done, _of: None) -> int:
    """Replace every row of the read side by the fold of its ticket's journal; the number of tickets.

    One transaction: readers see the old rows until the new ones are all there. Writers of the journal wait, or get
    Unavailable and try again. `progress` is told the tickets done, and how many there are.
    """
    with transaction(engine) as connection:
        for setting in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(text(f"SET LOCAL {setting} = 0"))
        connection.execute(text("LOCK TABLE journal IN SHARE ROW EXCLUSIVE MODE"))
        total = connection.execute(select(func.count(journal.c.ticket_id.distinct()))).scalar_one()
        for table in (tickets, ticket_figures, ticket_stays, tier_one_events):
            connection.execute(delete(table))
        done = 0
        for batch in _batches(connection):
            write_rows(connection, [known for known, _ in batch])
            write_tier_one_events(connection, [entry for _, entries in batch for entry in entries])
            done += len(batch)
            progress(done, total)
    return done


def _batches(connection: Connection) -> Iterator[list[tuple[Known, list[Entry]]]]:
    batch: list[tuple[Known, list[Entry]]] = []
    for _, its in groupby(_entries(connection), key=lambda entry: entry.ticket_id):
        entries = list(its)
        batch.append((read_on(None, entries), entries))
        if len(batch) == _ROWS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _entries(connection: Connection) -> Iterator[Entry]:
    """Every entry, ticket by ticket, a few at a time in memory."""
    ordered = select(journal).order_by(journal.c.ticket_id, journal.c.seq).execution_options(yield_per=1000)
    return map(entry_of, connection.execute(ordered))
