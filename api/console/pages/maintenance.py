"""Maintenance windows: which hold, which are to come, a new one, and the end of one."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from api import windows
from api.console.here import Here, Looking
from api.console.wrong import NO, moment_of, status_of, wrong_of
from api.patience import patiently
from api.routers.maintenance import WindowBody
from api.words import Number
from escalation.alerts.windows import Planned

router = APIRouter()

PAGE = "/console/maintenance"
_DONE = {"planned": "The window is planned.", "ended": "The window is ended; what still fires is judged anew."}
_NAMED = ("client", "site", "asset", "kind")


@router.get("/maintenance")
async def maintenance(here: Looking, done: Annotated[str, Query(max_length=20)] = "") -> Response:
    """The windows, and the form."""
    return await _page(here, {}, {}, done=_DONE.get(done, ""))


@router.post("/maintenance")
async def plan(here: Looking) -> Response:
    """Plan a window, once for each form."""
    said = {name: str(value) for name, value in (await here.request.form()).items()}
    try:
        await windows.plan(here.services, here.policy, here.token, _wanted(here, said), said.get("key") or None)
    except NO as no:
        return await _page(here, said, wrong_of(no), status_of(no))
    return RedirectResponse(f"{PAGE}?done=planned", 303)


@router.post("/maintenance/{number}/end")
async def end(here: Looking, number: Number) -> Response:
    """End one now."""
    try:
        await windows.end(here.services, here.token, number)
    except NO as no:
        return await _page(here, {}, wrong_of(no), status_of(no))
    return RedirectResponse(f"{PAGE}?done=ended", 303)


def _wanted(here: Here, said: dict[str, str]) -> Planned:
    """What the form asks for, by the viewer's clock; a start that is left empty is now."""
    named = {name: value for name in _NAMED if (value := said.get(name, "").strip())}
    start, end = said.get("starts_at", ""), said.get("ends_at", "")
    body = WindowBody(
        **named,
        starts_at=moment_of(start, here.viewer.zone, "starts_at") if start else here.now,
        ends_at=moment_of(end, here.viewer.zone, "ends_at"),
        reason=said.get("reason", ""),
    )
    return Planned.model_validate(dict(body))


async def _page(here: Here, said: dict[str, str], wrong: dict[str, str], status: int = 200, done: str = "") -> Response:
    found = await patiently(here.services.maintenance.windows, here.now, here.viewer.clients)
    clients = [name for name in here.policy.clients if here.viewer.clients is None or name in here.viewer.clients]
    return here.page(
        "maintenance.html",
        status=status,
        windows=found,
        clients=clients,
        may=here.viewer.role in windows.PLANS,
        said=said,
        wrong=wrong,
        done=done,
        key=said.get("key") or secrets.token_urlsafe(12),
    )
