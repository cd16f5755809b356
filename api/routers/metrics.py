"""The published figures, how they come about, and the tickets behind each."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.asked_figures import Asked, ZoneName
from api.callers import Caller, Handed
from api.problems import responses
from api.window import window
from api.words import Moment, Word
from escalation.audit.alarm import Alarm
from escalation.figures import Behinds, Every, FigureName, Flows, HeatMap, Place, Trend
from escalation.metrics import EscalationFigures, GroupBy

router = APIRouter(prefix="/metrics", tags=["metrics"])

_MOST_AT_ONCE = 200


@router.get("/escalation", responses=responses())
def escalation(
    services: Handed, scope: Asked, by: GroupBy | None = None
) -> EscalationFigures | dict[str, EscalationFigures]:
    """Escalation rate of each tier, re-escalation in its four readings, times, never accepted, near misses.

    With `by` the same for each client, category, technician, shift, partner, hours (the desk's own, or after them) or
    priority. Times are wall-clock hours. Of the last 90 days, unless a time is named; of an imported log, all of it.
    """
    if by is None:
        return services.figures.escalation(scope)
    return dict(services.figures.escalation_by(scope, by))


@router.get("/flows", responses=responses())
def flows(services: Handed, scope: Asked) -> Flows:
    """How tickets went from tier to tier and how they ended, step by step, for a Sankey or an alluvial diagram."""
    return services.figures.flows(scope)


@router.get("/heat", responses=responses())
def heat(services: Handed, scope: Asked, zone: ZoneName = "UTC") -> HeatMap:
    """At which hours of the week tickets came in, were escalated, and broke a promise to the client.

    Of the tickets that were taken in within the time, each thing at the moment at which it happened.
    """
    return services.figures.heat(scope, zone)


@router.get("/trend", responses=responses())
def trend(services: Handed, scope: Asked, every: Every = "week", zone: ZoneName = "UTC") -> Trend:
    """Tickets, escalations, breaches and time to resolve by the day, week or month in which a ticket was taken in."""
    return services.figures.trend(scope, every, zone)


@router.get("/tickets", responses=responses())
def tickets(
    services: Handed,
    scope: Asked,
    figure: Annotated[FigureName, Query(description="Which figure; docs/metrics.md says where each one stands.")],
    tier: Annotated[int | None, Query(ge=1, le=3, description="Of `worked` and `escalated`.")] = None,
    of: Annotated[Word | None, Query(description="Which move, rating, name, flow, end or happening.")] = None,
    weekday: Annotated[int | None, Query(ge=1, le=7, description="Of `hour`: 1 is Monday.")] = None,
    hour: Annotated[int | None, Query(ge=0, le=23, description="Of `hour`.")] = None,
    zone: ZoneName = "UTC",
    limit: Annotated[int, Query(ge=1, le=_MOST_AT_ONCE)] = 50,
    after: Annotated[Word | None, Query(description="The `next_after` of the page before.")] = None,
) -> Behinds:
    """The tickets behind a number, by id: how often the figure counts each adds up to the figure."""
    place = Place(tier=tier, of=of or "", weekday=weekday, hour=hour, zone=zone)
    return services.figures.behind(scope, figure, place, limit, after)


@router.get("/alarm", responses=responses())
def alarm(
    services: Handed,
    token: Caller,
    since: Annotated[Moment | None, Query(alias="from", description="Worked on at this moment or later.")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="Worked on before this moment.")] = None,
) -> Alarm:
    """Whether Tier 1 escalated more than 40 per cent of what it worked on, with what speaks for each explanation.

    Other than for the figures, a ticket counts here when it was at Tier 1 within the time, whenever it came in.
    """
    now = services.now()
    since, until = window(since, until, now)
    return services.figures.alarm(since, until or now, token.clients)
