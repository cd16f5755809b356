"""Major incidents: who leads them, what the clients heard, and a feed for status pages."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.atom import MEDIA_TYPE, feed
from api.callers import Caller, Handed, PolicyNow
from api.patience import patiently
from api.problems import responses
from escalation.majors import MajorIncident
from escalation.terms import Facts

router = APIRouter(prefix="/major-incidents", tags=["major incidents"])

_FED = 20


class MajorIncidents(Facts):
    """Major incidents, the latest first."""

    incidents: tuple[MajorIncident, ...]


@router.get("", responses=responses())
async def find(
    services: Handed, token: Caller, running: bool = True, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> MajorIncidents:
    """Those that are one now; with `running=false` those of the past as well."""
    found = await patiently(lambda: services.majors.incidents(token.clients, running=running, limit=limit))
    return MajorIncidents(incidents=tuple(found))


@router.get(
    "/feed",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}, **responses()},
)
async def status_feed(services: Handed, token: Caller, policy: PolicyNow) -> Response:
    """What the clients were told of them as an Atom feed (RFC 4287), for a status page or a reader.

    A reader that knows no bearer tokens sends the token as the password of HTTP Basic.
    """
    found = await patiently(lambda: services.majors.incidents(token.clients, running=False, limit=_FED))
    names = {client.id: client.name for client in (await policy.get()).clients.values()}
    return Response(feed(found, names, services.now()), media_type=MEDIA_TYPE)
