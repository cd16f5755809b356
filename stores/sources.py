"""The senders that may come in: their maps, version for version, and their secrets, as hashes where that will do."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from escalation.alerts.books import NewSource
from escalation.alerts.source import MapVersion, Secret, SecretLine, Sender, Source, SourceMap
from stores.database import transaction
from stores.inbox import ASIDE, WAITING
from stores.schema import intake_bodies, intake_maps, intake_secrets, intake_sources

MOST_LIVE = 2  # secrets of one source: the old and the new, while its sender changes over
_LIVE = intake_secrets.c.retired_at.is_(None)
_MAP = intake_sources.join(
    intake_maps,
    (intake_maps.c.source == intake_sources.c.id) & (intake_maps.c.version == intake_sources.c.version),
)
_HEARD = (
    select(intake_bodies.c.received_at)
    .where(intake_bodies.c.source == intake_sources.c.id)
    .order_by(intake_bodies.c.number.desc())
    .limit(1)
    .correlate(intake_sources)
    .scalar_subquery()
)


class Sources:
    """Implements `escalation.alerts.books.SourceBook`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # -------------------------------------------------------------------------------------------------- reading
    def all(self) -> list[Source]:
        """Every source, by name."""
        with transaction(self._engine) as connection:
            return _sources(connection)

    def one(self, source: str) -> Source | None:
        """One of them; None if there is none of this id."""
        with transaction(self._engine) as connection:
            return next(iter(_sources(connection, source)), None)

    def versions(self, source: str) -> list[MapVersion]:
        """Its maps, the latest first."""
        asked = select(intake_maps).where(intake_maps.c.source == source).order_by(intake_maps.c.version.desc())
        with transaction(self._engine) as connection:
            return [_version(row) for row in connection.execute(asked)]

    def senders(self) -> list[Sender]:
        """All that are not disabled, with their live secrets."""
        asked = select(intake_sources).where(intake_sources.c.disabled_at.is_(None))
        live: dict[str, list[Secret]] = defaultdict(list)
        with transaction(self._engine) as connection:
            for row in connection.execute(select(intake_secrets).where(_LIVE).order_by(intake_secrets.c.made_at)):
                live[row.source].append(Secret(id=row.id, hash=row.hash, text=row.secret))
            return [
                Sender(id=row.id, kind=row.kind, scheme=row.scheme, header=row.header, secrets=tuple(live[row.id]))
                for row in connection.execute(asked)
            ]

    # ------------------------------------------------------------------------------------------------- changing
    def create(self, new: NewSource, secret: Secret, by: str, at: datetime) -> Source | None:
        """A new one with its first secret; None if there is one of this id already."""
        row = new.model_dump(mode="json", exclude={"map"}) | {"version": 1, "made_by": by, "made_at": at}
        made = insert(intake_sources).values(row).on_conflict_do_nothing().returning(intake_sources.c.id)
        with transaction(self._engine) as connection:
            if connection.execute(made).first() is None:
                return None
            _add_version(connection, new.id, 1, new.map, by, at)
            _add_secret(connection, new.id, secret, by, at)
            return _sources(connection, new.id)[0]

    def change(self, source: str, how: SourceMap, by: str, at: datetime) -> MapVersion | None:
        """The version that the map is now; the last one where nothing changes; None for no such source."""
        with transaction(self._engine) as connection:
            if _locked(connection, source) is None:
                return None
            last = connection.execute(
                select(intake_maps)
                .where(intake_maps.c.source == source)
                .order_by(intake_maps.c.version.desc())
                .limit(1)
            ).one()  # fmt: skip
            if (kept := _version(last)).map == how:
                return kept
            made = _add_version(connection, source, kept.version + 1, how, by, at)
            _set(connection, source, version=made.version)
            return made

    def describe(self, source: str, note: str) -> bool:
        """Give it another note; False for no such source."""
        with transaction(self._engine) as connection:
            return _set(connection, source, note=note)

    def disable(self, source: str, at: datetime | None) -> bool:
        """From now on nothing of it is taken; None lets it in again. False for no such source."""
        with transaction(self._engine) as connection:
            return _set(connection, source, disabled_at=at)

    def add_secret(self, source: str, secret: Secret, by: str, at: datetime) -> bool:
        """Another secret beside the first; False where two are live already, or for no such source."""
        with transaction(self._engine) as connection:
            if _locked(connection, source) is None or _live(connection, source) >= MOST_LIVE:
                return False
            _add_secret(connection, source, secret, by, at)
            return True

    def retire_secret(self, source: str, secret: str, at: datetime) -> bool:
        """It opens nothing from now on; False where there is no such live secret, or it is the last."""
        retired = (
            update(intake_secrets)
            .where(intake_secrets.c.source == source, intake_secrets.c.id == secret, _LIVE)
            .values(retired_at=at)
        )
        with transaction(self._engine) as connection:
            if _locked(connection, source) is None or _live(connection, source) < MOST_LIVE:
                return False
            return bool(connection.execute(retired).rowcount)


