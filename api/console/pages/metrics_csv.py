"""The figures as CSV, as the API gives them too: these addresses open with the visit's cookie."""

from collections.abc import Callable

from fastapi import APIRouter
from starlette.responses import Response

from api.console.metrics.view import View, Viewed
from api.console.metrics.wanted import usual_every
from api.console.pages.metrics_tickets import Placed
from api.faults import InvalidRequest
from api.patience import patiently
from escalation.figures import Every, FigureName, tables
from escalation.metrics import GroupBy

router = APIRouter()

_MOST = 10_000  # lines of tickets in one file, as in the API


@router.get("/metrics/escalation.csv")
async def escalation(view: Viewed) -> Response:
    """One line with every figure."""
    figures = view.here.services.figures
    return await _file(view, "escalation", lambda: tables.escalation_csv({"all": figures.escalation(view.scope)}))


@router.get("/metrics/breakdown.csv")
async def breakdown(view: Viewed, by: GroupBy = "client") -> Response:
    """A line for each group."""
    figures = view.here.services.figures
    return await _file(view, f"by-{by}", lambda: tables.escalation_csv(figures.escalation_by(view.scope, by)))


@router.get("/metrics/flows.csv")
async def flows(view: Viewed) -> Response:
    """A line for each flow."""
    return await _file(view, "flows", lambda: tables.flows_csv(view.here.services.figures.flows(view.scope)))


@router.get("/metrics/hours.csv")
async def hours(view: Viewed) -> Response:
    """A line for each hour of the week, on the viewer's clock."""
    figures = view.here.services.figures
    return await _file(view, "hours", lambda: tables.heat_csv(figures.heat(view.scope, view.zone)))


@router.get("/metrics/trends.csv")
async def trends(view: Viewed, every: Every | None = None) -> Response:
    """A line for each period."""
    steps, figures = every or usual_every(view.window, view.here.now), view.here.services.figures
    return await _file(view, f"by-{steps}", lambda: tables.trend_csv(figures.trend(view.scope, steps, view.zone)))


@router.get("/metrics/tickets.csv")
async def tickets(view: Viewed, place: Placed, figure: FigureName = "cases") -> Response:
    """A line for each ticket behind a number."""
    figures = view.here.services.figures
    return await _file(view, figure, lambda: tables.behind_csv(figures.behind(view.scope, figure, place, _MOST)))


async def _file(view: View, name: str, make: Callable[[], str]) -> Response:
    """The file, made in a thread; InvalidRequest where the time makes no sense."""
    if view.wrong:
        raise InvalidRequest(" ".join(view.wrong.values()))
    said = f'attachment; filename="{view.file(name)}"'
    text = await patiently(make)
    return Response(text, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": said})
