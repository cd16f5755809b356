"""The tickets behind a number: where every number of the figures leads."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from api.console.metrics.headings import heading
from api.console.metrics.paged import figures_page
from api.console.metrics.view import View, Viewed
from api.patience import patiently
from api.words import Word
from escalation.figures import Behinds, FigureName, Place
from escalation.ports import TicketFilter

router = APIRouter()

_A_PAGE = 50


def _place(
    view: Viewed,
    tier: Annotated[int | None, Query(ge=1, le=3)] = None,
    of: Word | Literal[""] = "",
    weekday: Annotated[int | None, Query(ge=1, le=7)] = None,
    hour: Annotated[int | None, Query(ge=0, le=23)] = None,
) -> Place:
    return Place(tier=tier, of=of, weekday=weekday, hour=hour, zone=view.zone)


Placed = Annotated[Place, Depends(_place)]


@router.get("/metrics/tickets")
async def tickets(
    view: Viewed, place: Placed, figure: FigureName = "cases", after: Word | Literal[""] = ""
) -> Response:
    """One page of them, and how many they are in all."""
    context = {"title": heading(figure, place, view.here.names), "figure": figure, "place": place, "after": after}
    if view.wrong:
        return figures_page(view, "metrics/tickets.html", found=None, **context)
    found = await patiently(view.here.services.figures.behind, view.scope, figure, place, _A_PAGE, after or None)
    lines = await patiently(view.here.services.lines.lines, _these(found, view), "newest", _A_PAGE)
    by_id = {line.id: line for line in lines.lines}
    return figures_page(view, "metrics/tickets.html", found=found, lines=by_id, **context)


def _these(found: Behinds, view: View) -> TicketFilter:
    return TicketFilter(ids=tuple(each.ticket_id for each in found.behind), clients=view.here.viewer.clients)
