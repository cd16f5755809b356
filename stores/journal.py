"""The append-only record. An entry and all that is read from it are written in one transaction, or not at all."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import BigInteger, Connection, Engine, Row, Select, Text, any_, bindparam, cast, func, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert

from escalation.events import EVENT, Entry, Event
from escalation.ticket import Ticket
from stores.database import transaction
from stores.figure_rows import write_figures
from stores.holdings import settle
from stores.nul import holds_nul, without_nul
from stores.projection import AnotherStory, Known, StillLives, read_on
from stores.schema import journal, tickets
from stores.ticket_facts import Story
from stores.ticket_row import row_of
from stores.tier_one_rows import write_tier_one_events


class Journal:
    """The journal of every ticket; implements `escalation.ports.Journal`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def append(self, entries: Sequence[Entry]) -> None:
        """Add entries, of one ticket or of several; those already there, by (ticket, seq), are passed over.

        JournalGap if a ticket's entries do not follow on those already there, AnotherStory if those there are others:
        one of Temporal and PostgreSQL was set back to an earlier day. Unavailable while PostgreSQL is away.
        """
        if not entries:
            return
        # One order for all, so that two writers of the same tickets wait for each other and never in a circle.
        ordered = sorted(map(_storable, entries), key=lambda entry: (entry.ticket_id, entry.seq))
        with transaction(self._engine) as connection:
            # The insert comes first: its unique keys hold a second writer of the same entries until we are done,
            # and only then does the second one's next statement look at the ticket.
            added = _insert(connection, ordered)
            _check_same(connection, [entry for entry in ordered if (entry.ticket_id, entry.seq) not in added])
            project(connection, [entry for entry in ordered if (entry.ticket_id, entry.seq) in added])

    def append_afterwards(
        self, ticket_id: str, request_id: str, judged: Callable[[Ticket, Sequence[Event]], Sequence[Event]]
    ) -> tuple[Ticket, list[Entry]]:
        """Add what `judged` makes of a ticket that is over, and of what this request added before; one at a time.

        The ticket then, and the request's entries. StillLives for a ticket whose workflow writes its own story,
        KeyError for none, AnotherStory if something else came between.
        """
        with transaction(self._engine) as connection:
            known = _known(connection, [ticket_id])[ticket_id]  # held until the end: a second one waits here
            if not known.ticket.over:
                raise StillLives(ticket_id)
            before = connection.execute(_REQUESTED, {"ticket_id": ticket_id, "request_id": request_id}).all()
            events = judged(known.ticket, [EVENT.validate_python(row.event) for row in before])
            if not events:
                return known.ticket, [entry_of(row) for row in before]
            entries = [
                _storable(
                    Entry(
                        ticket_id=ticket_id,
                        seq=known.ticket.seq + place,
                        policy_version=known.ticket.policy_version,
                        request_id=request_id,
                        event=event,
                    )
                )
                for place, event in enumerate(events, start=1)
            ]
            if len(_insert(connection, entries)) < len(entries):
                raise AnotherStory(ticket_id, entries[0].seq)
            project(connection, entries)
            return read_on(known, entries).ticket, entries

    def entries(self, ticket_id: str) -> list[Entry]:
        """The whole story, in order; empty for a ticket that is not there."""
        asked = select(journal).where(journal.c.ticket_id == ticket_id).order_by(journal.c.seq)
        with transaction(self._engine) as connection:
            return [entry_of(row) for row in connection.execute(asked)]

    def held(
        self, since: datetime | None = None, until: datetime | None = None, clients: tuple[str, ...] | None = None
    ) -> Iterator[list[Entry]]:
        """The whole stories of the tickets that were put on hold from `since` up to, and not including, `until`."""
        asked = select(journal).where(journal.c.ticket_id.in_(_held(since, until, clients)))
        asked = asked.order_by(journal.c.ticket_id, journal.c.seq).execution_options(yield_per=_ROWS_AT_ONCE)
        with transaction(self._engine) as connection:
            for _, rows in groupby(connection.execute(asked), key=lambda row: row.ticket_id):
                yield [entry_of(row) for row in rows]

    def latest(self) -> int:
        """A mark that grows with every commit, late ones included; for telling watchers that there is news."""
        # Transactions do not commit in the order of their numbers: only those below the oldest running one are settled.
        settled = journal.c.xid < func.pg_snapshot_xmin(func.pg_current_snapshot())
        newest = select(journal.c.xid).where(settled).order_by(journal.c.xid.desc()).limit(1).subquery()
        with transaction(self._engine) as connection:
            mark = connection.execute(select(cast(cast(newest.c.xid, Text), BigInteger))).scalar_one_or_none()
        return int(mark or 0)


_ROWS_AT_ONCE = 500


