"""Webhooks out: who hears of tickets, how each fares, what became of every event, and sending it again."""

from datetime import timedelta
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Form, Query
from starlette.responses import RedirectResponse, Response

from api import hooking
from api.callers import manages
from api.console.here import DeskLooking, Here
from api.console.wrong import NO, status_of, wrong_of
from api.patience import patiently
from api.words import Word
from escalation.webhooks import KINDS, DeliveryState

router = APIRouter(prefix="/webhooks")

PAGE = "/console/webhooks"
_AT_A_TIME = 100
_AGAIN = {"1": timedelta(hours=1), "24": timedelta(days=1), "720": timedelta(days=30)}


class Entered(NamedTuple):
    """The form, as it was filled in."""

    url: str = ""
    kinds: str = "ticket.*"
    clients: str = ""
    note: str = ""


@router.get("")
async def every(here: DeskLooking) -> Response:
    """Every subscription and how it fares, and a form for another."""
    return await _all(here, Entered())


@router.post("")
async def subscribe(
    here: DeskLooking,
    url: Annotated[str, Form()] = "",
    kinds: Annotated[str, Form()] = "",
    clients: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Subscribe; the secret is shown on the page that follows, this once."""
    entered = Entered(url.strip()[:2000], kinds, clients, note.strip()[:200])
    try:
        made, secret = await hooking.subscribe(
            here.services,
            here.request.app.state.current_policy,
            here.token,
            url=entered.url,
            kinds=kinds.split(),
            clients=clients.split() or None,
            note=entered.note,
        )
    except NO as no:
        return await _all(here, entered, wrong_of(no), status_of(no))
    return await _one(here, made.id, secret=secret)


@router.get("/{webhook}")
async def one(here: DeskLooking, webhook: Word, state: Annotated[DeliveryState | None, Query()] = None) -> Response:
    """One subscription, its log, and what can be done about it."""
    return await _one(here, webhook, state)


@router.post("/{webhook}/again")
async def again(
    here: DeskLooking, webhook: Word, delivery: Annotated[str, Form()] = "", hours: Annotated[str, Form()] = ""
) -> Response:
    """Send one event again, or everything that failed of late."""
    since = here.now - _AGAIN.get(hours, timedelta(days=1))
    await hooking.replay(here.services, here.token, webhook, delivery=delivery or None, since=since)
    return RedirectResponse(f"{PAGE}/{webhook}", 303)


@router.post("/{webhook}/secret")
async def rotate(here: DeskLooking, webhook: Word) -> Response:
    """A new secret, shown this once."""
    return await _one(here, webhook, secret=await hooking.rotate(here.services, here.token, webhook))


@router.post("/{webhook}/switch")
async def switch(here: DeskLooking, webhook: Word, to: Annotated[str, Form()] = "") -> Response:
    """Switch it off or on."""
    state = "on" if to == "on" else "off"
    why = "" if state == "on" else f"switched off by {here.viewer.person}"
    changed: dict[str, object] = {"state": state, "off_because": why}
    await hooking.change(here.services, here.request.app.state.current_policy, here.token, webhook, changed)
    return RedirectResponse(f"{PAGE}/{webhook}", 303)


@router.post("/{webhook}/delete")
async def drop(here: DeskLooking, webhook: Word) -> Response:
    """Forget it."""
    await hooking.drop(here.services, here.token, webhook)
    return RedirectResponse(PAGE, 303)


async def _all(here: Here, entered: Entered, wrong: dict[str, str] | None = None, status: int = 200) -> Response:
    manages(here.token)
    found = await patiently(here.services.webhooks.all)
    return here.page("webhooks.html", status=status, found=found, entered=entered, wrong=wrong or {}, known=KINDS)


async def _one(here: Here, webhook: str, state: DeliveryState | None = None, secret: str = "") -> Response:
    manages(here.token)
    found = await hooking.found(here.services, webhook)
    log = await patiently(here.services.webhook_log.deliveries, webhook, state, None, _AT_A_TIME)
    return here.page("webhook.html", hook=found, log=log, state=state, secret=secret, most=_AT_A_TIME)
