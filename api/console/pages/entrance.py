"""Signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.console.who import SIGN_IN, let_in, let_out, safe, verified

router = APIRouter()

_LONGEST = 300  # characters of a token, and of an address
_UNKNOWN = "This token is unknown, expired or revoked."


@router.get("/sign-in")
async def door(request: Request, back: Annotated[str, Query(alias="next", max_length=2000)] = "") -> Response:
    """Where a token is asked for."""
    return _door(request, safe(back), "")


@router.post("/sign-in")
async def sign_in(
    request: Request,
    token: Annotated[str, Form()] = "",
    back: Annotated[str, Form(alias="next", max_length=2000)] = "",
) -> Response:
    """Let in whoever has a good token."""
    secret = token.strip()
    if not secret or len(secret) > _LONGEST or not secret.isascii() or await verified(request, secret) is None:
        return _door(request, safe(back), _UNKNOWN if secret else "Enter your token.", 401)
    answer = RedirectResponse(safe(back), 303)
    let_in(request, answer, secret)
    return answer


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """Forget who it was."""
    answer = RedirectResponse(SIGN_IN, 303)
    let_out(request, answer)
    return answer


def _door(request: Request, back: str, wrong: str, status: int = 200) -> Response:
    template = request.app.state.templates.get_template("sign_in.html")
    return HTMLResponse(template.render(back=back, wrong=wrong), status)
