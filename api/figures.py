"""What the API needs of the figures: each question of `escalation.figures`, answered over the tickets in a scope."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from escalation.audit.alarm import Alarm
from escalation.figures import Behinds, Every, FigureName, Flows, HeatMap, Place, Scope, Trend
from escalation.metrics import GroupBy
from escalation.published import EscalationFigures


class Figures(Protocol):
    """The figures and what is behind them. A zone has been checked: every question knows it."""

    def escalation(self, scope: Scope) -> EscalationFigures: ...

    def escalation_by(self, scope: Scope, by: GroupBy) -> Mapping[str, EscalationFigures]: ...

    def flows(self, scope: Scope) -> Flows: ...

    def heat(self, scope: Scope, zone: str) -> HeatMap: ...

    def trend(self, scope: Scope, every: Every, zone: str) -> Trend: ...

    def behind(
        self, scope: Scope, figure: FigureName, place: Place, limit: int, after: str | None = None
    ) -> Behinds: ...

    def alarm(self, since: datetime, until: datetime, clients: tuple[str, ...] | None = None) -> Alarm:
        """The 40 % line over what was worked on at Tier 1 within the window, of these clients."""
        ...
