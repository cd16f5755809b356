"""What Prometheus reads. Who may: whoever is on this machine, or whoever has the token made for it."""

from hmac import compare_digest
from ipaddress import ip_address
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from api.callers import Handed
from api.faults import Forbidden, NotAuthenticated
from api.measures import Measures
from api.problems import documented
from api.pulse import Looking
from api.services import Services

router = APIRouter(tags=["health"])

_bearer = HTTPBearer(auto_error=False, scheme_name="metrics", description="The value of TIERLINE_METRICS_TOKEN.")
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


@router.get(
    "/metrics",
    response_class=Response,
    responses=documented("not_authenticated", "forbidden", "internal_error")
    | {200: {"description": "Text for Prometheus", "content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(
    request: Request, services: Handed, said: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Response:
    """Numbers for Prometheus: the desk, the requests, the process. 200 with the rest while a part is away."""
    _check_may_read(request, services, said)
    measures: Measures = request.app.state.measures
    looking: Looking = request.app.state.looking
    measures.desk.look = await looking.look()
    return Response(measures.exposed(), media_type=CONTENT_TYPE_PLAIN_0_0_4)


def _check_may_read(request: Request, services: Services, said: HTTPAuthorizationCredentials | None) -> None:
    """Raise unless the caller has the token or, where none is set, is on this machine and came by no proxy."""
    token = services.metrics_token
    if token:
        if said is None or not compare_digest(said.credentials.encode(), token.encode()):
            raise NotAuthenticated("Send the metrics token: Authorization: Bearer …")
    elif not _local(request):
        raise Forbidden("Metrics are read from this machine only, unless TIERLINE_METRICS_TOKEN is set.")


def _local(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        address = ip_address(request.client.host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
