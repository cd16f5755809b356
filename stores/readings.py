"""Who has been told of a published revision, and who has read it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, select, update
from sqlalchemy.dialects.postgresql import insert

from escalation.library.readings import Owed, Reading, Unread
from stores.database import transaction
from stores.schema import documents, people, readings

_TOLD = (1, 2)  # the tiers that work by the documents which the tier above them writes
_PUBLISHED = documents.c.state == "published"
_OF_IT = (documents.c.id == readings.c.document) & (documents.c.revision == readings.c.revision)


def owe(connection: Connection, document: str, revision: int, at: datetime) -> None:
    """Have everybody of Tier 1 and Tier 2 told of this revision, once, inside the transaction that publishes it."""
    of_them = select(people.c.id).where(people.c.active, people.c.tier.in_(_TOLD)).order_by(people.c.id)
    row = {"document": document, "revision": revision, "owed_at": at}
    rows = [row | {"person": person} for person in connection.execute(of_them).scalars()]
    if rows:
        connection.execute(insert(readings).on_conflict_do_nothing(), rows)


class Readings:
    """Implements `escalation.library.readings.Readings`, and what the API asks of them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def owed(self, limit: int) -> list[Owed]:
        """Who is still to be told of what is published, those who wait longest first."""
        asked = (
            select(readings, documents.c.title, documents.c.note)
            .join(documents, _OF_IT)
            .where(readings.c.told_at.is_(None), readings.c.owed_at.is_not(None), readings.c.read_at.is_(None))
            .where(_PUBLISHED)
            .order_by(readings.c.owed_at, readings.c.document, readings.c.person)
            .limit(limit)
        )
        with transaction(self._engine) as connection:
            return [_owed(row) for row in connection.execute(asked)]

    def told(self, owed: Owed, at: datetime) -> None:
        """They have been told."""
        which = (
            readings.c.document == owed.document,
            readings.c.revision == owed.revision,
            readings.c.person == owed.person,
        )
        with transaction(self._engine) as connection:
            connection.execute(update(readings).where(*which, readings.c.told_at.is_(None)).values(told_at=at))

    def read(self, document: str, person: str, at: datetime) -> Reading | None:
        """This person has read the document as it is published; the first time stays. None if it is not published."""
        published = select(documents.c.revision).where(documents.c.id == document, _PUBLISHED)
        with transaction(self._engine) as connection:
            revision = connection.execute(published).scalar_one_or_none()
            if revision is None:
                return None
            row = insert(readings).values(document=document, revision=revision, person=person, read_at=at)
            same = ["document", "revision", "person"]
            unread = readings.c.read_at.is_(None)
            connection.execute(row.on_conflict_do_update(index_elements=same, set_={"read_at": at}, where=unread))
            asked = _of(document, revision).where(readings.c.person == person)
            return _reading(connection.execute(asked).one())

    def unread(self, person: str) -> list[Unread]:
        """What is published and this person was to be told of, and has not read; what has waited longest first."""
        asked = (
            select(readings, documents.c.title, documents.c.note)
            .join(documents, _OF_IT)
            .where(readings.c.person == person, readings.c.read_at.is_(None), readings.c.owed_at.is_not(None))
            .where(_PUBLISHED)
            .order_by(readings.c.owed_at, readings.c.document)
        )
        with transaction(self._engine) as connection:
            return [Unread.model_validate(row._asdict()) for row in connection.execute(asked)]

    def readers(self, document: str, revision: int | None = None) -> list[Reading] | None:
        """Who was told of a revision, or of the published one, and when they read it; None for no such revision."""
        which = _PUBLISHED if revision is None else documents.c.revision == revision
        there = select(documents.c.revision).where(documents.c.id == document, which)
        with transaction(self._engine) as connection:
            found = connection.execute(there).scalar_one_or_none()
            if found is None:
                return None
            return [_reading(row) for row in connection.execute(_of(document, found).order_by(readings.c.person))]


def _of(document: str, revision: int) -> Select[*tuple[Any, ...]]:
    return select(readings).where(readings.c.document == document, readings.c.revision == revision)


def _owed(row: Row[*tuple[Any, ...]]) -> Owed:
    return Owed.model_validate({name: getattr(row, name) for name in Owed.model_fields})


def _reading(row: Row[*tuple[Any, ...]]) -> Reading:
    return Reading.model_validate({name: getattr(row, name) for name in Reading.model_fields})
