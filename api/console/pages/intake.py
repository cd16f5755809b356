"""The machines that send: when each was last heard, what waits, and what nobody could read."""

from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import RedirectResponse, Response

from api.callers import may_steer, steers
from api.console.here import DeskLooking, Here
from api.console.wrong import NO, status_of, wrong_of
from api.intake import quarantining
from api.intake.quarantining import seen
from api.patience import patiently
from api.words import Number

router = APIRouter(prefix="/intake")

PAGE = "/console/intake"
_SHOWN = 50
_MOST_CHARACTERS = 200_000


@router.get("")
async def look(
    here: DeskLooking, source: Annotated[str, Query()] = "", before: Annotated[int, Query()] = 0
) -> Response:
    """Every source, and below them the quarantine."""
    return await _page(here, source, before)


@router.get("/bodies/{number}")
async def body(here: DeskLooking, number: Number) -> Response:
    """A body as it came, and what became of it."""
    return await _body(here, number)


@router.post("/bodies/{number}/replay")
async def replay(here: DeskLooking, number: Number) -> Response:
    """Have it read again, by its source's map of today."""
    steers(here.token)
    try:
        await quarantining.replay(here.services, number)
    except NO as no:
        return await _body(here, number, wrong=wrong_of(no), status=status_of(no))
    return RedirectResponse(PAGE, 303)


@router.post("/bodies/{number}/discard")
async def discard(here: DeskLooking, number: Number, reason: Annotated[str, Form()] = "") -> Response:
    """Put it out of sight, with a reason."""
    steers(here.token)
    if not reason.strip():
        return await _body(here, number, wrong={"reason": "Say why nobody needs it."}, status=422)
    try:
        await quarantining.discard(here.services, number, reason.strip()[:500], here.token)
    except NO as no:
        return await _body(here, number, wrong=wrong_of(no), status=status_of(no))
    return RedirectResponse(PAGE, 303)


@router.post("/replay")
async def replay_all(here: DeskLooking, source: Annotated[str, Form()]) -> Response:
    """Have all of a source read again."""
    steers(here.token)
    await quarantining.replay_all(here.services, source)
    return RedirectResponse(PAGE, 303)


async def _page(here: Here, source: str, before: int) -> Response:
    sources = await patiently(here.services.sources.all)
    aside = await patiently(here.services.bodies.aside, source or None, _SHOWN, before or None)
    return here.page(
        "intake.html",
        sources=sources,
        aside=aside,
        only=source,
        older=aside[-1].number if len(aside) == _SHOWN else None,
        steers=may_steer(here.token),
    )


async def _body(here: Here, number: int, wrong: dict[str, str] | None = None, status: int = 200) -> Response:
    aside, arrived = await seen(here.services, number)
    text = arrived.body.decode(errors="replace")[:_MOST_CHARACTERS]
    return here.page(
        "intake_body.html", aside=aside, headers=sorted(arrived.headers.items()), text=text, wrong=wrong or {},
        steers=may_steer(here.token), status=status,
    )  # fmt: skip
