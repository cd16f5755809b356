"""What monitoring said: judged in one transaction with what is known, so that it can be said twice."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select, text, union_all

from escalation.alerts.board import Board
from escalation.alerts.fault import Heard
from escalation.alerts.hearing import hear
from escalation.alerts.intakes import Intakes
from escalation.alerts.ports import Linked
from escalation.alerts.telling import after_telling
from escalation.alerts.tickets import AlertTicket
from escalation.alerts.timing import pass_time, ticket_gone
from escalation.policy import Alerting
from stores.alert_board import board_about, board_at, board_of, put_ticket, write
from stores.alert_rows import ticket_of
from stores.database import transaction
from stores.schema import alert_tickets, alerts, faults, maintenance_windows

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('tierline alerts'))")


class Alerts:
    """Implements `escalation.alerts.ports.AlertBook` and `AlertRecord`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def hear(self, said: Sequence[Heard], intakes: Intakes) -> None:
        """Judge alerts in their order, and write down what they change; those on record already change nothing."""
        if not said:
            return

        def judge(board: Board) -> None:
            for heard in said:
                hear(board, heard)

        self._judged(lambda connection: board_of(connection, said, intakes), judge)

    def pass_time(self, now: datetime, intakes: Intakes) -> None:
        """Judge what time brings: holds that are over, windows that begin or end."""
        self._judged(lambda connection: board_at(connection, now, intakes), lambda board: pass_time(board, now))

    def gone(self, ticket_id: str, now: datetime, intakes: Intakes) -> None:
        """It was over already: what has fired since it last heard is judged anew."""
        self._judged(
            lambda connection: board_about(connection, ticket_id, now, intakes),
            lambda board: ticket_gone(board, ticket_id, now),
        )

    def wanted(self, limit: int) -> list[AlertTicket]:
        """Tickets to be opened: emergencies first, and then those that have waited longest."""
        first = (alert_tickets.c.emergency.desc(), alert_tickets.c.made_at, alert_tickets.c.ticket_id)
        asked = select(alert_tickets).where(alert_tickets.c.state == "wanted").order_by(*first).limit(limit)
        with transaction(self._engine) as connection:
            return [ticket_of(row) for row in connection.execute(asked)]

    def opened(self, ticket_id: str, now: datetime) -> None:
        """It is open, and may hear of what came meanwhile."""
        self._changed(ticket_id, lambda ticket: _open(ticket, now))

    def refused(self, ticket_id: str) -> AlertTicket | None:
        """It cannot be opened as it is; the next alert of its fault tries anew."""
        return self._changed(ticket_id, lambda ticket: ticket.model_copy(update={"state": "refused", "tell_at": None}))

    def to_tell(self, now: datetime, limit: int) -> list[AlertTicket]:
        """Open tickets that have something to hear by now."""
        asked = select(alert_tickets).where(alert_tickets.c.tell_at <= now, alert_tickets.c.state == "open")
        with transaction(self._engine) as connection:
            rows = connection.execute(asked.order_by(alert_tickets.c.tell_at).limit(limit))
            return [ticket_of(row) for row in rows]

    def told(self, sent: AlertTicket, now: datetime, rules: Alerting, *, over: bool) -> None:
        """It has heard what there was when it was sent, and may be over by it."""
        ended = {"state": "over", "tell_at": None} if over else {}
        self._changed(sent.id, lambda t: after_telling(t, sent, now, rules).model_copy(update=ended))

    def next_at(self) -> datetime | None:
        """The earliest of: a fault's own moment, a ticket that is to be told, a window that begins or ends."""
        window = maintenance_windows.c
        ends = func.least(window.ends_at, window.ended_at)
        moments = union_all(
            select(func.min(faults.c.due_at).label("at")),
            select(func.min(alert_tickets.c.tell_at)).where(alert_tickets.c.state == "open"),
            select(func.min(window.starts_at)).where(~window.begun),
            select(func.min(ends)).where(~window.over),
        ).subquery()
        with transaction(self._engine) as connection:
            at: datetime | None = connection.execute(select(func.min(moments.c.at))).scalar_one()
        return at

    def of_ticket(self, ticket_id: str, limit: int, before: int | None = None) -> list[Linked]:
        """Its alerts, the latest first, older than the number `before`."""
        asked = select(alerts).where(alerts.c.ticket_id == ticket_id).order_by(alerts.c.seq.desc()).limit(limit)
        if before is not None:
            asked = asked.where(alerts.c.seq < before)
        with transaction(self._engine) as connection:
            return [_linked(row) for row in connection.execute(asked)]

    def _judged(self, fill: Callable[[Connection], Board], judge: Callable[[Board], None]) -> None:
        with transaction(self._engine) as connection:
            connection.execute(_ONE_AT_A_TIME)
            board = fill(connection)
            judge(board)
            write(connection, board)

    def _changed(self, ticket_id: str, change: Callable[[AlertTicket], AlertTicket]) -> AlertTicket | None:
        asked = select(alert_tickets).where(alert_tickets.c.ticket_id == ticket_id).with_for_update()
        with transaction(self._engine) as connection:
            connection.execute(_ONE_AT_A_TIME)
            row = connection.execute(asked).one_or_none()
            if row is None:
                return None
            ticket = ticket_of(row)
            put_ticket(connection, change(ticket))
            return ticket


def _open(ticket: AlertTicket, now: datetime) -> AlertTicket:
    return ticket.model_copy(update={"state": "open", "told_at": now}) if ticket.state == "wanted" else ticket


def _linked(row: Row[*tuple[Any, ...]]) -> Linked:
    return Linked.model_validate({name: getattr(row, name) for name in Linked.model_fields})
