"""Which revisions a reader asks for, as a query."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from escalation.library.revisions import RevisionState, Wanted
from stores.schema import documents, stale_marks

_of = documents.alias("of")
_LATEST = select(func.max(_of.c.revision)).where(_of.c.id == documents.c.id)
_NEWEST = _LATEST.scalar_subquery()
_DOUBTED = (
    select(stale_marks.c.n).where(stale_marks.c.document == documents.c.id, stale_marks.c.cleared_at.is_(None)).exists()
)

IS_PUBLISHED = documents.c.state == RevisionState.PUBLISHED.value
EVERY = select(documents, _NEWEST.label("newest"))
"""Every revision, with the number of its document's newest."""


def asked_for(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """One revision of each document asked for, by id."""
    tests = [_as_it_stands(wanted.state)]
    if wanted.kind is not None:
        tests.append(documents.c.kind == wanted.kind.value)
    words = (("categories", wanted.category), ("skills", wanted.skill), ("tags", wanted.tag))
    tests += [documents.c[name].contains([word]) for name, word in words if word is not None]
    tests += [_for(clients) for clients in (_only(wanted.client), wanted.clients) if clients is not None]
    if wanted.stale is not None:
        tests.append(_DOUBTED if wanted.stale else ~_DOUBTED)
    if wanted.after is not None:
        tests.append(documents.c.id > wanted.after)
    return EVERY.where(*tests).order_by(documents.c.id).limit(wanted.limit)


def titles_of(ids: Collection[str], clients: tuple[str, ...] | None) -> Select[*tuple[Any, ...]]:
    """The id and the title of these documents, each as it is published, or else by its newest revision."""
    asked = select(documents.c.id, documents.c.title).where(documents.c.id.in_(sorted(ids)))
    seen = asked if clients is None else asked.where(_for(clients))
    return seen.ext(distinct_on(documents.c.id)).order_by(
        documents.c.id, IS_PUBLISHED.desc(), documents.c.revision.desc()
    )


def _only(client: str | None) -> tuple[str, ...] | None:
    return None if client is None else (client,)


def _for(clients: tuple[str, ...]) -> ColumnElement[bool]:
    return or_(func.cardinality(documents.c.clients) == 0, documents.c.clients.overlap(list(clients)))


def _as_it_stands(state: RevisionState | None) -> ColumnElement[bool]:
    """The published revision or else the newest; of one state, the newest that is in it."""
    if state is RevisionState.RETIRED:  # and nothing follows it
        return (documents.c.state == state.value) & (documents.c.revision == _NEWEST)
    sought = RevisionState.PUBLISHED if state is None else state
    of_state = _LATEST.where(_of.c.state == sought.value).scalar_subquery()
    return documents.c.revision == (func.coalesce(of_state, _NEWEST) if state is None else of_state)
