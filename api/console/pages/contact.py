"""How one can be reached: each way with whether it was tried, a code to try it with, and who on call has none."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from api import verifying
from api.callers import LEADS
from api.console.here import DeskLooking, Here
from api.console.wrong import NO, status_of, wrong_of
from escalation.verifying import on_rotas

router = APIRouter(prefix="/contact")

PAGE = "/console/contact"
_Said = Annotated[str, Form(max_length=100)]


@router.get("")
async def mine(here: DeskLooking) -> Response:
    """One's own ways."""
    return await _page(here)


@router.post("/{method}/code")
async def send(here: DeskLooking, method: str) -> Response:
    """Have a code sent by this way."""
    try:
        await verifying.send_code(here.services, here.policy, here.token, here.viewer.person, method)
    except NO as no:
        return await _page(here, {method: next(iter(wrong_of(no).values()))}, status_of(no))
    return RedirectResponse(f"{PAGE}#{method}", 303)


@router.post("/{method}/proof")
async def prove(here: DeskLooking, method: str, code: _Said = "") -> Response:
    """Enter the code that came."""
    try:
        await verifying.prove(here.services, here.policy, here.token, here.viewer.person, method, code)
    except NO as no:
        return await _page(here, {method: next(iter(wrong_of(no).values()))}, status_of(no))
    return RedirectResponse(PAGE, 303)


async def _page(here: Here, wrong: dict[str, str] | None = None, status: int = 200) -> Response:
    person, policy = here.viewer.person, here.policy
    known = person in policy.people
    ways = await verifying.ways(here.services, policy, here.token, person) if known else ()
    leads = here.viewer.role in LEADS
    unreached = await verifying.unreachable(here.services, policy, on_rotas(policy)) if leads else None
    return here.page("contact.html", status=status, ways=ways, wrong=wrong or {}, unreached=unreached)
