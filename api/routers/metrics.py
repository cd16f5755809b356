"""The published figures."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.callers import Caller, Handed
from api.problems import responses
from api.window import window
from api.words import Moment
from escalation.compliance import recorded
from escalation.metrics import EscalationFigures, GroupBy, escalation_figures, grouped

router = APIRouter(prefix="/metrics", tags=["metrics"])


@router.get("/escalation", responses=responses())
def escalation(
    services: Handed,
    token: Caller,
    since: Annotated[Moment | None, Query(alias="from", description="Taken in at this moment or later.")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="Taken in before this moment.")] = None,
    by: GroupBy | None = None,
    imported: Annotated[bool, Query(description="Of imported logs instead of the desk's own tickets.")] = False,
) -> EscalationFigures | dict[str, EscalationFigures]:
    """Escalation rate of each tier, re-escalation in its four readings, times, never accepted, near misses.

    With `by` the same for each client, category, technician, shift, partner, hours (the desk's own, or after them) or
    priority. Times are wall-clock hours. Of the last 90 days, unless a time is named; of an imported log, all of it.
    """
    usual, until = window(since, until, services.now())
    facts = services.figures.facts(since if imported else usual, until, token.clients, imported)
    if by is None:
        return escalation_figures(facts, recorded, near_misses=not imported)
    return grouped(facts, by, recorded, near_misses=not imported)
