"""The figures of the desk, and what is behind them."""

from datetime import datetime

from escalation.audit.seen import Seen
from escalation.audit.window import Window
from escalation.facts import TicketFacts
from escalation.figures import Scope
from escalation.figures.folded import FoldedFigures
from stores.audit_reading import AuditReading
from stores.read_side import ReadSide


class Figures(FoldedFigures):
    """Implements `api.figures.Figures`."""

    def __init__(self, read_side: ReadSide, reading: AuditReading) -> None:
        super().__init__(self._facts_of, self._seen_in)
        self._read_side, self._reading = read_side, reading

    def _facts_of(self, scope: Scope) -> list[TicketFacts]:
        return self._read_side.facts(scope.since, scope.until, scope.clients, scope.imported)

    def _seen_in(self, since: datetime, until: datetime, clients: tuple[str, ...] | None) -> Seen:
        return self._reading.seen(Window(since=since, until=until), clients)
