"""The page behind the link of a page: it asks before it acts, since mail scanners open every link.

No script, no cookie, nothing from elsewhere; the address is a secret, so it is sent to nobody and kept nowhere.
"""

from typing import NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from api import answering
from api.answering import Answered
from api.callers import Handed, PolicyNow
from api.console.render import environment
from escalation.errors import Refusal
from escalation.links import AckLink, ExpiredLink, ForgedLink
from escalation.ports import Unavailable

router = APIRouter(prefix="/a", include_in_schema=False)

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}
_STATUS = {"stale": 409, "refused": 409, "over": 410, "stranger": 403, "away": 503}


class _Fault(NamedTuple):
    status: int
    title: str
    sentence: str


_FORGED = _Fault(404, "This link is not known", "It was cut short on its way, or was never made here.")
_EXPIRED = _Fault(410, "This link is too old", "Open the ticket in the console, where you can take it up.")
_AWAY = _Fault(503, "The desk does not answer", "Try again in a moment.")


@router.get("/{token}")
async def asked(token: str, services: Handed, policy: PolicyNow) -> Response:
    """What the link would do, and a button that does it. Opening it changes nothing, however often."""
    try:
        link = await answering.read(services, token)
        return _page(link, await answering.standing(services, await policy.get(), link))
    except (ForgedLink, ExpiredLink, Unavailable) as bad:
        return _bad(bad)


@router.post("/{token}")
async def given(token: str, services: Handed, policy: PolicyNow, request: Request) -> Response:
    """Take the ticket up."""
    try:
        link = await answering.read(services, token)
        found = await answering.answer(services, await policy.get(), link)
    except (ForgedLink, ExpiredLink, Unavailable) as bad:
        return _bad(bad)
    except Refusal as refusal:
        found = Answered("refused", refusal.message)
    request.state.actor = link.person
    return _page(link, found)


def _page(link: AckLink, found: Answered) -> HTMLResponse:
    return _html(_STATUS.get(found.state, 200), link=link, found=found, fault=None)


def _bad(why: Exception) -> HTMLResponse:
    fault = _EXPIRED if isinstance(why, ExpiredLink) else _FORGED if isinstance(why, ForgedLink) else _AWAY
    return _html(fault.status, link=None, found=None, fault=fault)


def _html(status: int, **context: object) -> HTMLResponse:
    return HTMLResponse(environment().get_template("answer.html").render(**context), status, _HEADERS)
