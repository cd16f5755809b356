"""The library: every document with all its revisions. A revision never changes; one of each document is published."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select

from escalation.guide import Guide
from escalation.library.documents import AnyDocument, DocumentKind, Sop
from escalation.library.refusals import DocumentChanged, DocumentExists, KeyUsed, UnknownDocument
from escalation.library.revisions import (
    Draft,
    Revision,
    RevisionState,
    Wanted,
    judge_approval,
    judge_publication,
)
from escalation.terms import Role
from stores import document_rows as rows
from stores.database import transaction
from stores.schema import documents
from stores.stale_marks import clear, standing
from stores.wanted_documents import EVERY, IS_PUBLISHED, asked_for, titles_of

Judge = Callable[[Sequence[AnyDocument], Mapping[str, AnyDocument]], None]
"""Raises a refusal where these documents may not be published beside, or in place of, those that are."""
Keeps = Callable[[AnyDocument, Mapping[str, AnyDocument]], None]
"""Raises a refusal where the document may not be taken away from those that are published."""


class Library:
    """Documents as they rest in PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, wanted: Wanted) -> list[Revision]:
        """The documents asked for, by id."""
        with transaction(self._engine) as connection:
            return _read(connection, asked_for(wanted))

    def one(self, document: str, revision: int | None = None) -> Revision | None:
        """A revision; without a number the published one, or the newest where none is."""
        asked = EVERY.where(documents.c.id == document).order_by(IS_PUBLISHED.desc(), documents.c.revision.desc())
        if revision is not None:
            asked = asked.where(documents.c.revision == revision)
        with transaction(self._engine) as connection:
            return next(iter(_read(connection, asked.limit(1))), None)

    def revisions(self, document: str) -> list[Revision]:
        """Every revision of a document, the newest first."""
        asked = EVERY.where(documents.c.id == document).order_by(documents.c.revision.desc())
        with transaction(self._engine) as connection:
            return _read(connection, asked)

    def published(self) -> dict[str, AnyDocument]:
        """Every document as it is published, by id."""
        with transaction(self._engine) as connection:
            return rows.published(connection)

    def titles(self, documents: Collection[str], clients: tuple[str, ...] | None) -> dict[str, str]:
        """How these documents are called now, as far as they are for these clients (None: for anybody)."""
        with transaction(self._engine) as connection:
            return {row.id: row.title for row in connection.execute(titles_of(documents, clients))}

    def sops(self) -> dict[str, Sop]:
        """The published SOPs, by id."""
        return {name: each for name, each in self.published().items() if isinstance(each, Sop)}

    def approved_sops(self) -> dict[str, tuple[int, Sop]]:
        """The SOPs of which an approved revision waits to be published, each with that revision."""
        waiting = self.find(Wanted(kind=DocumentKind.SOP, state=RevisionState.APPROVED, limit=_NO_LIMIT))
        return {each.document.id: (each.revision, each.document) for each in waiting if isinstance(each.document, Sop)}

    def guide(self, sop: str) -> Guide | None:
        """The published revision of an SOP as tickets are worked by it; implements `escalation.ports.Library`."""
        found = self.one(sop)
        if found is None or found.state is not RevisionState.PUBLISHED or not isinstance(found.document, Sop):
            return None
        steps = found.document.steps
        mandatory = {step.id: step.tier for step in steps if step.mandatory}
        return Guide(sop=sop, revision=found.revision, steps=tuple(step.id for step in steps), mandatory=mandatory)

    def draft(self, draft: Draft) -> Revision:
        """Write the next revision; DocumentChanged if the document has moved on, DocumentExists for a second first."""
        document = draft.document.id
        with transaction(self._engine) as connection:
            rows.hold(connection, [document])
            made = _made_before(connection, draft)
            if made is None:
                latest = rows.newest(connection, document)
                _judge_base(document, latest, draft.based_on)
                rows.add(connection, draft, made := latest + 1)
            return _one(connection, document, made)

    def approve(self, document: str, revision: int, *, by: str, role: Role, at: datetime) -> Revision:
        """Approve a draft, once: the same person may ask again. NotInState or OwnApproval where it cannot be."""
        with transaction(self._engine) as connection:
            rows.hold(connection, [document])
            found = _one(connection, document, revision)
            if found.approver == by and found.state in (RevisionState.APPROVED, RevisionState.PUBLISHED):
                return found
            judge_approval(found, by, role)
            rows.approve(connection, document, revision, by=by, at=at)
            return _one(connection, document, revision)

    def publish(self, document: str, revision: int, judge: Judge, *, by: str, at: datetime) -> Revision:
        """Make an approved revision the one to work by; a repeat changes nothing."""
        with transaction(self._engine) as connection:
            _hold_all(connection)
            rows.hold(connection, [document])
            found = _one(connection, document, revision)
            if found.state is not RevisionState.PUBLISHED:
                judge_publication(found)
                judge([found.document], rows.published(connection))
                rows.publish(connection, document, revision, by=by, at=at)
            return _one(connection, document, revision)

    def retire(self, document: str, judge: Keeps, *, at: datetime) -> Revision:
        """Take a document out of use; a repeat changes nothing."""
        with transaction(self._engine) as connection:
            _hold_all(connection)
            rows.hold(connection, [document])
            found = _one(connection, document, rows.newest(connection, document))
            published = rows.published(connection)
            if document in published:
                judge(published[document], published)
            rows.retire(connection, document, at=at)
            return _one(connection, document, found.revision)

    def still_right(self, document: str, *, by: str, why: str, at: datetime) -> Revision:
        """Somebody has looked: nothing is in doubt any more."""
        with transaction(self._engine) as connection:
            clear(connection, document, by=by, why=why, at=at)
        found = self.one(document)
        if found is None:
            raise _unknown(document)
        return found

    def take_in(self, drafts: Sequence[Draft], judge: Judge | None, *, at: datetime) -> list[Revision]:
        """Add all of these or none, and with `judge` publish them; what says nothing new makes no revision.

        Only the revisions made or published are returned.
        """
        with transaction(self._engine) as connection:
            _hold_all(connection)
            rows.hold(connection, (draft.document.id for draft in drafts))
            if judge:
                judge([draft.document for draft in drafts], rows.published(connection))
            changed = [(draft, n) for draft in drafts if (n := _taken_in(connection, draft, judge, at)) is not None]
            return [_one(connection, draft.document.id, n) for draft, n in changed]

    def is_empty(self) -> bool:
        """Whether it holds no document at all."""
        with transaction(self._engine) as connection:
            return connection.execute(select(documents.c.id).limit(1)).first() is None


