"""Which documents are in doubt and why, until somebody publishes a revision or says that they are still right."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.postgresql import insert

from escalation.library.revisions import Mark
from stores.schema import stale_marks


def mark(connection: Connection, doubts: Iterable[tuple[str, str]], *, at: datetime) -> None:
    """Put each document in doubt for its reason; one that stands already stays as it is."""
    rows = [{"document": document, "reason": reason, "marked_at": at} for document, reason in doubts]
    if rows:
        connection.execute(insert(stale_marks).on_conflict_do_nothing(), rows)


def clear(connection: Connection, document: str, *, by: str, why: str, at: datetime) -> bool:
    """Settle every doubt about a document; whether there was any."""
    standing = update(stale_marks).where(stale_marks.c.document == document, stale_marks.c.cleared_at.is_(None))
    settled = standing.values(cleared_at=at, cleared_by=by, cleared_why=why).returning(stale_marks.c.n)
    return bool(connection.execute(settled).all())


def standing(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[Mark, ...]]:
    """The doubts about each of these documents, the oldest first."""
    asked = (
        select(stale_marks)
        .where(stale_marks.c.document == func.any(list(ids)), stale_marks.c.cleared_at.is_(None))
        .order_by(stale_marks.c.n)
    )
    found: dict[str, list[Mark]] = defaultdict(list)
    for row in connection.execute(asked):
        found[row.document].append(Mark(reason=row.reason, marked_at=row.marked_at))
    return {document: tuple(marks) for document, marks in found.items()}
