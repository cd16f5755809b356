"""The desk: names the receiver of a ticket, atomically, so that nobody is overloaded and no ticket is named twice."""

from sqlalchemy import Connection, Engine, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from escalation.oncall import RotaOverride
from escalation.policy import Policy
from escalation.ports import Ask, Named, Unavailable
from escalation.terms import Role
from stores.database import transaction
from stores.holdings import hold, one_at_a_time, release
from stores.naming import Choice, Colleague, DeskNow, Roster, choose
from stores.schema import answers, assignments, overrides, people, pools, roster
from stores.seeding import seed

_OWNERS = frozenset({Role.TECHNICIAN, Role.DISPATCHER})
_NO_TIER = 0
_TRIES = 5


class Desk:
    """Implements `escalation.ports.Desk` on PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._roster: tuple[int, Roster] | None = None

    def seed(self, policy: Policy) -> None:
        """Make people, rotas and calendars those of the policy. Absences and overrides made by hand stay."""
        with transaction(self._engine) as connection:
            seed(connection, policy)

    def name(self, ask: Ask) -> Named:
        """The one person for this need, whose assignment it now is; the same key always gets the same answer.

        UnknownName if a person asked for by id is not of the desk. Unavailable while PostgreSQL is away.
        """
        for _ in range(_TRIES):
            try:
                with transaction(self._engine) as connection:
                    return self._answered(connection, ask) or self._name(connection, ask)
            except IntegrityError:  # a person of another tier's pool filled up between our look and our insert
                continue
        raise Unavailable(f"no receiver for {ask.ticket_id} in {_TRIES} tries: the desk changes too quickly")

    def _answered(self, connection: Connection, ask: Ask) -> Named | None:
        one_at_a_time(connection, ask.ticket_id)
        answered = select(answers.c.person, answers.c.via).where(answers.c.key == ask.key)
        row = connection.execute(answered).one_or_none()
        return Named(person=row.person, via=row.via) if row else None

    def _name(self, connection: Connection, ask: Ask) -> Named:
        owns = ask.need.role in _OWNERS
        revision = _lock_pools(connection, ask)
        if owns:
            release(connection, ask.ticket_id, ask.at)
        desk = self._now(connection, ask, revision)
        choice = choose(ask.need, desk)
        if owns and choice.person in desk.colleagues:
            _assign(connection, ask, choice)
        answer = {"key": ask.key, "ticket_id": ask.ticket_id, "person": choice.person, "via": choice.via}
        connection.execute(insert(answers), answer | {"asked_at": ask.at})
        return Named(person=choice.person, via=choice.via)

    def _now(self, connection: Connection, ask: Ask, revision: int) -> DeskNow:
        if self._roster is None or self._roster[0] != revision:
            self._roster = (revision, load_roster(connection))
        return DeskNow(ask.at, self._roster[1], load_overrides(connection), load_colleagues(connection))


def load_roster(connection: Connection) -> Roster:
    """The roster as seeded; Unavailable before the first policy."""
    body = connection.execute(select(roster.c.body)).scalar_one_or_none()
    if body is None:
        raise Unavailable("the desk has not been set up: publish a policy (tierline prepare)")
    return Roster.model_validate(body)


def load_overrides(connection: Connection) -> tuple[RotaOverride, ...]:
    """Overrides in the order in which they win: those made by hand after those of the policy."""
    rows = connection.execute(select(overrides).order_by(overrides.c.added, overrides.c.id))
    return tuple(RotaOverride(rota=row.rota, who=row.who, start=row.start_at, end=row.end_at) for row in rows)


def load_colleagues(connection: Connection) -> dict[str, Colleague]:
    """Everybody of the desk with what they hold now."""
    mine = select(func.count()).where(assignments.c.person == people.c.id, assignments.c.released_at.is_(None))
    asked = select(people, mine.scalar_subquery().label("load")).where(people.c.active)
    return {
        row.id: Colleague(
            id=row.id,
            role=row.role,
            tier=row.tier,
            skills=frozenset(row.skills),
            calendar=row.calendar,
            capacity=row.capacity,
            leads=frozenset(row.team_lead_of),
            load=row.load,
            absent_until=row.absent_until,
            last_assigned_at=row.last_assigned_at,
        )
        for row in connection.execute(asked)
    }


def _lock_pools(connection: Connection, ask: Ask) -> int:
    """Hold the tier's pool until the end of the transaction, in the order of tiers; the roster's revision.

    A statement of its own before anything is counted: a count in the same statement would be as old as our waiting.
    """
    if ask.need.role in _OWNERS:
        own_tier = select(people.c.tier).where(people.c.id == ask.need.person).scalar_subquery()
        tiers = pools.c.tier.in_([_NO_TIER if ask.need.tier is None else ask.need.tier, own_tier])
        connection.execute(select(pools.c.tier).where(tiers).order_by(pools.c.tier).with_for_update())
    return connection.execute(select(roster.c.revision)).scalar_one_or_none() or 0


def _assign(connection: Connection, ask: Ask, choice: Choice) -> None:
    hold(connection, ask.ticket_id, choice.person, choice.via, ask.at, within=choice.within)
    latest = func.greatest(people.c.last_assigned_at, ask.at)
    connection.execute(update(people).where(people.c.id == choice.person).values(last_assigned_at=latest))
