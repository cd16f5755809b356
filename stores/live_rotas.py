"""The rotas as they stand: those of the policy, and the overrides, swaps and absences made by hand."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Engine, Row, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from escalation.errors import UnknownName
from escalation.oncall import Absence, Board, LiveAbsence, LiveOverride, RotaOverride, Swap, SwapLine, SwapState
from escalation.ports import Unavailable
from stores.database import transaction
from stores.naming import Roster
from stores.schema import absences, overrides, people, roster, swaps
from stores.seeding import touch_roster

NOT_SET_UP = "the desk has not been set up: publish a policy (tierline prepare)"


class LiveRotas:
    """Who is on call and who is away, and what people change about it. UnknownName for a stranger or no rota."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def board(self) -> Board:
        """Every rota with what changes it."""
        with transaction(self._engine) as connection:
            return load_board(connection, load_roster(connection))

    def override(self, change: RotaOverride, by: str, uid: str | None = None) -> LiveOverride:
        """Have somebody take a rota over; a later override wins. One of the same uid on the rota is replaced."""
        with transaction(self._engine) as connection:
            _known(connection, change.rota, change.who, *([change.instead_of] if change.instead_of else []))
            return _insert_override(connection, change, by, uid)

    def take_back(self, override: int) -> bool:
        """End an override made by hand as if it had never been; False if there is none of this number."""
        gone = delete(overrides).where(overrides.c.id == override, overrides.c.added)
        return self._changed(lambda connection: bool(connection.execute(gone).rowcount))

    def be_away(self, absence: Absence, by: str, uid: str | None = None) -> LiveAbsence:
        """Somebody is away: on call for nothing, and given no ticket. One of theirs of the same uid is replaced."""
        row = upsert(absences).values(
            person=absence.person,
            start_at=absence.start,
            end_at=absence.end,
            reason=absence.reason,
            made_by=by,
            uid=uid,
        )
        kept = {name: row.excluded[name] for name in ("start_at", "end_at", "reason", "made_by")}
        stored = row.on_conflict_do_update(constraint="absences_once", set_=kept).returning(absences)
        with transaction(self._engine) as connection:
            _known(connection, None, absence.person)
            touch_roster(connection)
            return _absence(connection.execute(stored).one())

    def be_back(self, person: str, at: datetime) -> None:
        """Somebody who is away at `at` is back; what they planned for later stays."""
        running = (absences.c.person == person) & (absences.c.start_at <= at) & (absences.c.end_at > at)
        with transaction(self._engine) as connection:
            _known(connection, None, person)
            connection.execute(delete(absences).where(running, absences.c.start_at == at))
            connection.execute(update(absences).where(running).values(end_at=at))
            touch_roster(connection)

    def drop_absence(self, absence: int) -> bool:
        """Forget an absence; False if there is none of this number."""
        gone = delete(absences).where(absences.c.id == absence)
        return self._changed(lambda connection: bool(connection.execute(gone).rowcount))

    def drop_imported(self, uid: str, *, person: str | None = None, rota: str | None = None) -> bool:
        """Forget the absence of this person, or the override of this rota, that a calendar called `uid`."""
        gone = (
            delete(absences).where(absences.c.person == person, absences.c.uid == uid),
            delete(overrides).where(overrides.c.rota == rota, overrides.c.uid == uid),
        )
        return self._changed(lambda connection: sum(connection.execute(each).rowcount for each in gone) > 0)

    def prune_imported(
        self, series: str, kept: frozenset[str], *, person: str | None = None, rota: str | None = None
    ) -> int:
        """Forget what a calendar called `series`, or a time of it (`series#…`), but for those kept; how many."""

        def stale(uid: Column[Any]) -> ColumnElement[bool]:
            return ((uid == series) | uid.startswith(f"{series}#", autoescape=True)) & uid.not_in(kept)

        gone = (
            delete(absences).where(absences.c.person == person, stale(absences.c.uid)),
            delete(overrides).where(overrides.c.rota == rota, stale(overrides.c.uid)),
        )
        with transaction(self._engine) as connection:
            dropped = sum(connection.execute(each).rowcount for each in gone)
            if dropped:
                touch_roster(connection)
        return dropped

    def propose(self, swap: Swap, by: str, at: datetime) -> SwapLine:
        """Keep a swap until somebody decides on it; it changes no rota before."""
        row = insert(swaps).values(body=swap.model_dump(mode="json"), state="proposed", proposed_by=by, proposed_at=at)
        with transaction(self._engine) as connection:
            _known(connection, swap.rota, swap.giver, swap.taker)
            return _swap(connection.execute(row.returning(swaps)).one())

    def swaps(self) -> list[SwapLine]:
        """The last hundred swaps, the latest first."""
        with transaction(self._engine) as connection:
            return [_swap(row) for row in connection.execute(select(swaps).order_by(swaps.c.id.desc()).limit(100))]

    def swap(self, number: int) -> SwapLine | None:
        """One swap."""
        with transaction(self._engine) as connection:
            row = connection.execute(select(swaps).where(swaps.c.id == number)).one_or_none()
        return _swap(row) if row else None

    def decide(self, number: int, state: SwapState, by: str, at: datetime) -> bool:
        """Agree to a proposed swap, decline it or withdraw it; False if it is decided already. Agreed, it counts."""
        decided = (
            update(swaps)
            .where(swaps.c.id == number, swaps.c.state == "proposed")
            .values(state=state, decided_by=by, decided_at=at)
            .returning(swaps)
        )
        with transaction(self._engine) as connection:
            row = connection.execute(decided).one_or_none()
            if row is not None and state == "agreed":
                for change in _swap(row).overrides():
                    _insert_override(connection, change, by, None)
        return row is not None

    def _changed(self, change: Callable[[Connection], bool]) -> bool:
        with transaction(self._engine) as connection:
            done = change(connection)
            if done:
                touch_roster(connection)
        return done


