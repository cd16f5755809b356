"""Who is at the desk: what the API lists and messages are addressed by."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, func, insert, select, update

from escalation.errors import UnknownName
from escalation.messages import Address
from escalation.oncall import on_call
from escalation.ports import OnCallNow, PersonView
from escalation.terms import Role
from stores.database import transaction
from stores.desk import load_colleagues, load_overrides, load_roster
from stores.schema import assignments, overrides, people
from stores.seeding import touch_roster


class People:
    """The people of the desk, and `escalation.ports.Directory`. Those who left the policy are not listed any more."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def people(self) -> list[PersonView]:
        """Everybody, by id, with the tickets that they hold."""
        with transaction(self._engine) as connection:
            return [_view(row) for row in connection.execute(_ASKED.where(people.c.active).order_by(people.c.id))]

    def person(self, person_id: str) -> PersonView | None:
        """One of them; None for somebody whom the desk never knew."""
        with transaction(self._engine) as connection:
            row = connection.execute(_ASKED.where(people.c.id == person_id)).one_or_none()
        return _view(row) if row else None

    def address(self, person: str) -> Address:
        """Where they can be reached; an empty address for somebody unknown."""
        asked = select(people.c.email, people.c.apprise).where(people.c.id == person)
        with transaction(self._engine) as connection:
            row = connection.execute(asked).one_or_none()
        return Address(email=row.email, apprise=tuple(row.apprise)) if row else Address()

    def display_name(self, person: str) -> str:
        """The name that a client reads; the id where nothing else is known."""
        with transaction(self._engine) as connection:
            return connection.execute(select(people.c.name).where(people.c.id == person)).scalar_one_or_none() or person

    def on_call(self, at: datetime) -> list[OnCallNow]:
        """Who answers for each rota, by tier, then the managers' and the rest; None outside a rota's hours."""
        with transaction(self._engine) as connection:
            roster, replaced = load_roster(connection), load_overrides(connection)
        lines: list[tuple[str, int | None]] = [(rota, tier) for tier, rota in sorted(roster.by_tier.items())]
        lines += [(rota, None) for rota in sorted(roster.rotas) if rota not in roster.by_tier.values()]
        return [
            OnCallNow(rota=rota, tier=tier, person=on_call(rota, roster.rotas[rota], replaced, at))
            for rota, tier in lines
        ]

    def holders(self, role: str, tier: int | None, at: datetime) -> list[str]:
        """Who acts in this role: the manager on call, the leads of the tier, or everybody else of it who is here."""
        with transaction(self._engine) as connection:
            roster, replaced = load_roster(connection), load_overrides(connection)
            here = [c for c in load_colleagues(connection).values() if not c.absent_until or c.absent_until <= at]
        if role == Role.SERVICE_MANAGER:
            manager = on_call(roster.managers, roster.rotas[roster.managers], replaced, at)
            if manager in {colleague.id for colleague in here}:
                return [manager]
        of_role = sorted((c for c in here if c.role == role), key=lambda colleague: colleague.id)
        if role == Role.TEAM_LEAD and tier is not None:
            of_role = sorted((c for c in here if tier in c.leads), key=lambda colleague: colleague.id)
        return [colleague.id for colleague in of_role] or [roster.fallback.manager]

    def mark_absent(self, person_id: str, until: datetime) -> None:
        """Give them no ticket before `until`; what they hold stays theirs. UnknownName for a stranger."""
        self._set_absence(person_id, until)

    def present(self, person_id: str) -> None:
        """They are back. UnknownName for a stranger."""
        self._set_absence(person_id, None)

    def override(self, rota: str, who: str, start: datetime, end: datetime) -> None:
        """Have somebody take a rota over from `start` up to, and not including, `end`.

        UnknownName for a rota or a person that is not there; ValueError if it ends before it begins.
        """
        if end <= start:
            raise ValueError("an override ends after it begins")
        with transaction(self._engine) as connection:
            if rota not in load_roster(connection).rotas:
                raise UnknownName(f"There is no rota {rota!r}.", field="rota", value=rota)
            if connection.execute(select(people.c.id).where(people.c.id == who, people.c.active)).first() is None:
                raise UnknownName(f"The desk has nobody called {who!r}.", field="who", value=who)
            row = {"rota": rota, "who": who, "start_at": start, "end_at": end, "added": True}
            connection.execute(insert(overrides), row)
            touch_roster(connection)

    def _set_absence(self, person_id: str, until: datetime | None) -> None:
        changed = update(people).where(people.c.id == person_id).values(absent_until=until)
        with transaction(self._engine) as connection:
            if connection.execute(changed).rowcount == 0:
                raise UnknownName(f"The desk has nobody called {person_id!r}.", field="person", value=person_id)


_HELD = select(func.count()).where(assignments.c.person == people.c.id, assignments.c.released_at.is_(None))
_ASKED = select(people, _HELD.scalar_subquery().label("open"))


def _view(row: Row[*tuple[Any, ...]]) -> PersonView:
    return PersonView(
        id=row.id,
        name=row.name,
        role=row.role,
        tier=row.tier,
        skills=tuple(row.skills),
        calendar=row.calendar,
        capacity=row.capacity,
        open=row.open,
        absent_until=row.absent_until,
    )
