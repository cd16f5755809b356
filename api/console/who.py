"""The console's one door: who looks, and how they came in. Single sign-on would come in here and nowhere else.

Today people sign in with a token. It stays in a cookie that no script can read and no other site can send along with
a form, and it is verified with every request, so that a revoked token ends the visit within seconds.
"""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from starlette.responses import Response

from api.console.names import Names
from api.door import Door
from api.faults import Forbidden
from escalation.permissions import PERMITTED
from escalation.ports import Token
from escalation.terms import Role
from escalation.zones import zone_named

COOKIE = "tierline"
SIGN_IN = "/console/sign-in"
HOME = "/console/"
_A_SHIFT = 12 * 60 * 60  # seconds


class NotSignedIn(Exception):
    """Nobody is signed in; `back` is where they wanted to go."""

    def __init__(self, back: str) -> None:
        super().__init__(back)
        self.back = back


@dataclass(frozen=True)
class Viewer:
    """Who looks, in which role, at whose tickets (None: everybody's), and by the clock of which place."""

    token: Token
    name: str
    zone: ZoneInfo

    @property
    def person(self) -> str:
        """The id of the person."""
        return self.token.person

    @property
    def role(self) -> Role:
        """What they may do."""
        return self.token.role

    @property
    def clients(self) -> tuple[str, ...] | None:
        """The clients whose tickets they see; None means all."""
        return self.token.clients

    @property
    def desk_wide(self) -> bool:
        """Whether they see what belongs to no single client: people, duties, policies, audits."""
        return self.clients is None

    def may(self, command: str) -> bool:
        """Whether their role may ever ask this."""
        return command in PERMITTED[self.role]


async def signed_in(request: Request) -> Token:
    """The holder of the visit's token; NotSignedIn without a good one."""
    token = await _token(request)
    if token is None:
        raise NotSignedIn(_way_back(request))
    request.state.actor = token.person
    return token


async def still_signed_in(request: Request) -> bool:
    """Whether the token of a call that lasts is neither expired nor revoked meanwhile."""
    return await _token(request) is not None


async def verified(request: Request, secret: str) -> Token | None:
    """The holder of a token that somebody signs in with; None if it opens nothing."""
    door: Door = request.app.state.door
    return await door.verify(secret)


def let_in(request: Request, response: Response, secret: str) -> None:
    """Remember the token for one shift."""
    response.set_cookie(
        COOKIE, secret, max_age=_A_SHIFT, path="/console", httponly=True, samesite="lax", secure=_encrypted(request)
    )


def let_out(request: Request, response: Response) -> None:
    """Forget it."""
    response.delete_cookie(COOKIE, path="/console", httponly=True, samesite="lax", secure=_encrypted(request))


def viewer_of(token: Token, names: Names) -> Viewer:
    """The viewer behind a token, in the time zone in which they work."""
    return Viewer(token=token, name=names.person(token.person), zone=zone_named(names.zone(token.person)))


def safe(back: str) -> str:
    """A page of the console to go back to; its first one for whatever is none."""
    parts = urlsplit(back)
    ours = parts.path.startswith(HOME) and not parts.scheme and not parts.netloc and "\\" not in back
    return back if ours and not parts.path.startswith(SIGN_IN) and back.isprintable() else HOME


def sign_in_at(back: str) -> str:
    """The address of the door, for somebody who wants to go there afterwards."""
    return f"{SIGN_IN}?next={quote(safe(back))}"


async def desk_wide(token: Annotated[Token, Depends(signed_in)]) -> Token:
    """Raise Forbidden for a token that is for some clients alone."""
    if token.clients is not None:
        raise Forbidden("You are signed in for some clients' tickets only; this page is about the whole desk.")
    return token


async def _token(request: Request) -> Token | None:
    secret = request.cookies.get(COOKIE)
    return await verified(request, secret) if secret else None


def _way_back(request: Request) -> str:
    """A form that was sent too late is not sent again; its page is shown."""
    if request.method != "GET":
        return HOME
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _encrypted(request: Request) -> bool:
    """Whether the browser speaks TLS, to us or to the proxy before us."""
    return request.url.scheme == "https" or request.headers.get("X-Forwarded-Proto", "") == "https"
