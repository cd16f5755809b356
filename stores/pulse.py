"""The state of the desk in two statements, whatever its size: live tickets counted, and the latest entries' lag."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select

from escalation.lifecycle import Stage
from escalation.pulse import Line, Pulse
from stores.database import transaction
from stores.queue_figures import LIVE, counted
from stores.schema import journal, tickets

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
            return Pulse(at=at, lines=lines, lag=_lag(connection, at))


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