def _sources(connection: Connection, only: str | None = None) -> list[Source]:
    asked = (
        select(intake_sources, intake_maps.c.body.label("map"), _HEARD.label("last_heard_at"))
        .select_from(_MAP)
        .where(intake_sources.c.id == only if only is not None else literal(value=True))
        .order_by(intake_sources.c.id)
    )
    rows = connection.execute(asked).all()
    secrets: dict[str, list[SecretLine]] = defaultdict(list)
    for row in connection.execute(select(intake_secrets).order_by(intake_secrets.c.made_at, intake_secrets.c.id)):
        secrets[row.source].append(SecretLine.model_validate(row, from_attributes=True))
    waiting, aside = _counted(connection, WAITING), _counted(connection, ASIDE)
    return [
        Source.model_validate(
            row._asdict()
            | {"secrets": secrets[row.id], "waiting": waiting.get(row.id, 0), "quarantined": aside.get(row.id, 0)}
        )
        for row in rows
    ]


def _counted(connection: Connection, which: ColumnElement[bool]) -> dict[str, int]:
    asked = select(intake_bodies.c.source, func.count().label("many")).where(which).group_by(intake_bodies.c.source)
    return {row.source: row.many for row in connection.execute(asked)}


def _version(row: Row[*tuple[Any, ...]]) -> MapVersion:
    return MapVersion(version=row.version, map=row.body, made_by=row.made_by, made_at=row.made_at)


def _locked(connection: Connection, source: str) -> str | None:
    """Its id, and nobody else changes it meanwhile; None for no such source."""
    asked = select(intake_sources.c.id).where(intake_sources.c.id == source).with_for_update()
    return connection.execute(asked).scalar_one_or_none()


def _live(connection: Connection, source: str) -> int:
    asked = select(func.count()).where(intake_secrets.c.source == source, _LIVE)
    return int(connection.execute(asked).scalar_one())


def _set(connection: Connection, source: str, **values: object) -> bool:
    changed = update(intake_sources).where(intake_sources.c.id == source).values(**values)
    return bool(connection.execute(changed).rowcount)


def _add_version(
    connection: Connection, source: str, version: int, how: SourceMap, by: str, at: datetime
) -> MapVersion:
    body = how.model_dump(mode="json", exclude_defaults=True)
    row = {"source": source, "version": version, "body": body, "made_by": by, "made_at": at}
    connection.execute(insert(intake_maps), row)
    return MapVersion(version=version, map=how, made_by=by, made_at=at)


def _add_secret(connection: Connection, source: str, secret: Secret, by: str, at: datetime) -> None:
    row = {"id": secret.id, "source": source, "hash": secret.hash, "secret": secret.text}
    connection.execute(insert(intake_secrets), row | {"made_by": by, "made_at": at})
