"""What is kept of other systems: connections with their secrets, maps by version, links, and what people should see."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, Text, Update, and_, any_, bindparam, cast, delete, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert

from escalation.psa.link import Link
from escalation.psa.mapping import PsaMap
from escalation.psa.ports import Connection, LogLine, Standing
from stores.database import transaction
from stores.schema import psa_connections, psa_links, psa_log, psa_maps, tickets

_MOST_LINES = 200
_SHOWN = [psa_connections.c[name] for name in Connection.model_fields if name in psa_connections.c]
_NEWEST = (
    select(func.coalesce(func.max(psa_maps.c.version), 0))
    .where(psa_maps.c.connection == psa_connections.c.name)
    .scalar_subquery()
    .label("map_version")
)
_OVER = ("closed", "cancelled")
_LAGS = and_(tickets.c.ticket_id == psa_links.c.ticket_id, tickets.c.seq > psa_links.c.told)


class PsaBook:
    """Implements `escalation.psa.ports.Book` and what the console asks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # ------------------------------------------------------------------------------------------ connections
    def connect(self, new: Connection, secret: str) -> Connection:
        """Keep a connection; one of this name that is there gets the new address, user and secret."""
        said = {name: value for name, value in new.model_dump().items() if name in _GIVEN}
        row = insert(psa_connections).values(**said, secret=secret)
        changed = {name: row.excluded[name] for name in ("connector", "url", "user", "secret", "enabled", "every")}
        row = row.on_conflict_do_update(index_elements=["name"], set_=changed)
        with transaction(self._engine) as connection:
            connection.execute(row)
        return self.connection(new.name) or new

    def connected(self) -> bool:
        """Whether there is any connection at all."""
        with transaction(self._engine) as connection:
            return connection.execute(select(psa_connections.c.name).limit(1)).first() is not None

    def connections(self) -> list[Connection]:
        """Every connection, without its secret."""
        with transaction(self._engine) as connection:
            rows = connection.execute(select(*_SHOWN, _NEWEST).order_by(psa_connections.c.name)).all()
        return [Connection.model_validate(row, from_attributes=True) for row in rows]

    def connection(self, name: str) -> Connection | None:
        """One of them; None if there is none of this name."""
        with transaction(self._engine) as connection:
            row = connection.execute(select(*_SHOWN, _NEWEST).where(psa_connections.c.name == name)).one_or_none()
        return Connection.model_validate(row, from_attributes=True) if row else None

    def secret(self, name: str) -> str:
        """What is sent with every call; KeyError for no such connection."""
        with transaction(self._engine) as connection:
            found = connection.execute(select(psa_connections.c.secret).where(psa_connections.c.name == name)).scalar()
        if found is None:
            raise KeyError(name)
        return str(found)

    def enable(self, name: str, *, enabled: bool) -> bool:
        """Let it run, or rest; False if there is none."""
        row = update(psa_connections).where(psa_connections.c.name == name).values(enabled=enabled)
        with transaction(self._engine) as connection:
            return bool(connection.execute(row).rowcount)

    def remove(self, name: str) -> bool:
        """Forget a connection with its links and its log; the tickets stay. False if there was none."""
        with transaction(self._engine) as connection:
            return bool(connection.execute(delete(psa_connections).where(psa_connections.c.name == name)).rowcount)

    def noted(self, name: str, **said: object) -> None:
        """Note where a connection stands."""
        with transaction(self._engine) as connection:
            connection.execute(update(psa_connections).where(psa_connections.c.name == name).values(**said))

    # ------------------------------------------------------------------------------------------ maps
    def publish(self, name: str, document: str, rules: PsaMap, by: str, at: datetime) -> int:
        """The version of the map that counts from now on; records that were not taken in are looked at again."""
        newest = select(func.coalesce(func.max(psa_maps.c.version), 0) + 1).where(psa_maps.c.connection == name)
        body = rules.model_dump(mode="json")
        with transaction(self._engine) as connection:
            # Two at once wait for each other here.
            connection.execute(select(psa_connections.c.name).where(psa_connections.c.name == name).with_for_update())
            version = int(connection.execute(newest).scalar_one())
            connection.execute(
                insert(psa_maps).values(
                    connection=name, version=version, document=document, body=body, made_by=by, made_at=at
                )
            )
            connection.execute(_look_again(name))
        return version

    def rules(self, name: str) -> PsaMap | None:
        """The map that counts; None where none was published."""
        asked = select(psa_maps.c.body).where(psa_maps.c.connection == name).order_by(psa_maps.c.version.desc())
        with transaction(self._engine) as connection:
            body = connection.execute(asked.limit(1)).scalar()
        return PsaMap.model_validate(body) if body else None

    def document(self, name: str) -> str:
        """The map that counts, as it was written; KeyError where none was published."""
        asked = select(psa_maps.c.document).where(psa_maps.c.connection == name).order_by(psa_maps.c.version.desc())
        with transaction(self._engine) as connection:
            found = connection.execute(asked.limit(1)).scalar()
        if found is None:
            raise KeyError(name)
        return str(found)

    # ------------------------------------------------------------------------------------------ links
    def link(self, connection: str, record_id: str) -> Link | None:
        """What is known of a record; None for one never seen."""
        return self._one(psa_links.c.connection == connection, psa_links.c.record_id == record_id)

    def link_of(self, connection: str, ticket_id: str) -> Link | None:
        """What is known of the record of a ticket."""
        return self._one(psa_links.c.connection == connection, psa_links.c.ticket_id == ticket_id)

    def links_of(self, ticket_ids: Sequence[str]) -> list[Link]:
        """The records of these tickets, in every connection."""
        asked = select(psa_links.c.state).where(psa_links.c.ticket_id == any_(bindparam("ids", type_=ARRAY(Text))))
        with transaction(self._engine) as connection:
            return [Link.model_validate(row.state) for row in connection.execute(asked, {"ids": list(ticket_ids)})]

    def keep(self, link: Link) -> None:
        """Keep it as it is now."""
        state = link.model_dump(mode="json")
        row = insert(psa_links).values(
            connection=link.connection, record_id=link.record_id, ticket_id=link.ticket_id, told=link.told,
            version=link.version, left=link.left, state=state,
        )  # fmt: skip
        changed = {name: row.excluded[name] for name in ("ticket_id", "told", "version", "left", "state")}
        row = row.on_conflict_do_update(
            index_elements=["connection", "record_id"], set_=changed | {"kept_at": func.clock_timestamp()}
        )
        with transaction(self._engine) as connection:
            connection.execute(row)

    def versions(self, connection: str, record_ids: Sequence[str]) -> Mapping[str, str]:
        """As what each of these records was last seen; nothing for one never seen."""
        asked = select(psa_links.c.record_id, psa_links.c.version).where(
            psa_links.c.connection == connection,
            psa_links.c.record_id == any_(bindparam("ids", type_=ARRAY(Text))),
        )
        with transaction(self._engine) as opened:
            rows = opened.execute(asked, {"ids": list(record_ids)}).all()
        return {row.record_id: row.version for row in rows}

    def untold(self, connection: str, limit: int) -> list[str]:
        """The records whose tickets have gone on since they were last shown."""
        asked = select(psa_links.c.record_id).join(tickets, _LAGS)
        asked = asked.where(psa_links.c.connection == connection, psa_links.c.left.is_(None)).limit(limit)
        with transaction(self._engine) as opened:
            return list(opened.execute(asked).scalars())

    def running(self, connection: str) -> list[str]:
        """The records whose tickets are not over."""
        asked = select(psa_links.c.record_id).join(tickets, tickets.c.ticket_id == psa_links.c.ticket_id)
        asked = asked.where(psa_links.c.connection == connection, tickets.c.stage.not_in(_OVER))
        with transaction(self._engine) as opened:
            return list(opened.execute(asked).scalars())

    def _one(self, *where: ColumnElement[bool]) -> Link | None:
        with transaction(self._engine) as connection:
            state = connection.execute(select(psa_links.c.state).where(*where)).scalar()
        return Link.model_validate(state) if state else None

    # ------------------------------------------------------------------------------------------ for people
    def log(self, line: LogLine) -> None:
        """Put it on record, once for each key."""
        row = insert(psa_log).values(**line.model_dump(exclude={"number"})).on_conflict_do_nothing()
        with transaction(self._engine) as connection:
            connection.execute(row)

    def lines(self, connection: str | None = None, ticket_id: str | None = None, limit: int = 50) -> list[LogLine]:
        """What was put on record, the latest first; of one connection, of one ticket, or of all."""
        asked = select(psa_log).order_by(psa_log.c.number.desc()).limit(min(limit, _MOST_LINES))
        if connection is not None:
            asked = asked.where(psa_log.c.connection == connection)
        if ticket_id is not None:
            asked = asked.where(psa_log.c.ticket_id == ticket_id)
        with transaction(self._engine) as opened:
            return [LogLine.model_validate(row, from_attributes=True) for row in opened.execute(asked)]

    def standing(self, connection: str) -> Standing:
        """How many records are run here, not run here, and behind; and since when the oldest is behind."""
        here = psa_links.c.connection == connection
        lags = select(func.count(), func.min(tickets.c.changed_at)).select_from(psa_links.join(tickets, _LAGS))
        counted = select(
            func.count().filter(psa_links.c.ticket_id.is_not(None)),
            func.count().filter(psa_links.c.ticket_id.is_(None)),
        ).where(here)
        with transaction(self._engine) as opened:
            linked, left = opened.execute(counted).one()
            behind, since = opened.execute(lags.where(here, psa_links.c.left.is_(None))).one()
        return Standing(linked=linked, not_run=left, behind=behind, behind_since=since)


_GIVEN = frozenset({"name", "connector", "url", "user", "enabled", "every", "made_by", "made_at"})


def _look_again(name: str) -> Update:
    """Records that were not taken in are judged anew, by whatever map counts then."""
    state = psa_links.c.state.op("||")(cast({"version": ""}, JSONB))
    return (
        update(psa_links)
        .where(psa_links.c.connection == name, psa_links.c.ticket_id.is_(None))
        .values(version="", state=state)
    )
