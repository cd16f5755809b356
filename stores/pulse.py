"""The state of the desk in a few statements, whatever its size: live tickets, the latest entries' lag, intake."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select

from escalation.lifecycle import Stage
from escalation.pulse import Line, Pulse, Waiting
from stores.database import transaction
from stores.inbox import ASIDE, WAITING
from stores.queue_figures import LIVE, counted
from stores.schema import intake_bodies, intake_sources, journal, tickets

_LATEST = 50  # entries
_LATELY = timedelta(minutes=5)
_EMERGENCIES = func.count().filter(tickets.c.state.has_key("emergency")).label("emergencies")


class Pulses:
    """Takes the pulse of the desk."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def pulse(self, at: datetime) -> Pulse:
        """Live tickets by stage and priority at this moment; Unavailable while PostgreSQL is away."""
        grouped = (tickets.c.stage, tickets.c.priority)
        asked = select(*grouped, *counted(at), _EMERGENCIES).where(LIVE).group_by(*grouped).order_by(*grouped)
        with transaction(self._engine) as connection:
            lines = tuple(map(_line, connection.execute(asked)))
            return Pulse(at=at, lines=lines, lag=_lag(connection, at), intake=_intake(connection))


def _line(row: Row[*tuple[Any, ...]]) -> Line:
    triage = row.stage == Stage.TRIAGE
    return Line(
        stage=row.stage,
        priority=row.priority,
        open=row.open,
        on_hold=row.waiting,
        unaccepted=0 if triage else row.unaccepted,
        oldest_unaccepted_at=None if triage else row.oldest_unaccepted_at,
        at_risk=row.at_risk,
        breached=row.breached,
        emergencies=row.emergencies,
    )


def _lag(connection: Connection, at: datetime) -> timedelta | None:
    """An import has times of its own, and a hold may end at an earlier moment than the word that ended it."""
    columns = (journal.c.ticket_id, journal.c.kind, journal.c.at, journal.c.recorded_at)
    latest = select(*columns).order_by(journal.c.xid.desc()).limit(_LATEST).subquery()
    asked = (
        select(func.max(latest.c.recorded_at - latest.c.at))
        .join_from(latest, tickets, tickets.c.ticket_id == latest.c.ticket_id)
        .where(~tickets.c.imported, latest.c.kind != "resumed", latest.c.recorded_at > at - _LATELY)
    )
    lag: timedelta | None = connection.execute(asked).scalar_one()
    return lag


def _intake(connection: Connection) -> Waiting:
    """Every source is named, so that the first in quarantine is seen as a rise."""
    many, oldest_at = connection.execute(
        select(func.count(), func.min(intake_bodies.c.received_at)).where(WAITING)
    ).one()
    named = connection.execute(
        select(intake_sources.c.id, func.count(intake_bodies.c.number))
        .join_from(intake_sources, intake_bodies, (intake_bodies.c.source == intake_sources.c.id) & ASIDE, isouter=True)
        .group_by(intake_sources.c.id)
    )
    return Waiting(many=many, oldest_at=oldest_at, quarantined={row[0]: row[1] for row in named})
