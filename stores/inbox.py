"""Every body as it came, until somebody has dealt with it; what cannot be read lies in quarantine, in plain sight."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, Row, and_, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from escalation.alerts import Body, Reading, Unreadable, formats
from escalation.alerts.arrived import Arrived
from escalation.alerts.books import Arrival, Aside
from escalation.alerts.source import MAIL, SourceKind, SourceMap
from stores.database import transaction
from stores.nul import without_nul
from stores.schema import intake_bodies, intake_maps, intake_sources

# Written into the statement: with a parameter in its place PostgreSQL does not see which index is meant.
WAITING = intake_bodies.c.state == literal("received", literal_execute=True)
ASIDE = intake_bodies.c.state == literal("quarantined", literal_execute=True)
_NO_MAIL = intake_bodies.c.source != MAIL
_SHORT = [intake_bodies.c[name] for name in Aside.model_fields if name != "size"]
_SIZE = func.octet_length(intake_bodies.c.body).label("size")


class Bodies:
    """Implements `escalation.alerts.Inbox` and `escalation.alerts.books.BodyBook`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # ------------------------------------------------------------------------------------------------ coming in
    def store(self, arrivals: Sequence[Arrival]) -> list[bool]:
        """Keep them all, in one statement; False for each that its sender sent before."""
        rows = [_row(arrival) for arrival in arrivals]
        kept = insert(intake_bodies).values(rows).on_conflict_do_nothing()
        with transaction(self._engine) as connection:
            new = connection.execute(kept.returning(intake_bodies.c.source, intake_bodies.c.sender_key))
            left = {(row.source, bytes(row.sender_key)) for row in new if row.sender_key is not None}
        return [_is_new(row, left) for row in rows]

    def count_waiting(self, most: int) -> int:
        """How many nobody has dealt with, counted up to `most`."""
        some = select(intake_bodies.c.number).where(WAITING).limit(most).subquery()
        with transaction(self._engine) as connection:
            return int(connection.execute(select(func.count()).select_from(some)).scalar_one())

    # --------------------------------------------------------------------------------------------- dealt with
    def waiting(self, limit: int) -> list[Body]:
        """The oldest that nobody has dealt with, but for mail, which is no alert."""
        asked = select(intake_bodies.c.number, intake_bodies.c.source, intake_bodies.c.received_at)
        with transaction(self._engine) as connection:
            rows = connection.execute(asked.where(WAITING, _NO_MAIL).order_by(intake_bodies.c.number).limit(limit))
            return [Body.model_validate(row, from_attributes=True) for row in rows]

    def read(self, body: Body) -> Reading:
        """What it says, by its source's map of today, which is noted; Unreadable if it says nothing."""
        read = (
            update(intake_bodies)
            .where(intake_bodies.c.number == body.number, intake_sources.c.id == intake_bodies.c.source)
            .where(and_(intake_maps.c.source == intake_sources.c.id, intake_maps.c.version == intake_sources.c.version))
            .values(read_by=intake_sources.c.version)
            .returning(*_WHOLE, intake_sources.c.kind, intake_maps.c.body.label("map"))
        )
        with transaction(self._engine) as connection:
            row = connection.execute(read).one_or_none()
        if row is None:
            raise Unreadable("no_source", f"There is no source {body.source!r} that could say how to read it.")
        return formats.read(SourceKind(row.kind), _arrived(row), SourceMap.model_validate(row.map))

    def take(self, numbers: Sequence[int]) -> None:
        """They are dealt with; safe to repeat."""
        taken = (
            update(intake_bodies)
            .where(intake_bodies.c.number.in_(numbers), WAITING)
            .values(state="taken", dealt_at=func.now(), code=None, reason=None)
        )
        with transaction(self._engine) as connection:
            connection.execute(taken)

    def put_aside(self, number: int, code: str, reason: str) -> None:
        """Into quarantine, where people see it, and from where it can be replayed; safe to repeat."""
        aside = (
            update(intake_bodies)
            .where(intake_bodies.c.number == number, WAITING)
            .values(state="quarantined", code=code, reason=without_nul(reason), dealt_at=func.now())
        )
        with transaction(self._engine) as connection:
            connection.execute(aside)

    # ----------------------------------------------------------------------------------------------- quarantine
    def aside(self, source: str | None, limit: int, before: int | None = None) -> list[Aside]:
        """What is in quarantine, the latest first, of one source or of all; older than number `before`."""
        asked = select(*_SHORT, _SIZE).where(ASIDE).order_by(intake_bodies.c.number.desc()).limit(limit)
        if source is not None:
            asked = asked.where(intake_bodies.c.source == source)
        if before is not None:
            asked = asked.where(intake_bodies.c.number < before)
        with transaction(self._engine) as connection:
            return [_aside(row) for row in connection.execute(asked)]

    def body(self, number: int) -> tuple[Aside, Arrived] | None:
        """One that came, whatever became of it, with all that it said; None if there is none."""
        asked = select(*_SHORT, _SIZE, intake_bodies.c.headers, intake_bodies.c.body)
        with transaction(self._engine) as connection:
            row = connection.execute(asked.where(intake_bodies.c.number == number)).one_or_none()
        return (_aside(row), _arrived(row)) if row else None

    def replay(self, number: int) -> bool:
        """Back among those that wait; False if it is not in quarantine."""
        back = update(intake_bodies).where(intake_bodies.c.number == number, ASIDE).values(state="received")
        with transaction(self._engine) as connection:
            return bool(connection.execute(back).rowcount)

    def replay_all(self, source: str) -> int:
        """The same with all of a source; how many they were."""
        back = update(intake_bodies).where(intake_bodies.c.source == source, ASIDE).values(state="received")
        with transaction(self._engine) as connection:
            return int(connection.execute(back).rowcount)

    def discard(self, number: int, why: str, by: str, at: datetime) -> bool:
        """Out of sight, and never read again; False if it is not in quarantine."""
        gone = (
            update(intake_bodies)
            .where(intake_bodies.c.number == number, ASIDE)
            .values(state="discarded", reason=without_nul(why), dealt_by=by, dealt_at=at)
        )
        with transaction(self._engine) as connection:
            return bool(connection.execute(gone).rowcount)


def _row(arrival: Arrival) -> dict[str, Any]:
    key = None if arrival.sender_key is None else sha256(arrival.sender_key.encode()).digest()
    return {
        "source": arrival.source,
        "received_at": arrival.received_at,
        "sender_key": key,
        "headers": without_nul(arrival.headers),
        "body": arrival.body,
    }


def _is_new(row: dict[str, Any], left: set[tuple[str, bytes]]) -> bool:
    """Of two alike in one statement the first is."""
    mark = (row["source"], row["sender_key"])
    if row["sender_key"] is None:
        return True
    new = mark in left
    left.discard(mark)
    return new


_WHOLE = [intake_bodies.c[name] for name in ("number", "source", "received_at", "headers", "body")]


def _aside(row: Row[*tuple[Any, ...]]) -> Aside:
    return Aside.model_validate({name: each for name, each in row._asdict().items() if each is not None})


def _arrived(row: Row[*tuple[Any, ...]]) -> Arrived:
    return Arrived.model_validate(row, from_attributes=True)
