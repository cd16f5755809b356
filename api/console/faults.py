"""What goes wrong, as a page that says so and how to go on; the status is the one that the API has for it."""

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Scope

from api.console.who import NotSignedIn, sign_in_at
from api.faults import Fault
from api.problems import STATUS, title
from escalation.errors import Refusal
from escalation.ports import Unavailable

_AWAY = "The desk cannot be read just now: its database does not answer. This page tries again by itself."
_UNREADABLE = "This address cannot be read."
_OURS = "Nothing was changed by this page. The log has the fault under the id of this request."
_TOO_MUCH = "A form holds at most {most:,} bytes. Go back: what you wrote is still there; make it shorter."
_MISSING = "There is no such page."


def install(console: FastAPI) -> None:
    """Answer everything that can go wrong with a page."""
    console.add_exception_handler(NotSignedIn, _to_the_door)
    console.add_exception_handler(Refusal, _refused)
    console.add_exception_handler(Fault, _fault)
    console.add_exception_handler(Unavailable, _unavailable)
    console.add_exception_handler(RequestValidationError, _unreadable)
    console.add_exception_handler(HTTPException, _http)
    console.add_exception_handler(Exception, _unforeseen)  # and the log of requests has the trace


def page(request: Request, status: int, headline: str, words: str, *, again: bool = False) -> Response:
    """A page without menu, since nobody may be signed in; `again`: it is worth trying by itself."""
    template = request.app.state.templates.get_template("fault.html")
    headers = {"Retry-After": "3"} if again else {}
    text = template.render(headline=headline, words=words, again=again, status=status)
    return HTMLResponse(text, status, headers)


def too_much(scope: Scope, most: int) -> Response:
    """The page for a form that is too large, which nobody has read."""
    return page(Request(scope), STATUS["body_too_large"], title("body_too_large"), _TOO_MUCH.format(most=most))


async def _to_the_door(request: Request, error: Exception) -> Response:
    back = error.back if isinstance(error, NotSignedIn) else ""
    if request.headers.get("HX-Request"):  # a part of a page cannot show the door: the whole page goes there
        return Response(status_code=401, headers={"HX-Redirect": sign_in_at(back)})
    return RedirectResponse(sign_in_at(back), 303)


async def _refused(request: Request, error: Exception) -> Response:
    code, words = (error.code, error.message) if isinstance(error, Refusal) else ("refused", str(error))
    return page(request, STATUS.get(code, 409), title(code), words)


async def _fault(request: Request, error: Exception) -> Response:
    code, words = (error.code, error.detail) if isinstance(error, Fault) else ("internal_error", "")
    return page(request, STATUS.get(code, 500), title(code), words, again=code == "not_confirmed")


async def _unavailable(request: Request, error: Exception) -> Response:
    structlog.get_logger().warning("store unavailable", reason=str(error))
    return page(request, 503, "Not just now", _AWAY, again=True)


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return page(request, status, "Not found" if status == 404 else "Not possible", _MISSING if status == 404 else "")


async def _unforeseen(request: Request, _: Exception) -> Response:
    return page(request, 500, "Something went wrong on our side", _OURS)


async def _unreadable(request: Request, _: Exception) -> Response:
    return page(request, 400, "Not possible", _UNREADABLE)
