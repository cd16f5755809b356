"""Every question answered by folding facts: the definition, for tests and for whoever has no database."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from escalation.audit.alarm import Alarm, alarm
from escalation.audit.seen import Seen
from escalation.compliance import recorded
from escalation.facts import TicketFacts
from escalation.figures.behind import Behinds, FigureName, Place, behind
from escalation.figures.flows import Flows, flows
from escalation.figures.heat import HeatMap, heat_map
from escalation.figures.scope import Scope, within
from escalation.figures.trend import Every, Trend, trend
from escalation.metrics import GroupBy, escalation_figures, grouped
from escalation.published import EscalationFigures

SeenIn = Callable[[datetime, datetime, tuple[str, ...] | None], Seen]


class FoldedFigures:
    """The figures over what `facts` gives of a scope, before `only` narrows it."""

    def __init__(self, facts: Callable[[Scope], Sequence[TicketFacts]], seen: SeenIn) -> None:
        self._facts, self._seen = facts, seen

    def escalation(self, scope: Scope) -> EscalationFigures:
        """The published figures; some of them of the desk's own tickets only."""
        return escalation_figures(self._within(scope), recorded, own=not scope.imported)

    def escalation_by(self, scope: Scope, by: GroupBy) -> Mapping[str, EscalationFigures]:
        """The same for each group, by name."""
        return grouped(self._within(scope), by, recorded, own=not scope.imported)

    def flows(self, scope: Scope) -> Flows:
        """How the tickets went from tier to tier."""
        return flows(self._within(scope))

    def heat(self, scope: Scope, zone: str) -> HeatMap:
        """At which hours of the week things happened."""
        return heat_map(self._within(scope), zone)

    def trend(self, scope: Scope, every: Every, zone: str) -> Trend:
        """The figures period by period."""
        return trend(self._within(scope), every, zone, imported=scope.imported is not False)

    def behind(self, scope: Scope, figure: FigureName, place: Place, limit: int, after: str | None = None) -> Behinds:
        """A page of the tickets behind a number."""
        return behind(self._within(scope), figure, place, limit, after)

    def alarm(self, since: datetime, until: datetime, clients: tuple[str, ...] | None = None) -> Alarm:
        """The 40 % line."""
        return alarm(self._seen(since, until, clients))

    def _within(self, scope: Scope) -> list[TicketFacts]:
        return within(scope, self._facts(scope))
