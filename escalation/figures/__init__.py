"""Questions about the figures: which tickets they are about, how these flow, when, and which are behind a number.

Each is defined here as a fold over the facts of tickets; the read side answers the same in SQL, held to it by a test.
"""

from escalation.figures.behind import FIGURES, Behind, Behinds, FigureName, Place, behind, counted_by
from escalation.figures.flows import Flow, Flows, flows
from escalation.figures.heat import Cell, HeatMap, heat_map
from escalation.figures.scope import ONLY, Scope, within
from escalation.figures.trend import Every, Period, Trend, trend

__all__ = [
    "FIGURES",
    "ONLY",
    "Behind",
    "Behinds",
    "Cell",
    "Every",
    "FigureName",
    "Flow",
    "Flows",
    "HeatMap",
    "Period",
    "Place",
    "Scope",
    "Trend",
    "behind",
    "counted_by",
    "flows",
    "heat_map",
    "trend",
    "within",
]
