"""The published figures."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.callers import Caller, Handed
from api.faults import InvalidRequest
from api.problems import responses
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
    priority. Times are wall-clock hours.
    """
    if since is not None and until is not None and since >= until:
        raise InvalidRequest("`from` lies before `to`.", errors=[{"field": "query.from", "message": "not before `to`"}])
    facts = services.figures.facts(since, until, token.clients, imported)
    if by is None:
        return escalation_figures(facts, recorded, near_misses=not imported)
    return grouped(facts, by, recorded, near_misses=not imported)
