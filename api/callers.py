"""What every call is handed: the services, and who asks. Nothing under /v1 is open without a token."""

from base64 import b64decode
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.current_policy import CurrentPolicy
from api.door import Door
from api.faults import Forbidden, NotAuthenticated
from api.located import about
from api.services import Services
from escalation.ports import Token
from escalation.terms import Role

_bearer = HTTPBearer(
    auto_error=False, scheme_name="token", bearerFormat="tl_…", description="Made by `tierline token create`."
)


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


async def _current_policy(request: Request) -> CurrentPolicy:
    policy: CurrentPolicy = request.app.state.current_policy
    return policy


async def caller(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Token:
    """The holder of the token that came with the request; NotAuthenticated without a good one."""
    door: Door = request.app.state.door
    secret = credentials.credentials if credentials else _password(request)
    token = await door.verify(secret) if secret else None
    if token is None:
        raise NotAuthenticated("Send a token: Authorization: Bearer tl_…")
    request.state.actor = token.person
    about(request.path_params.get("ticket_id"))
    return token


def _password(request: Request) -> str | None:
    """The token as the password of HTTP Basic: calendar programs can send it no other way."""
    scheme, _, said = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return b64decode(said, validate=True).decode("ascii").partition(":")[2] or None
    except ValueError:
        return None


async def still_good(request: Request) -> bool:
    """Whether the token of a call that lasts is neither expired nor revoked meanwhile."""
    door: Door = request.app.state.door
    credentials = await _bearer(request)
    return credentials is not None and await door.verify(credentials.credentials) is not None


Handed = Annotated[Services, Depends(_services)]
PolicyNow = Annotated[CurrentPolicy, Depends(_current_policy)]
Caller = Annotated[Token, Depends(caller)]


async def _desk_wide(token: Caller) -> Token:
    if token.clients is not None:
        raise Forbidden("This token is for some clients' tickets only; this is about the whole desk.")
    return token


DeskWide = Annotated[Token, Depends(_desk_wide)]
"""A caller who may see what belongs to no single client."""

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="Makes the call safe to repeat: the same key does it once. Yours alone, and of this call alone.",
    ),
]


def manages(token: Token) -> None:
    """Raise Forbidden for everybody but the service manager."""
    if token.role is not Role.SERVICE_MANAGER:
        raise Forbidden("Only the service manager may do this.", role=token.role.value)


LEADS = frozenset({Role.TEAM_LEAD, Role.SERVICE_MANAGER})
_STEERS = LEADS | {Role.DISPATCHER}


def may_steer(token: Token) -> bool:
    """Whether this role runs the desk."""
    return token.role in _STEERS


def steers(token: Token) -> None:
    """Raise Forbidden for a role that does not run the desk."""
    if not may_steer(token):
        raise Forbidden("A dispatcher, a team lead or a service manager may do this.", role=token.role.value)


def leads_library(token: Token) -> None:
    """Raise Forbidden for a role that decides nothing about documents."""
    if token.role not in LEADS:
        raise Forbidden("A team lead or a service manager decides on documents.", role=token.role.value)


def leads(token: Token) -> None:
    """Raise Forbidden for a role that decides nothing about other people's duties."""
    if token.role not in LEADS:
        raise Forbidden("A team lead or a service manager may do this for others.", role=token.role.value)
