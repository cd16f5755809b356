"""Revisions as rows: how one is added and published, by whoever does it, inside a transaction of theirs."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from escalation.library.documents import DOCUMENT, AnyDocument
from escalation.library.markdown import data_of
from escalation.library.revisions import Draft, Mark, Revision, RevisionState
from escalation.terms import SYSTEM
from stores import search_index
from stores.readings import owe
from stores.schema import documents
from stores.stale_marks import clear

_ONE_AT_A_TIME = 7_417_303


def hold(connection: Connection, ids: Iterable[str]) -> None:
    """Have nobody else number or publish revisions of these documents until the transaction ends."""
    for document in sorted(set(ids)):
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(document, _ONE_AT_A_TIME))))


def newest(connection: Connection, document: str) -> int:
    """The number of the latest revision; 0 for no such document."""
    asked = select(func.coalesce(func.max(documents.c.revision), 0)).where(documents.c.id == document)
    return int(connection.execute(asked).scalar_one())


def add(connection: Connection, draft: Draft, revision: int, review: str | None = None) -> None:
    """Write a revision down, as a draft."""
    said, document = data_of(draft.document), draft.document
    row = {name: getattr(document, name) for name in ("id", "title", "body")}
    row |= {name: list(getattr(document, name)) for name in ("tags", "categories", "clients", "skills")}
    row |= {name: getattr(draft, name) for name in ("text", "author", "note", "based_on", "asked")}
    row |= {"kind": document.kind, "data": said, "revision": revision, "review": review, "created_at": draft.at}
    connection.execute(insert(documents), row | {"state": RevisionState.DRAFT.value})


def approve(connection: Connection, document: str, revision: int, *, by: str, at: datetime) -> None:
    """Put somebody's name to a revision."""
    _set(connection, document, revision, state=RevisionState.APPROVED.value, approver=by, approved_at=at)


def publish(connection: Connection, document: str, revision: int, *, by: str, at: datetime) -> None:
    """Make it the one to work by: what came before is retired, and doubts about the document are settled."""
    before = update(documents).where(documents.c.id == document, documents.c.revision < revision)
    live = before.where(documents.c.state != RevisionState.RETIRED.value)
    connection.execute(live.values(state=RevisionState.RETIRED.value, retired_at=at))
    _set(connection, document, revision, state=RevisionState.PUBLISHED.value, published_at=at)
    clear(connection, document, by=by, why=f"revision {revision} was published", at=at)
    if by != SYSTEM:  # what a desk begins with is no news to anybody
        owe(connection, document, revision, at)
    search_index.put(connection, document)


def retire(connection: Connection, document: str, *, at: datetime) -> None:
    """Take every revision out of use."""
    live = update(documents).where(documents.c.id == document, documents.c.state != RevisionState.RETIRED.value)
    connection.execute(live.values(state=RevisionState.RETIRED.value, retired_at=at))
    search_index.put(connection, document)


def published(connection: Connection) -> dict[str, AnyDocument]:
    """Every document as it is published, by id."""
    asked = select(documents.c.id, documents.c.data, documents.c.body).order_by(documents.c.id)
    live = asked.where(documents.c.state == RevisionState.PUBLISHED.value)
    return {row.id: document_of(row) for row in connection.execute(live)}


def revision_of(row: Row[*tuple[Any, ...]], marks: Mapping[str, tuple[Mark, ...]]) -> Revision:
    """The revision that a row of `documents`, with its `newest`, holds."""
    names = [name for name in Revision.model_fields if name not in ("document", "stale")]
    return Revision(
        **{name: getattr(row, name) for name in names},
        document=document_of(row),
        stale=marks.get(row.id, ()),
    )


def document_of(row: Row[*tuple[Any, ...]]) -> AnyDocument:
    """The document as it was written in this row."""
    return DOCUMENT.validate_python({**row.data, "body": row.body})


def _set(connection: Connection, document: str, revision: int, **values: object) -> None:
    which = update(documents).where(documents.c.id == document, documents.c.revision == revision)
    connection.execute(which.values(**values))
