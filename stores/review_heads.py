"""Reviews in one line each: a few words of the draft, never the whole of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from escalation.review.listing import ReviewHead, ReviewTally, Shelf
from stores.schema import reviews

_CASE = reviews.c.draft["case"]
_WORDS = [_CASE[name].as_string().label(name) for name in ("subject", "category", "priority")]
_COLUMNS = [reviews.c[name] for name in ReviewHead.model_fields if name in reviews.c]
_UNDECIDED = reviews.c.state.in_(("open", "overdue"))


def heads(
    connection: Connection,
    shelf: Shelf,
    person: str,
    at: datetime,
    clients: tuple[str, ...] | None,
    limit: int,
    skip: int,
) -> list[ReviewHead]:
    """Reviews of a shelf: what is due first at the head, of what is done the last."""
    first = reviews.c.decided_at.desc() if shelf == "done" else reviews.c.due_at
    asked = _mine(select(reviews.c.ticket_id).where(_on(shelf, person, at)), clients)
    page = asked.order_by(first, reviews.c.ticket_id).limit(limit).offset(skip)  # a draft is opened for a page alone
    words = select(*_COLUMNS, *_WORDS).where(reviews.c.ticket_id.in_(page.scalar_subquery()))
    return [_head(row) for row in connection.execute(words.order_by(first, reviews.c.ticket_id))]


def tally(connection: Connection, person: str, at: datetime, clients: tuple[str, ...] | None) -> ReviewTally:
    """How many lie on each shelf of what is undecided."""
    counts = [
        func.count().label("open"),
        func.count().filter(reviews.c.due_at < at).label("overdue"),
        func.count().filter(reviews.c.owner == person).label("mine"),
    ]
    row = connection.execute(_mine(select(*counts).where(_UNDECIDED), clients)).mappings().one()
    return ReviewTally.model_validate(dict(row))


def _on(shelf: Shelf, person: str, at: datetime) -> ColumnElement[bool]:
    match shelf:
        case "open":
            return _UNDECIDED
        case "overdue":
            return _UNDECIDED & (reviews.c.due_at < at)
        case "mine":
            return _UNDECIDED & (reviews.c.owner == person)
        case "done":
            return ~_UNDECIDED


def _mine(asked: Select[*tuple[Any, ...]], clients: tuple[str, ...] | None) -> Select[*tuple[Any, ...]]:
    return asked if clients is None else asked.where(reviews.c.client.in_(clients))


def _head(row: Row[*tuple[Any, ...]]) -> ReviewHead:
    return ReviewHead.model_validate({name: getattr(row, name) for name in ReviewHead.model_fields})
