"""Every question about the figures, answered by the database; each in one transaction."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Engine

from escalation.audit.alarm import Alarm
from escalation.audit.window import Window
from escalation.figures import Behinds, Every, FigureName, Flows, HeatMap, Place, Scope, Trend
from escalation.metrics import UNNAMED, GroupBy
from escalation.published import EscalationFigures
from stores.database import transaction
from stores.figures.alarm import alarm_in
from stores.figures.behind import behind
from stores.figures.escalation import figures_by
from stores.figures.flows import flows
from stores.figures.heat import heat
from stores.figures.trend import trend


class Figures:
    """Implements `api.figures.Figures`; each answer equals that of `escalation.figures.folded.FoldedFigures`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def escalation(self, scope: Scope) -> EscalationFigures:
        """The published figures; near misses, notes and over-escalation of the desk's own tickets only."""
        with transaction(self._engine) as connection:
            return figures_by(connection, scope, None)[UNNAMED]

    def escalation_by(self, scope: Scope, by: GroupBy) -> Mapping[str, EscalationFigures]:
        """The same for each group, by name."""
        with transaction(self._engine) as connection:
            return figures_by(connection, scope, by)

    def flows(self, scope: Scope) -> Flows:
        """How the tickets went from tier to tier."""
        with transaction(self._engine) as connection:
            return flows(connection, scope)

    def heat(self, scope: Scope, zone: str) -> HeatMap:
        """At which hours of the week things happened; ValueError for an unknown zone."""
        with transaction(self._engine) as connection:
            return heat(connection, scope, zone)

    def trend(self, scope: Scope, every: Every, zone: str) -> Trend:
        """The figures period by period; ValueError for an unknown zone."""
        with transaction(self._engine) as connection:
            return trend(connection, scope, every, zone)

    def behind(self, scope: Scope, figure: FigureName, place: Place, limit: int, after: str | None = None) -> Behinds:
        """A page of the tickets behind a number."""
        with transaction(self._engine) as connection:
            return behind(connection, scope, figure, place, limit, after)

    def alarm(self, since: datetime, until: datetime, clients: tuple[str, ...] | None = None) -> Alarm:
        """The 40 % line."""
        with transaction(self._engine) as connection:
            return alarm_in(connection, Window(since=since, until=until), clients)