def _held(since: datetime | None, until: datetime | None, clients: tuple[str, ...] | None) -> Select[tuple[str]]:
    """The ids of the desk's own tickets that were put on hold in that time; an import's waits are not holds of ours."""
    asked = select(journal.c.ticket_id).where(journal.c.kind == "held").distinct()
    asked = asked.join(tickets, tickets.c.ticket_id == journal.c.ticket_id).where(~tickets.c.imported)
    if since is not None:
        asked = asked.where(journal.c.at >= since)
    if until is not None:
        asked = asked.where(journal.c.at < until)
    return asked if clients is None else asked.where(tickets.c.client.in_(clients))


def project(connection: Connection, entries: Sequence[Entry]) -> None:
    """Fold new entries, ordered by ticket and sequence, onto the read side; the desk's holdings follow the owner."""
    if not entries:
        return
    known = _known(connection, sorted({entry.ticket_id for entry in entries}))
    rows, handed_on = list[Known](), []
    for ticket_id, its in groupby(entries, key=lambda entry: entry.ticket_id):
        new = list(its)
        after = read_on(known.get(ticket_id), new)
        rows.append(after)
        if not after.story.imported:
            handed_on.append((after.ticket, new))
    write_rows(connection, rows)
    write_tier_one_events(connection, entries)
    for ticket, new in handed_on:
        settle(connection, ticket, [entry.event for entry in new])


def write_rows(connection: Connection, known: Sequence[Known]) -> None:
    """Insert or replace the rows of the read side for these tickets."""
    connection.execute(_REPLACE, [row_of(each.ticket, each.story, each.taken_in_at) for each in known])
    write_figures(connection, known)


def entry_of(row: Row[*tuple[Any, ...]]) -> Entry:
    """The entry that a row of the journal holds."""
    return Entry(
        ticket_id=row.ticket_id,
        seq=row.seq,
        policy_version=row.policy_version,
        request_id=row.request_id,
        event=EVENT.validate_python(row.event),
    )


def _insert(connection: Connection, entries: Iterable[Entry]) -> set[tuple[str, int]]:
    rows = [
        {
            "ticket_id": entry.ticket_id,
            "seq": entry.seq,
            "at": entry.event.at,
            "kind": entry.event.kind,
            "actor": entry.event.by,
            "policy_version": entry.policy_version,
            "request_id": entry.request_id,
            "event": entry.event.model_dump(mode="json"),
        }
        for entry in entries
    ]
    return {(ticket_id, seq) for ticket_id, seq in connection.execute(_ADD, rows)}


def _check_same(connection: Connection, repeated: Sequence[Entry]) -> None:
    """AnotherStory unless the journal has just these entries; mostly there are none, and nothing is asked."""
    if not repeated:
        return
    keys = [(entry.ticket_id, entry.seq) for entry in repeated]
    there = {
        (row.ticket_id, row.seq): (row.kind, row.at, row.actor)
        for row in connection.execute(_THERE.where(tuple_(journal.c.ticket_id, journal.c.seq).in_(keys)))
    }
    for entry in repeated:
        if there[entry.ticket_id, entry.seq] != (entry.event.kind, entry.event.at, entry.event.by):
            raise AnotherStory(entry.ticket_id, entry.seq)


def _known(connection: Connection, ticket_ids: Sequence[str]) -> dict[str, Known]:
    return {row.ticket_id: known_of(row) for row in connection.execute(_KNOWN, {"ids": ticket_ids})}


def known_of(row: Row[*tuple[Any, ...]]) -> Known:
    """What a row of `tickets` knows of its ticket."""
    return Known(Ticket.model_validate(row.state), Story.model_validate(row.facts), row.taken_in_at)


def _storable(entry: Entry) -> Entry:
    """A NUL character that a client sent must not keep a ticket out of the journal."""
    return Entry.model_validate(without_nul(entry.model_dump(mode="json"))) if holds_nul(entry) else entry


def _replacing() -> Insert:
    row = insert(tickets)
    kept = {"ticket_id", "taken_in_at"}
    replaced = {name: row.excluded[name] for name in tickets.columns.keys() if name not in kept}  # noqa: SIM118
    return row.on_conflict_do_update(index_elements=["ticket_id"], set_=replaced)


# Built once: putting a statement together costs more than running it.
_ADD = insert(journal).on_conflict_do_nothing().returning(journal.c.ticket_id, journal.c.seq)
_REPLACE = _replacing()
_THERE = select(journal.c.ticket_id, journal.c.seq, journal.c.kind, journal.c.at, journal.c.actor)
_REQUESTED = (
    select(journal)
    .where(journal.c.ticket_id == bindparam("ticket_id"), journal.c.request_id == bindparam("request_id"))
    .order_by(journal.c.seq)
)
_KNOWN = (
    select(tickets.c.ticket_id, tickets.c.state, tickets.c.facts, tickets.c.taken_in_at)
    .where(tickets.c.ticket_id == any_(bindparam("ids", type_=ARRAY(Text))))
    .order_by(tickets.c.ticket_id)
    .with_for_update()
)
