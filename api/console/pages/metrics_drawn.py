"""The figures drawn: flows between the tiers, the hours of the week, the trend."""

from collections.abc import Sequence
from typing import NamedTuple

from fastapi import APIRouter
from starlette.responses import Response

from api.console.drawings.flows import alluvial, way_of
from api.console.drawings.heat import DAYS, LEAST, busiest, steps, week, when
from api.console.drawings.trend import LEAST as LEAST_PERIODS
from api.console.drawings.trend import Line, line
from api.console.metrics.headings import HAPPENINGS
from api.console.metrics.paged import figures_page
from api.console.metrics.view import Viewed
from api.console.metrics.wanted import usual_every
from api.patience import patiently
from escalation.audit.alarm import LIMIT_PCT
from escalation.figures import Every, Period
from escalation.figures.flows import OPENED
from escalation.figures.heat import Happened

router = APIRouter()


class Drawn(NamedTuple):
    """One small drawing of the trend; `unit` stands behind its numbers."""

    title: str
    unit: str
    values: Sequence[float | None]
    line: Line


@router.get("/metrics/flows")
async def flows(view: Viewed) -> Response:
    """How tickets went from tier to tier."""
    if view.wrong:
        return figures_page(view, "metrics/flows.html", found=None)
    found = await patiently(view.here.services.figures.flows, view.scope)
    inner = [flow for flow in found.flows if flow.source != OPENED]
    most = max(inner, key=lambda flow: flow.tickets, default=None)
    up = sum(flow.tickets for flow in inner if way_of(flow) == "up")
    down = sum(flow.tickets for flow in inner if way_of(flow) == "down")
    drawing = alluvial(found) if found.cases else None
    return figures_page(
        view, "metrics/flows.html", found=found, drawing=drawing, most=most, up=up, down=down, way_of=way_of
    )


@router.get("/metrics/hours")
async def hours(view: Viewed, what: Happened = "taken_in") -> Response:
    """At which hours of the week tickets come in, are escalated, and promises break."""
    context = {"what": what, "happenings": HAPPENINGS, "days": DAYS, "when": when, "least": LEAST}
    if view.wrong:
        return figures_page(view, "metrics/hours.html", heat=None, **context)
    heat = await patiently(view.here.services.figures.heat, view.scope, view.zone)
    most = busiest(heat, what)
    total = sum(getattr(cell, what) for cell in heat.cells)
    drawn = [week(heat, what), week(heat, what, turned=True)] if total >= LEAST else []
    legend = steps(getattr(most, what)) if most else ()
    return figures_page(
        view, "metrics/hours.html", heat=heat, most=most, total=total, drawn=drawn, legend=legend, **context
    )


@router.get("/metrics/trends")
async def trends(view: Viewed, every: Every | None = None) -> Response:
    """Tickets, escalations, breaches and the time to resolve, period by period."""
    steps_of = every or usual_every(view.window, view.here.now)
    if view.wrong:
        return figures_page(view, "metrics/trends.html", trend=None, every=steps_of)
    figures = view.here.services.figures
    trend = await patiently(figures.trend, view.scope, steps_of, view.zone)
    drawn = _drawn(trend.periods) if len(trend.periods) >= LEAST_PERIODS else []
    return figures_page(view, "metrics/trends.html", trend=trend, every=steps_of, drawn=drawn)


def _drawn(periods: Sequence[Period]) -> list[Drawn]:
    """Those that say something: a line without any figure is left out."""
    each = (
        ("Tickets taken in", "", [float(period.cases) for period in periods], None),
        ("Escalation rate of Tier 1", " %", [period.rate.pct for period in periods], float(LIMIT_PCT)),
        ("Escalations", "", [float(period.escalations) for period in periods], None),
        ("Broken promises", "", [float(period.breaches) for period in periods], None),
        ("Median time to resolve", " h", [period.mttr_median_h for period in periods], None),
    )
    return [
        Drawn(title, unit, values, line(values, limit))
        for title, unit, values, limit in each
        if any(value is not None for value in values)
    ]
