"""What lists, dashboards and figures read: one row for each ticket, kept by the journal in its own transaction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Select,
    Text,
    cast,
    select,
    tuple_,
)

from escalation.calendar import Calendar
from escalation.compliance import read_off
from escalation.desk_hours import hours_of
from escalation.facts import OUTCOMES, TicketFacts
from escalation.ports import Page, StoredTicket, TicketFilter
from escalation.queues import Queues
from escalation.routine import MayFinish, is_routine
from escalation.sla import Clock
from escalation.ticket import Ticket
from stores import cursors
from stores.database import transaction
from stores.queue_figures import queues_at
from stores.schema import people, roster, tickets
from stores.scope_in_force import may_finish
from stores.ticket_facts import Story
from stores.ticket_filter import conditions

MOST_AT_ONCE = 200
_ROWS_AT_ONCE = 500


class ReadSide:
    """Implements `escalation.ports.ReadSide`; `now` is the clock by which tickets are at risk or breached."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine, self._now = engine, now

    def ticket(self, ticket_id: str) -> StoredTicket | None:
        """The ticket as far as its journal has come; None for one that is not there."""
        with transaction(self._engine) as connection:
            row = connection.execute(_ASKED.where(tickets.c.ticket_id == ticket_id)).one_or_none()
        return _stored(row) if row else None

    def tickets(self, wanted: TicketFilter, limit: int, cursor: str | None) -> Page:
        """One page, newest first. A ticket that comes in meanwhile moves nothing on the pages that follow.

        ValueError for a cursor that was not given out here, or for an unknown `sla`.
        """
        limit = max(1, min(limit, MOST_AT_ONCE))
        place = (tickets.c.taken_in_at, tickets.c.ticket_id)
        asked = _ASKED.where(*conditions(wanted, self._now()))
        if cursor is not None:
            asked = asked.where(tuple_(*place) < tuple_(*cursors.place(cursor)))
        asked = asked.order_by(*(column.desc() for column in place)).limit(limit + 1)
        with transaction(self._engine) as connection:
            rows = connection.execute(asked).all()
        page = rows[:limit]
        more = cursors.cursor(page[-1].taken_in_at, page[-1].ticket_id) if len(rows) > limit else None
        return Page(tickets=tuple(map(_stored, page)), next_cursor=more)

    def queues(self, at: datetime, clients: tuple[str, ...] | None = None) -> Queues:
        """What waits at each tier, and what each person holds; imported tickets are history and do not count."""
        with transaction(self._engine) as connection:
            return queues_at(connection, at, clients)

    def facts(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        clients: tuple[str, ...] | None = None,
        imported: bool | None = None,
    ) -> list[TicketFacts]:
        """The facts of the tickets taken in from `since` up to, and not including, `until`, by ticket id.

        A ticket that was merged into another is not counted. `technician` is who first escalated it, else its last
        owner; `shift` is the name of that person's calendar, `partner` whom they work for if not for us. `hours` says
        whether any shift of today's policy was open when it came in, `routine` whether it lets Tier 1 or 2 finish it.
        """
        with transaction(self._engine) as connection:
            about = select(people.c.id, people.c.calendar, people.c.partner)
            who = {row.id: (row.calendar, row.partner) for row in connection.execute(about)}
            shifts, limits = load_shifts(connection), may_finish(connection)
            # A few at a time: a hundred thousand rows at once are a gigabyte, which the garbage collector walks over
            # and over.
            asked = _facts_asked(since, until, clients, imported).execution_options(yield_per=_ROWS_AT_ONCE)
            return [_figured(row, who, shifts, limits) for row in connection.execute(asked)]


_ASKED = select(
    tickets.c.ticket_id,
    tickets.c.taken_in_at,
    tickets.c.state,
    tickets.c.next_deadline,
    tickets.c.next_due_at,
    tickets.c.imported,
)


def _stored(row: Row[*tuple[Any, ...]]) -> StoredTicket:
    return StoredTicket(
        ticket=Ticket.model_validate(row.state),
        next_deadline=row.next_deadline,
        next_due_at=row.next_due_at,
        imported=row.imported,
    )


def _facts_asked(
    since: datetime | None, until: datetime | None, clients: tuple[str, ...] | None, imported: bool | None
) -> Select[*tuple[Any, ...]]:
    # As text, which the models read at once: to make Python of it first takes as long again.
    facts, clocks = cast(tickets.c.facts, Text), cast(tickets.c.state["clocks"], Text)
    names = ("owner", "client", "category", "priority", "taken_in_at", "stage")
    columns = [tickets.c[name] for name in names]
    asked = (
        select(*columns, facts.label("facts"), clocks.label("clocks"))
        .where(tickets.c.merged_into.is_(None))
        .order_by(tickets.c.ticket_id)
    )
    if since is not None:
        asked = asked.where(tickets.c.taken_in_at >= since)
    if until is not None:
        asked = asked.where(tickets.c.taken_in_at < until)
    if clients is not None:
        asked = asked.where(tickets.c.client.in_(clients))
    if imported is not None:
        asked = asked.where(tickets.c.imported == imported)
    return asked


_CLOCKS = TypeAdapter(dict[str, Clock])


def load_shifts(connection: Connection) -> list[Calendar]:
    """The calendars in which the desk works; none before the first policy."""
    body = connection.execute(select(roster.c.body["calendars"])).scalar_one_or_none() or {}
    return [Calendar.model_validate(each) for each in body.values()]


def _figured(
    row: Row[*tuple[Any, ...]], who: dict[str, tuple[str, str | None]], shifts: list[Calendar], limits: MayFinish
) -> TicketFacts:
    story = Story.model_validate_json(row.facts)
    facts, technician = story.ended(), story.escalated_by or row.owner or None
    shift, partner = who.get(technician or "", (None, None))
    return replace(
        facts,
        priority=row.priority,
        client=row.client,
        category=row.category,
        technician=technician,
        shift=shift,
        partner=partner,
        hours=hours_of(shifts, facts.opened_at) if shifts else None,
        taken_in_at=row.taken_in_at,
        outcome=OUTCOMES.get(row.stage, "open"),
        routine=is_routine(row.category, limits),
        kept=read_off(_CLOCKS.validate_json(row.clocks or "{}"), resolved=facts.completed_at is not None),
    )
