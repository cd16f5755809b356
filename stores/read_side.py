"""What lists, dashboards and figures read: one row for each ticket, kept by the journal in its own transaction."""

import base64
import binascii
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    Text,
    and_,
    cast,
    false,
    func,
    or_,
    select,
    tuple_,
)

from escalation.calendar import Calendar
from escalation.compliance import read_off
from escalation.desk_hours import hours_of
from escalation.facts import OUTCOMES, TicketFacts
from escalation.ports import Page, Queues, StoredTicket, TicketFilter
from escalation.sla import Clock
from escalation.ticket import Ticket
from stores.database import transaction
from stores.queue_figures import queues_at
from stores.schema import people, roster, tickets
from stores.ticket_facts import Story

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
        asked = _ASKED.where(*_conditions(wanted, self._now()))
        if cursor is not None:
            asked = asked.where(tuple_(*place) < tuple_(*_place(cursor)))
        asked = asked.order_by(*(column.desc() for column in place)).limit(limit + 1)
        with transaction(self._engine) as connection:
            rows = connection.execute(asked).all()
        page = rows[:limit]
        return Page(tickets=tuple(map(_stored, page)), next_cursor=_cursor(page[-1]) if len(rows) > limit else None)

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
        whether any shift of today's policy was open when it came in.
        """
        with transaction(self._engine) as connection:
            about = select(people.c.id, people.c.calendar, people.c.partner)
            who = {row.id: (row.calendar, row.partner) for row in connection.execute(about)}
            shifts = _shifts(connection)
            # A few at a time: a hundred thousand rows at once are a gigabyte, which the garbage collector walks over
            # and over.
            asked = _facts_asked(since, until, clients, imported).execution_options(yield_per=_ROWS_AT_ONCE)
            return [_figured(row, who, shifts) for row in connection.execute(asked)]


_ASKED = select(
    tickets.c.ticket_id,
    tickets.c.taken_in_at,
    tickets.c.state,
    tickets.c.next_deadline,
    tickets.c.next_due_at,
    tickets.c.imported,
)


# Fields at their defaults are not in the stored state, so a key that is there says enough.
_STAGNANT = func.coalesce(tickets.c.state["idle"]["level"].as_integer(), 0) > 0
_UNDER_ESCALATED = tickets.c.state.has_key("under_escalated")
_UNCOVERED = and_(
    tickets.c.state["climb"].has_key("exhausted"),
    ~tickets.c.state["climb"].has_key("next_at"),
    tickets.c.tier.is_not(None),
    tickets.c.accepted_at.is_(None),
)


def _pinned() -> ColumnElement[str]:
    """The version of the policy that a ticket goes by."""
    pinned: ColumnElement[str] = tickets.c.state["policy_version"].astext
    return pinned


def _stored(row: Row[*tuple[Any, ...]]) -> StoredTicket:
    return StoredTicket(
        ticket=Ticket.model_validate(row.state),
        next_deadline=row.next_deadline,
        next_due_at=row.next_due_at,
        imported=row.imported,
    )


def _conditions(wanted: TicketFilter, now: datetime) -> Iterator[ColumnElement[bool]]:
    for name in ("stage", "owner", "client", "priority", "kind"):
        value = getattr(wanted, name)
        if value is not None:
            yield tickets.c[name] == value
    if wanted.clients is not None:
        yield tickets.c.client.in_(wanted.clients)
    if wanted.accepted is not None:
        unaccepted = and_(tickets.c.accepted_at.is_(None), tickets.c.closed_at.is_(None))
        yield tickets.c.accepted_at.is_not(None) if wanted.accepted else unaccepted
    if wanted.running is not None:
        yield tickets.c.closed_at.is_(None) if wanted.running else tickets.c.closed_at.is_not(None)
    if wanted.pinned_to is not None:
        yield _pinned() == wanted.pinned_to
    if wanted.pinned_elsewhere_than is not None:
        yield _pinned() != wanted.pinned_elsewhere_than
    if wanted.sla is not None:
        yield _standing(wanted.sla, now)
    told = (wanted.stagnant, _STAGNANT), (wanted.under_escalated, _UNDER_ESCALATED), (wanted.uncovered, _UNCOVERED)
    for asked, holds in told:
        if asked is not None:
            yield holds if asked else ~func.coalesce(holds, false())


def _standing(sla: str, now: datetime) -> ColumnElement[bool]:
    """Breached counts for good, at risk only while a promise to the client runs."""
    breached = or_(tickets.c.breached, tickets.c.breach_at <= now)
    match sla:
        case "breached":
            return breached
        case "at_risk":
            return and_(~breached, tickets.c.risk_at <= now)
        case _:
            raise ValueError(f"sla is at_risk or breached, not {sla!r}")


def _cursor(row: Row[*tuple[Any, ...]]) -> str:
    place = json.dumps([row.taken_in_at.isoformat(), row.ticket_id])
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[datetime, str]:
    try:
        text = base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        at, ticket_id = json.loads(text)
        place = datetime.fromisoformat(at), str(ticket_id)
    except (binascii.Error, ValueError, TypeError) as error:
        raise ValueError("this cursor was not given out here") from error
    if place[0].tzinfo is None or "\x00" in place[1]:
        raise ValueError("this cursor was not given out here")
    return place


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


def _shifts(connection: Connection) -> list[Calendar]:
    """The calendars in which the desk works; none before the first policy."""
    body = connection.execute(select(roster.c.body["calendars"])).scalar_one_or_none() or {}
    return [Calendar.model_validate(each) for each in body.values()]


def _figured(row: Row[*tuple[Any, ...]], who: dict[str, tuple[str, str | None]], shifts: list[Calendar]) -> TicketFacts:
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
        kept=read_off(_CLOCKS.validate_json(row.clocks or "{}"), resolved=facts.completed_at is not None),
    )
