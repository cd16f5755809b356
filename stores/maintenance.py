"""Maintenance windows: planned, listed, ended early."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, func, select, update
from sqlalchemy.dialects.postgresql import insert

from escalation.alerts.windows import Planned, Window
from stores.alert_board import window_of
from stores.database import transaction
from stores.nul import without_nul
from stores.schema import maintenance_windows


class Maintenance:
    """Implements `escalation.alerts.ports.Maintenance`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def plan(self, wanted: Planned, by: str, at: datetime, request_id: str | None = None) -> Window:
        """Put it on record; the same request again gives the same window."""
        said = {name: without_nul(value) for name, value in wanted.model_dump().items()}
        row = said | {"made_by": by, "made_at": at, "request_id": request_id}
        same = (maintenance_windows.c.made_by == by, maintenance_windows.c.request_id == request_id)
        with transaction(self._engine) as connection:
            made = connection.execute(
                insert(maintenance_windows).values(row).on_conflict_do_nothing().returning(maintenance_windows)
            )
            found = made.one_or_none() or connection.execute(select(maintenance_windows).where(*same)).one()
            return window_of(found)

    def windows(self, since: datetime, clients: tuple[str, ...] | None) -> Sequence[Window]:
        """Those that end after a moment, the next to start first; of these clients, and those of every client."""
        ends = func.least(maintenance_windows.c.ends_at, maintenance_windows.c.ended_at)
        asked = select(maintenance_windows).where(ends > since)
        if clients is not None:
            theirs = maintenance_windows.c.client.in_(clients) | maintenance_windows.c.client.is_(None)
            asked = asked.where(theirs)
        asked = asked.order_by(maintenance_windows.c.starts_at, maintenance_windows.c.id)
        with transaction(self._engine) as connection:
            return [window_of(row) for row in connection.execute(asked)]

    def window(self, number: int) -> Window | None:
        """One of them; None if there is none."""
        with transaction(self._engine) as connection:
            asked = select(maintenance_windows).where(maintenance_windows.c.id == number)
            row = connection.execute(asked).one_or_none()
            return window_of(row) if row else None

    def end(self, number: int, by: str, at: datetime) -> Window | None:
        """End it now; one that is over stays as it is."""
        holds = (maintenance_windows.c.ends_at > at, maintenance_windows.c.ended_at.is_(None))
        row = update(maintenance_windows).where(maintenance_windows.c.id == number, *holds)
        with transaction(self._engine) as connection:
            connection.execute(row.values(ended_by=by, ended_at=at))
        return self.window(number)
