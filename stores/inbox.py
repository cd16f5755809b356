"""Every body as it came, until somebody has dealt with it; what cannot be read lies in quarantine, in plain sight."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, Row, case, delete, func, literal, select, update
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


_FORGOTTEN = 1000
_SMALL = 16 * 1024  # bytes: what is fetched ahead of being read
_FIRST = ("number", "source", "received_at", "headers")
_ITS_SOURCE = (intake_sources.c.kind, intake_sources.c.version, intake_maps.c.body.label("map"))
_FROM = intake_bodies.outerjoin(intake_sources, intake_sources.c.id == intake_bodies.c.source).outerjoin(
    intake_maps,
    (intake_maps.c.source == intake_sources.c.id) & (intake_maps.c.version == intake_sources.c.version),
)
_READ = select(*(intake_bodies.c[name] for name in (*_FIRST, "body")), *_ITS_SOURCE).select_from(_FROM)
_AHEAD = select(
    *(intake_bodies.c[name] for name in _FIRST),
    case((func.octet_length(intake_bodies.c.body) <= _SMALL, intake_bodies.c.body)).label("body"),
    *_ITS_SOURCE,
).select_from(_FROM)


_KEPT = insert(intake_bodies).on_conflict_do_nothing().returning(intake_bodies.c.source, intake_bodies.c.sender_key)


class Bodies:
    """Implements `escalation.alerts.Inbox` and `escalation.alerts.books.BodyBook`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._ahead: dict[int, Row[*tuple[Any, ...]]] = {}
        self._read_by: dict[int, int] = {}

    # ------------------------------------------------------------------------------------------------ coming in
    def store(self, arrivals: Sequence[Arrival]) -> list[bool]:
        """Keep them all, in one statement; False for each that its sender sent before."""
        rows = [_row(arrival) for arrival in arrivals]
        with transaction(self._engine) as connection:
            new = connection.execute(_KEPT, rows)
            left = {(row.source, bytes(row.sender_key)) for row in new if row.sender_key is not None}
        return [_is_new(row, left) for row in rows]

    def count_waiting(self, most: int) -> int:
        """How many nobody has dealt with, counted up to `most`."""
        some = select(intake_bodies.c.number).where(WAITING).limit(most).subquery()
        with transaction(self._engine) as connection:
            return int(connection.execute(select(func.count()).select_from(some)).scalar_one())

    # --------------------------------------------------------------------------------------------- dealt with
    def waiting(self, limit: int) -> list[Body]:
        """The oldest that nobody has dealt with, but for mail; what they say is fetched in the same statement."""
        with transaction(self._engine) as connection:
            rows = connection.execute(
                _AHEAD.where(WAITING, _NO_MAIL).order_by(intake_bodies.c.number).limit(limit)
            ).all()
        self._ahead = {row.number: row for row in rows if row.body is not None}
        self._read_by = {}
        return [Body(number=row.number, source=row.source, received_at=row.received_at) for row in rows]

    def read(self, body: Body) -> Reading:
        """What it says, by its source's map of today; Unreadable if it says nothing."""
        row = self._ahead.pop(body.number, None) or self._fetched(body.number)
        if row is None or row.kind is None:
            raise Unreadable("no_source", f"There is no source {body.source!r} that could say how to read it.")
        self._read_by[body.number] = row.version
        return formats.read(SourceKind(row.kind), _arrived(row), SourceMap.model_validate(row.map))

    def take(self, numbers: Sequence[int]) -> None:
        """They are dealt with, and remember by which version of the map; safe to repeat."""
        versions: dict[int | None, list[int]] = defaultdict(list)
        for number in numbers:
            versions[self._read_by.get(number)].append(number)
        with transaction(self._engine) as connection:
            for version, some in versions.items():
                said = {"state": "taken", "dealt_at": func.now(), "code": None, "reason": None, "read_by": version}
                connection.execute(update(intake_bodies).where(intake_bodies.c.number.in_(some), WAITING).values(said))

    def put_aside(self, number: int, code: str, reason: str) -> None:
        """Into quarantine, where people see it, and from where it can be replayed; safe to repeat."""
        said = {"state": "quarantined", "code": code, "reason": without_nul(reason), "dealt_at": func.now()}
        aside = update(intake_bodies).where(intake_bodies.c.number == number, WAITING)
        with transaction(self._engine) as connection:
            connection.execute(aside.values(said | {"read_by": self._read_by.get(number)}))

    def forget(self, before: datetime) -> int:
        """Delete what came before and is dealt with, the oldest thousand at most; how many that were."""
        first = select(intake_bodies).order_by(intake_bodies.c.number).limit(_FORGOTTEN).subquery()
        old = select(first.c.number).where(first.c.received_at < before, first.c.state.in_(("taken", "discarded")))
        with transaction(self._engine) as connection:
            return int(connection.execute(delete(intake_bodies).where(intake_bodies.c.number.in_(old))).rowcount)

    def _fetched(self, number: int) -> Row[*tuple[Any, ...]] | None:
        with transaction(self._engine) as connection:
            return connection.execute(_READ.where(intake_bodies.c.number == number)).one_or_none()

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


def _aside(row: Row[*tuple[Any, ...]]) -> Aside:
    return Aside.model_validate({name: each for name, each in row._asdict().items() if each is not None})


def _arrived(row: Row[*tuple[Any, ...]]) -> Arrived:
    return Arrived.model_validate(row, from_attributes=True)
