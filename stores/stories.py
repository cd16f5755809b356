"""Whole stories out of the journal, many at a time, for those who judge the past anew. Only reads."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, Engine, Text, any_, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from escalation.events import EVENT, Entry
from stores.database import transaction
from stores.schema import journal, tickets

_IDS_AT_ONCE = 10_000


class Stories:
    """The stories of the tickets that were taken in from `since` up to, and not including, `until`."""

    def __init__(
        self,
        engine: Engine,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        imported: bool = False,
    ) -> None:
        self._engine = engine
        wanted: list[ColumnElement[bool]] = [tickets.c.imported == imported]
        wanted += [tickets.c.taken_in_at >= since] if since else []
        wanted += [tickets.c.taken_in_at < until] if until else []
        self._wanted = wanted

    def count(self) -> int:
        """How many there are."""
        with transaction(self._engine) as connection:
            return int(connection.execute(select(func.count()).select_from(tickets).where(*self._wanted)).scalar_one())

    def ids(self, at_once: int, after: str = "") -> Iterator[list[str]]:
        """Their ids after this one, in order, in lists of this length; each page is a short question of its own."""
        waiting: list[str] = []
        last = after
        while True:
            page = self._page(last)
            waiting += page
            while len(waiting) >= at_once or (waiting and not page):
                yield waiting[:at_once]
                waiting = waiting[at_once:]
            if not page:
                return
            last = page[-1]

    def _page(self, after: str) -> list[str]:
        asked = select(tickets.c.ticket_id).where(*self._wanted, tickets.c.ticket_id > after)
        with transaction(self._engine) as connection:
            return list(connection.scalars(asked.order_by(tickets.c.ticket_id).limit(_IDS_AT_ONCE)))


def stories_of(engine: Engine, ticket_ids: Sequence[str]) -> list[list[Entry]]:
    """The stories of these tickets, each in order; those that are not there are left out."""
    with transaction(engine) as connection:
        rows = connection.execute(_STORIES, {"ids": list(ticket_ids)}).all()
    return [
        [
            Entry.model_construct(
                ticket_id=row.ticket_id,
                seq=row.seq,
                policy_version=row.policy_version,
                request_id=row.request_id,
                event=EVENT.validate_json(row.event),
            )
            for row in its
        ]
        for _, its in groupby(rows, key=lambda row: row.ticket_id)
    ]


_STORIES = (
    select(
        journal.c.ticket_id,
        journal.c.seq,
        journal.c.policy_version,
        journal.c.request_id,
        cast(journal.c.event, Text).label("event"),
    )
    .where(journal.c.ticket_id == any_(bindparam("ids", type_=ARRAY(Text))))
    .order_by(journal.c.ticket_id, journal.c.seq)
)
