"""Where audits rest, with what people say of them: made once for each kind and window, they never change."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from secrets import token_hex
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, Row, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert

from escalation.audit.actions import Action, ActionState, NewAction, judge_end
from escalation.audit.monthly import MonthlyAudit
from escalation.audit.record import AuditRecord, made
from escalation.audit.seen import AtTierThree, Seen
from escalation.audit.verdicts import Verdict, VerdictImpossible, judge_verdict
from escalation.audit.window import AuditKind, Window, audit_id, judge_window, last_whole
from escalation.errors import UnknownName
from escalation.facts import TicketFacts
from escalation.figures import Scope
from escalation.metrics import GroupBy
from escalation.published import EscalationFigures
from escalation.terms import Tier
from escalation.zones import zone_named
from stores.audit_reading import AuditReading
from stores.database import transaction
from stores.figures import Figures
from stores.policies import Policies
from stores.schema import audit_actions, audit_verdicts, audits, people

_ONE_AT_A_TIME = 7_417_304
_BODY: TypeAdapter[AuditRecord] = TypeAdapter(AuditRecord)


class Audits:
    """Makes audits, and keeps them; implements `escalation.audit.record.AuditSource` for itself."""

    def __init__(self, engine: Engine, reading: AuditReading, policies: Policies) -> None:
        self._engine, self._reading, self._policies = engine, reading, policies
        self._figures = Figures(engine)

    # ------------------------------------------------------------------------------------------------ making
    def make(self, kind: AuditKind, window: Window | None, *, by: str, at: datetime) -> AuditRecord:
        """The audit of the window, or of the last whole one before `at`; one that is there already stays as it is."""
        zone = self.zone()
        of = window or last_whole(kind, at, zone)
        judge_window(of, at)
        if there := self._of(kind, of):
            return there
        record = AuditRecord(
            id=audit_id(kind, of, zone),
            kind=kind,
            window=of,
            zone=zone,
            made_by=by,
            made_at=at,
            said=made(kind, of, zone, self, seed=token_hex(8)),  # not to be guessed while the month lasts
            overdue=tuple(self.overdue(at.astimezone(zone_named(zone)).date())),
        )
        row = record.model_dump(include={"id", "kind", "made_by", "made_at"})
        row |= {"since": of.since, "until": of.until, "body": record.model_dump(mode="json")}
        with transaction(self._engine) as connection:
            connection.execute(insert(audits).on_conflict_do_nothing(), row)
        return self._of(kind, of) or record

    def zone(self) -> str:
        """Whose weeks and hours count: the service manager's."""
        policy = self._policies.current()
        return policy.calendars[policy.people[policy.fallback.manager].calendar].zone

    def seen(self, window: Window) -> Seen:
        """What happened at the desk."""
        return self._reading.seen(window)

    def at_tier_three(self, window: Window) -> Sequence[AtTierThree]:
        """The tickets that came to Tier 3."""
        return self._reading.at_tier_three(window)

    def facts(self, window: Window) -> Sequence[TicketFacts]:
        """The facts of the tickets that were taken in."""
        return self._reading.facts(window)

    def figures(self, window: Window) -> EscalationFigures:
        """The published figures of the tickets that were taken in."""
        return self._figures.escalation(Scope(since=window.since, until=window.until))

    def figures_by(self, window: Window, by: GroupBy) -> Mapping[str, EscalationFigures]:
        """The same, broken down."""
        return self._figures.escalation_by(Scope(since=window.since, until=window.until), by)

    def may_finish(self) -> Mapping[Tier, Sequence[str]]:
        """What each tier may finish alone, by the policy in force."""
        return {tier: limits.may for tier, limits in self._policies.current().scope.items()}

    def overdue(self, today: date) -> Sequence[Action]:
        """The open actions that should have been done by now, the oldest first."""
        return [action for action in self.actions(state="open") if action.overdue(today)]

    # ----------------------------------------------------------------------------------------------- reading
    def record(self, name: str) -> AuditRecord | None:
        """An audit; None for one that was never made."""
        with transaction(self._engine) as connection:
            return _record(connection, name)

    def _of(self, kind: AuditKind, window: Window) -> AuditRecord | None:
        same = (audits.c.kind == kind, audits.c.since == window.since, audits.c.until == window.until)
        with transaction(self._engine) as connection:
            body = connection.execute(select(audits.c.body).where(*same)).scalar_one_or_none()
        return None if body is None else _BODY.validate_python(body)

    def all(self, kind: AuditKind | None = None, limit: int | None = None, skip: int = 0) -> Sequence[AuditRecord]:
        """Audits, the latest window first: so many after the first `skip`."""
        asked = select(audits.c.body).order_by(audits.c.until.desc(), audits.c.id).limit(limit or _MOST).offset(skip)
        if kind is not None:
            asked = asked.where(audits.c.kind == kind)
        with transaction(self._engine) as connection:
            return [_BODY.validate_python(body) for body in connection.execute(asked).scalars()]

    def verdicts(self, name: str) -> Sequence[Verdict]:
        """What was said of the audit's items, in order."""
        with transaction(self._engine) as connection:
            return _verdicts(connection, name)

    def actions(self, audit: str | None = None, state: ActionState | None = None) -> Sequence[Action]:
        """Actions, those due first at the head; of one audit, or of one state."""
        asked = select(audit_actions).order_by(audit_actions.c.due_on, audit_actions.c.id)
        for column, value in ((audit_actions.c.audit, audit), (audit_actions.c.state, state)):
            if value is not None:
                asked = asked.where(column == value)
        with transaction(self._engine) as connection:
            return [_action(row) for row in connection.execute(asked)]

    # ------------------------------------------------------------------------------------------------ saying
    def judge(self, name: str, verdict: Verdict) -> bool:
        """Keep a verdict; False if it was there. KeyError for no such audit, else as `judge_verdict` refuses."""
        with transaction(self._engine) as connection:
            connection.execute(_one_at_a_time(name))
            record = _record(connection, name)
            if record is None:
                raise KeyError(name)
            if not isinstance(record.said, MonthlyAudit):
                raise VerdictImpossible(
                    f"A {record.kind} audit asks for no verdicts.", field="item", value=verdict.item
                )
            new = judge_verdict(record.said, _verdicts(connection, name), verdict)
            if new:
                connection.execute(insert(audit_verdicts), verdict.model_dump() | {"audit": name})
        return new

    def act(self, name: str, new: NewAction, *, by: str, at: datetime) -> Action:
        """Begin an action; asked again for the same one, that one. KeyError for no such audit.

        UnknownName for an owner who is not at the desk.
        """
        row = new.model_dump() | {"audit": name}
        same = select(audit_actions).where(*(audit_actions.c[column] == value for column, value in row.items()))
        with transaction(self._engine) as connection:
            connection.execute(_one_at_a_time(name))
            if _record(connection, name) is None:
                raise KeyError(name)
            known = select(people.c.id).where(people.c.id == new.owner, people.c.active)
            if connection.execute(known).first() is None:
                raise UnknownName(f"Nobody at the desk is {new.owner!r}.", field="owner", value=new.owner)
            if there := connection.execute(same).first():
                return _action(there)
            begun = insert(audit_actions).returning(audit_actions)
            return _action(connection.execute(begun, row | {"made_by": by, "made_at": at}).one())

    def end(self, number: int, state: ActionState, *, note: str, by: str, at: datetime) -> Action:
        """Say that an action is done or dropped; KeyError for none of that number, ActionOver for another end."""
        which = audit_actions.c.id == number
        with transaction(self._engine) as connection:
            row = connection.execute(select(audit_actions).where(which).with_for_update()).one_or_none()
            if row is None:
                raise KeyError(number)
            if judge_end(_action(row), state):
                ended = {"state": state, "note": note, "ended_by": by, "ended_at": at}
                ending = update(audit_actions).where(which).values(**ended).returning(audit_actions)
                row = connection.execute(ending).one()
        return _action(row)


_MOST = 200


def _one_at_a_time(name: str) -> Select[*tuple[Any, ...]]:
    """Two who say something of one audit at once do so one after the other."""
    return select(func.pg_advisory_xact_lock(func.hashtextextended(name, _ONE_AT_A_TIME)))


def _record(connection: Connection, name: str) -> AuditRecord | None:
    body = connection.execute(select(audits.c.body).where(audits.c.id == name)).scalar_one_or_none()
    return None if body is None else _BODY.validate_python(body)


def _verdicts(connection: Connection, name: str) -> list[Verdict]:
    asked = select(audit_verdicts).where(audit_verdicts.c.audit == name)
    asked = asked.order_by(audit_verdicts.c.at, audit_verdicts.c.item, audit_verdicts.c.rater)
    return [Verdict.model_validate(row._asdict()) for row in connection.execute(asked)]


def _action(row: Row[*tuple[Any, ...]]) -> Action:
    return Action.model_validate(row._asdict())