_EVERYTHING = 7_417_304
_NO_LIMIT = 1_000_000


def _hold_all(connection: Connection) -> None:
    """One at a time decides what is published: each looks at what the others have published."""
    connection.execute(select(func.pg_advisory_xact_lock(_EVERYTHING)))


def _read(connection: Connection, asked: Select[*tuple[Any, ...]]) -> list[Revision]:
    found = connection.execute(asked).all()
    marks = standing(connection, {row.id for row in found})
    return [rows.revision_of(row, marks) for row in found]


def _one(connection: Connection, document: str, revision: int) -> Revision:
    found = _read(connection, EVERY.where(documents.c.id == document, documents.c.revision == revision))
    if not found:
        raise _unknown(document)
    return found[0]


def _unknown(document: str) -> UnknownDocument:
    return UnknownDocument("There is no such document, or no such revision of it.", document=document)


def _judge_base(document: str, latest: int, based_on: int | None) -> None:
    if based_on is None and latest:
        raise DocumentExists(f"{document} is there already, at revision {latest}.", newest=latest)
    if based_on is not None and not latest:
        raise _unknown(document)
    if based_on is not None and based_on != latest:
        raise DocumentChanged(f"{document} is at revision {latest}; this is based on {based_on}.", newest=latest)


def _made_before(connection: Connection, draft: Draft) -> int | None:
    """The revision that this very request made before; KeyUsed if its key made another."""
    if draft.asked is None:
        return None
    asked = select(documents.c.id, documents.c.revision, documents.c.text).where(documents.c.asked == draft.asked)
    row = connection.execute(asked).one_or_none()
    if row is None:
        return None
    if (row.id, row.text) != (draft.document.id, draft.text):
        raise KeyUsed("This key was used for another document.")
    return int(row.revision)


def _taken_in(connection: Connection, draft: Draft, judge: Judge | None, at: datetime) -> int | None:
    """The revision made or published of this document; None where it said so before."""
    document = draft.document.id
    latest = rows.newest(connection, document)
    last = _one(connection, document, latest) if latest else None
    same = last is not None and last.text == draft.text and last.state is not RevisionState.RETIRED
    if last and same and (judge is None or last.state is RevisionState.PUBLISHED):
        return None
    if not same:
        latest += 1
        rows.add(connection, draft.model_copy(update={"based_on": latest - 1 or None}), latest)
    if judge:
        if not (same and last and last.approver):
            rows.approve(connection, document, latest, by=draft.author, at=at)
        rows.publish(connection, document, latest, by=draft.author, at=at)
    return latest
