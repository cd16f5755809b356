"""Who is at the desk: what the API lists and messages are addressed by."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select

from escalation.messages import Address
from escalation.ports import PersonView
from escalation.terms import Role
from stores.database import transaction
from stores.desk import load_colleagues
from stores.live_rotas import load_board, load_roster
from stores.schema import assignments, people


class People:
    """The people of the desk, and `escalation.ports.Directory`. Those who left the policy are not listed any more."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def people(self, at: datetime) -> list[PersonView]:
        """Everybody, by id, with the tickets that they hold and whether they are away at `at`."""
        with transaction(self._engine) as connection:
            rows = connection.execute(_ASKED.where(people.c.active).order_by(people.c.id)).all()
            return _views(connection, rows, at)

    def person(self, person_id: str, at: datetime) -> PersonView | None:
        """One of them; None for a stranger and for somebody who left."""
        with transaction(self._engine) as connection:
            found = _views(
                connection, connection.execute(_ASKED.where(people.c.id == person_id, people.c.active)).all(), at
            )
        return found[0] if found else None

    def address(self, person: str) -> Address:
        """Where they can be reached; an empty address for somebody unknown."""
        asked = select(people.c.email, people.c.apprise, people.c.reach).where(people.c.id == person)
        with transaction(self._engine) as connection:
            row = connection.execute(asked).one_or_none()
        return Address(email=row.email, apprise=tuple(row.apprise), **row.reach) if row else Address()

    def display_name(self, person: str) -> str:
        """The name that a client reads; the id where nothing else is known."""
        with transaction(self._engine) as connection:
            return connection.execute(select(people.c.name).where(people.c.id == person)).scalar_one_or_none() or person

    def holders(self, role: str, tier: int | None, at: datetime) -> list[str]:
        """Who acts in this role: the manager on call, the leads of the tier, or everybody else of it who is here."""
        with transaction(self._engine) as connection:
            roster = load_roster(connection)
            board = load_board(connection, roster)
            here = [c for c in load_colleagues(connection).values() if board.absent_until(c.id, at) is None]
        if role == Role.SERVICE_MANAGER:
            manager = board.on_call(roster.managers, at)
            if manager in {colleague.id for colleague in here}:
                return [manager]
        of_role = sorted((c for c in here if c.role == role), key=lambda colleague: colleague.id)
        if role == Role.TEAM_LEAD and tier is not None:
            of_role = sorted((c for c in here if tier in c.leads), key=lambda colleague: colleague.id)
        return [colleague.id for colleague in of_role] or [roster.fallback.manager]


_HELD = select(func.count()).where(assignments.c.person == people.c.id, assignments.c.released_at.is_(None))
_ASKED = select(people, _HELD.scalar_subquery().label("open"))


def _views(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]], at: datetime) -> list[PersonView]:
    if not rows:
        return []
    board = load_board(connection, load_roster(connection))
    names = ("id", "name", "role", "tier", "calendar", "capacity", "open")
    return [
        PersonView(
            **{name: getattr(row, name) for name in names},
            skills=tuple(row.skills),
            absent_until=board.absent_until(row.id, at),
        )
        for row in rows
    ]
