"""The published figures, how they come about, and the tickets behind each."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from api.asked_figures import Asked, ZoneName
from api.callers import Caller, Handed
from api.problems import responses
from api.window import window
from api.words import Moment, Word
from escalation.audit.alarm import Alarm
from escalation.figures import Behinds, Every, FigureName, Flows, HeatMap, Place, Trend, tables
from escalation.metrics import GroupBy
from escalation.published import EscalationFigures

router = APIRouter(prefix="/metrics", tags=["metrics"])

_MOST_AT_ONCE, _USUAL = 10_000, 50
_ANSWERS: dict[int | str, dict[str, Any]] = responses() | {200: {"content": {"text/csv": {}}}}
Form = Annotated[
    Literal["json", "csv"], Query(alias="format", description="JSON, or a table as CSV for a spreadsheet.")
]
Breakdown = dict[str, EscalationFigures]


@router.get("/escalation", responses=_ANSWERS, response_model=EscalationFigures | Breakdown)
def escalation(
    services: Handed, scope: Asked, by: GroupBy | None = None, form: Form = "json"
) -> EscalationFigures | Mapping[str, EscalationFigures] | Response:
    """Escalation rate of each tier, re-escalation in its four readings, times, never accepted, near misses.

    With `by` the same for each client, category, technician, shift, partner, hours (the desk's own, or after them) or
    priority. Times are wall-clock hours. Of the last 90 days, unless a time is named; of an imported log, all of it.
    """
    if by is None:
        said = services.figures.escalation(scope)
        return _csv(tables.escalation_csv({"all": said})) if form == "csv" else said
    groups = services.figures.escalation_by(scope, by)
    return _csv(tables.escalation_csv(groups)) if form == "csv" else groups


@router.get("/flows", responses=_ANSWERS, response_model=Flows)
def flows(services: Handed, scope: Asked, form: Form = "json") -> Flows | Response:
    """How tickets went from tier to tier and how they ended, step by step, for a Sankey or an alluvial diagram."""
    found = services.figures.flows(scope)
    return _csv(tables.flows_csv(found)) if form == "csv" else found


@router.get("/heat", responses=_ANSWERS, response_model=HeatMap)
def heat(services: Handed, scope: Asked, zone: ZoneName = "UTC", form: Form = "json") -> HeatMap | Response:
    """At which hours of the week tickets came in, were escalated, and broke a promise to the client.

    Of the tickets that were taken in within the time, each thing at the moment at which it happened.
    """
    found = services.figures.heat(scope, zone)
    return _csv(tables.heat_csv(found)) if form == "csv" else found


@router.get("/trend", responses=_ANSWERS, response_model=Trend)
def trend(
    services: Handed, scope: Asked, every: Every = "week", zone: ZoneName = "UTC", form: Form = "json"
) -> Trend | Response:
    """Tickets, escalations, breaches and time to resolve by the day, week or month in which a ticket was taken in."""
    found = services.figures.trend(scope, every, zone)
    return _csv(tables.trend_csv(found)) if form == "csv" else found


@router.get("/tickets", responses=_ANSWERS, response_model=Behinds)
def tickets(
    services: Handed,
    scope: Asked,
    figure: Annotated[FigureName, Query(description="Which figure; docs/metrics.md says where each one stands.")],
    tier: Annotated[int | None, Query(ge=1, le=3, description="Of `worked` and `escalated`.")] = None,
    of: Annotated[Word | None, Query(description="Which move, rating, name, flow, end or happening.")] = None,
    weekday: Annotated[int | None, Query(ge=1, le=7, description="Of `hour`: 1 is Monday.")] = None,
    hour: Annotated[int | None, Query(ge=0, le=23, description="Of `hour`.")] = None,
    zone: ZoneName = "UTC",
    limit: Annotated[
        int | None, Query(ge=1, le=_MOST_AT_ONCE, description=f"{_USUAL} unless named; as CSV {_MOST_AT_ONCE:,}.")
    ] = None,
    after: Annotated[Word | None, Query(description="The `next_after` of the page before.")] = None,
    form: Form = "json",
) -> Behinds | Response:
    """The tickets behind a number, by id: how often the figure counts each adds up to the figure."""
    place = Place(tier=tier, of=of or "", weekday=weekday, hour=hour, zone=zone)
    usual = _MOST_AT_ONCE if form == "csv" else _USUAL
    found = services.figures.behind(scope, figure, place, limit or usual, after)
    return _csv(tables.behind_csv(found)) if form == "csv" else found


@router.get("/alarm", responses=_ANSWERS, response_model=Alarm)
def alarm(
    services: Handed,
    token: Caller,
    since: Annotated[Moment | None, Query(alias="from", description="Worked on at this moment or later.")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="Worked on before this moment.")] = None,
    form: Form = "json",
) -> Alarm | Response:
    """Whether Tier 1 escalated more than 40 per cent of what it worked on, with what speaks for each explanation.

    Other than for the figures, a ticket counts here when it was at Tier 1 within the time, whenever it came in.
    """
    now = services.now()
    since, until = window(since, until, now)
    said = services.figures.alarm(since, until or now, token.clients)
    return _csv(tables.alarm_csv(said)) if form == "csv" else said


def _csv(table: str) -> Response:
    return Response(table, media_type="text/csv; charset=utf-8")