def load_roster(connection: Connection) -> Roster:
    """The roster as seeded; Unavailable before the first policy."""
    body = connection.execute(select(roster.c.body)).scalar_one_or_none()
    if body is None:
        raise Unavailable(NOT_SET_UP)
    return Roster.model_validate(body)


def load_board(connection: Connection, of: Roster) -> Board:
    """The rotas of the roster with what changes them: what was made by hand wins over the policy's own."""
    asked = select(overrides).order_by(overrides.c.added, overrides.c.id)
    away = select(absences).order_by(absences.c.start_at, absences.c.id)
    by_hand = tuple(_absence(row) for row in connection.execute(away))
    return Board(
        rotas=of.rotas,
        by_tier=of.by_tier,
        managers=of.managers,
        overrides=tuple(_override(row) for row in connection.execute(asked)),
        absences=(*of.absences, *by_hand),
    )


def _insert_override(connection: Connection, change: RotaOverride, by: str, uid: str | None) -> LiveOverride:
    if uid is not None:  # put last, so that it wins as the latest does
        connection.execute(delete(overrides).where(overrides.c.rota == change.rota, overrides.c.uid == uid))
    said = change.model_dump(include={"rota", "who", "kind", "instead_of", "reason"})
    row = insert(overrides).values(start_at=change.start, end_at=change.end, added=True, made_by=by, uid=uid, **said)
    stored = connection.execute(row.returning(overrides)).one()
    touch_roster(connection)
    return _override(stored)


def _known(connection: Connection, rota: str | None, *who: str) -> None:
    if rota is not None and rota not in load_roster(connection).rotas:
        raise UnknownName(f"There is no rota {rota!r}.", field="rota", value=rota)
    here = set(connection.execute(select(people.c.id).where(people.c.id.in_(who), people.c.active)).scalars())
    for person in who:
        if person not in here:
            raise UnknownName(f"The desk has nobody called {person!r}.", field="who", value=person)


def _override(row: Row[*tuple[Any, ...]]) -> LiveOverride:
    return LiveOverride(
        id=row.id if row.added else None,
        rota=row.rota,
        who=row.who,
        start=row.start_at.astimezone(UTC),
        end=row.end_at.astimezone(UTC),
        kind=row.kind,
        instead_of=row.instead_of,
        reason=row.reason,
        made_by=row.made_by,
    )


def _absence(row: Row[*tuple[Any, ...]]) -> LiveAbsence:
    return LiveAbsence(
        id=row.id,
        person=row.person,
        start=row.start_at.astimezone(UTC),
        end=row.end_at.astimezone(UTC),
        reason=row.reason,
        made_by=row.made_by,
    )


def _swap(row: Row[*tuple[Any, ...]]) -> SwapLine:
    said = {name: getattr(row, name) for name in ("id", "state", "proposed_by", "proposed_at")}
    return SwapLine(**row.body, **said, decided_by=row.decided_by, decided_at=row.decided_at)
