"""Alerts and maintenance windows, kept in memory."""

from collections.abc import Sequence
from datetime import datetime

from escalation.alerts.ports import Linked
from escalation.alerts.windows import Planned, Window


class MemoryAlerts:
    """Implements `escalation.alerts.ports.AlertRecord`."""

    def __init__(self) -> None:
        self.linked: dict[str, list[Linked]] = {}

    def of_ticket(self, ticket_id: str, limit: int, before: int | None = None) -> list[Linked]:
        found = sorted(self.linked.get(ticket_id, []), key=lambda each: -each.seq)
        return [each for each in found if before is None or each.seq < before][:limit]


class MemoryMaintenance:
    """Implements `escalation.alerts.ports.Maintenance`."""

    def __init__(self) -> None:
        self.all: dict[int, Window] = {}
        self._asked: dict[tuple[str, str], int] = {}

    def plan(self, wanted: Planned, by: str, at: datetime, request_id: str | None = None) -> Window:
        if request_id and (before := self._asked.get((by, request_id))):
            return self.all[before]
        number = len(self.all) + 1
        self.all[number] = Window(**dict(wanted), id=number, made_by=by, made_at=at)
        if request_id:
            self._asked[by, request_id] = number
        return self.all[number]

    def windows(self, since: datetime, clients: tuple[str, ...] | None) -> Sequence[Window]:
        found = [window for window in self.all.values() if window.until > since]
        theirs = [window for window in found if clients is None or window.client is None or window.client in clients]
        return sorted(theirs, key=lambda window: (window.starts_at, window.id))

    def window(self, number: int) -> Window | None:
        return self.all.get(number)

    def end(self, number: int, by: str, at: datetime) -> Window | None:
        window = self.all.get(number)
        if window is not None and window.ended_at is None and window.ends_at > at:
            self.all[number] = window.model_copy(update={"ended_by": by, "ended_at": at})
        return self.all.get(number)
