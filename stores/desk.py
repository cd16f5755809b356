"""The desk: names the receiver of a ticket, atomically, so that nobody is overloaded and no ticket is named twice."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, Text, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from escalation.lifecycle import OVER
from escalation.oncall import Board
from escalation.policy import Policy
from escalation.ports import Ask, Named, Unavailable
from escalation.terms import Role
from stores.database import transaction
from stores.holdings import hold, one_at_a_time, release
from stores.live_rotas import NOT_SET_UP, load_board, load_roster
from stores.naming import Choice, Colleague, DeskNow, Roster, choose
from stores.schema import answers, assignments, people, pools, roster, tickets
from stores.seeding import seed

_OWNERS = frozenset({Role.TECHNICIAN, Role.DISPATCHER})
_OVER = frozenset(stage.value for stage in OVER)
_NO_TIER = 0
_TRIES = 5


@dataclass(frozen=True)
class _Standing:
    """The part of the desk that changes seldom, as of a revision of the roster."""

    revision: int
    roster: Roster
    board: Board


class Desk:
    """Implements `escalation.ports.Desk` on PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._standing: _Standing | None = None

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
                    return self._name(connection, ask)
            except IntegrityError:  # a person of another tier's pool filled up between our look and our insert
                continue
        raise Unavailable(f"no receiver for {ask.ticket_id} in {_TRIES} tries: the desk changes too quickly")

    def _name(self, connection: Connection, ask: Ask) -> Named:
        owns = ask.need.role in _OWNERS and ask.need.rota is None
        # Each lock is a statement of its own before anything is read: what the same statement reads would be as old
        # as our waiting.
        one_at_a_time(connection, ask.ticket_id)
        if owns:
            tier = _NO_TIER if ask.need.tier is None else ask.need.tier
            connection.execute(_LOCK_POOLS, {"tier": tier, "person": ask.need.person})
        known = connection.execute(_KNOWN, {"key": ask.key, "ticket": ask.ticket_id}).one_or_none()
        if known is None:
            raise Unavailable(NOT_SET_UP)
        if known.person is not None:
            return Named(person=known.person, via=known.via)
        if known.stage in _OVER:  # asked late, by a try that its ticket did not wait for: nobody is to hold it for good
            owns = False
        if owns:
            release(connection, ask.ticket_id, ask.at)
        standing = self._as_of(connection, known.revision)
        desk = DeskNow(ask.at, standing.roster, standing.board, load_colleagues(connection))
        choice = choose(ask.need, desk)
        if owns and choice.person in desk.colleagues:
            hold(connection, ask.ticket_id, choice.person, choice.via, ask.at, within=choice.within)
        _answer(connection, ask, choice, assigned=owns)
        return Named(person=choice.person, via=choice.via, until=choice.until)

    def _as_of(self, connection: Connection, revision: int) -> _Standing:
        if self._standing is None or self._standing.revision != revision:
            roster = load_roster(connection)
            self._standing = _Standing(revision, roster, load_board(connection, roster))
        return self._standing


def load_colleagues(connection: Connection) -> dict[str, Colleague]:
    """Everybody of the desk with what they hold now."""
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
            last_assigned_at=row.last_assigned_at,
        )
        for row in connection.execute(_COLLEAGUES)
    }


def _answer(connection: Connection, ask: Ask, choice: Choice, *, assigned: bool) -> None:
    said = {"key": ask.key, "ticket": ask.ticket_id, "person": choice.person, "via": choice.via, "at": ask.at}
    connection.execute(_ANSWER_AND_ASSIGN if assigned else _ANSWER, said)


# Built once: putting a statement together costs more than running it.
_AT = bindparam("at", type_=answers.c.asked_at.type)
_PERSON = bindparam("person", type_=Text)

_LOCK_POOLS = (
    select(pools.c.tier)
    .where(
        or_(
            pools.c.tier == bindparam("tier"),
            pools.c.tier == select(people.c.tier).where(people.c.id == _PERSON).scalar_subquery(),
        )
    )
    .order_by(pools.c.tier)
    .with_for_update()
)
_KNOWN = (
    select(roster.c.revision, answers.c.person, answers.c.via, tickets.c.stage)
    .outerjoin_from(roster, answers, answers.c.key == bindparam("key"))
    .outerjoin(tickets, tickets.c.ticket_id == bindparam("ticket"))
)
_HELD = select(func.count()).where(assignments.c.person == people.c.id, assignments.c.released_at.is_(None))
_COLLEAGUES = select(people, _HELD.scalar_subquery().label("load")).where(people.c.active)
_ANSWER = insert(answers).values(
    key=bindparam("key", type_=Text),
    ticket_id=bindparam("ticket", type_=Text),
    person=_PERSON,
    via=bindparam("via", type_=Text),
    asked_at=_AT,
)
_ANSWER_AND_ASSIGN = (
    update(people)
    .where(people.c.id == _PERSON)
    .values(last_assigned_at=func.greatest(people.c.last_assigned_at, _AT))
    .add_cte(_ANSWER.cte("answered"))
)
