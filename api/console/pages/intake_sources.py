"""A source at the console: made, its map tried and changed, its secrets renewed, shut out."""

import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from api.callers import may_steer, steers
from api.console.here import DeskLooking, Here
from api.console.pages.intake import PAGE
from api.console.wrong import FORM, NO, status_of, wrong_of
from api.faults import Fault, InvalidRequest
from api.intake import sourcing
from api.intake.sourcing import Made, MapBody, SourceBody
from api.intake.trying import Trial, Tried, try_out
from api.patience import patiently
from escalation.alerts.source import Source, SourceKind
from escalation.policy import Policy

router = APIRouter(prefix="/intake/sources")


@router.get("/new")
async def new(here: DeskLooking) -> Response:
    """Where one is made."""
    return _asking(here, {})


@router.post("")
async def create(
    here: DeskLooking,
    name: Annotated[str, Form(alias="id")] = "",
    kind: Annotated[str, Form()] = "",
    scheme: Annotated[str, Form()] = "",
    client: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
    secret: Annotated[str, Form()] = "",
    how: Annotated[str, Form(alias="map")] = "",
) -> Response:
    """Let a machine in; its secret is shown this once."""
    entered = {"id": name, "kind": kind, "scheme": scheme, "client": client, "note": note, "map": how}
    try:
        steers(here.token)
        said = {"id": name.strip(), "kind": kind, "scheme": scheme or None, "note": note, "secret": secret or None}
        wanted = SourceBody.model_validate(said | {"map": _read(how) if how.strip() else {"client": client or None}})
        made = await patiently(sourcing.create, here.services.sources, here.policy, wanted, here.token.person, here.now)
    except NO as no:
        return _asking(here, entered, _by_field(no), status_of(no))
    return here.page("intake_secret.html", made=made)


@router.get("/{source}")
async def one(here: DeskLooking, source: str) -> Response:
    """A source with its map, its secrets, and the maps before."""
    return await _source(here, source)


@router.post("/{source}/map")
async def change(
    here: DeskLooking,
    source: str,
    how: Annotated[str, Form(alias="map")] = "",
    body: Annotated[str, Form()] = "",
    what: Annotated[str, Form()] = "try",
) -> Response:
    """Try the map out on a body, or read what comes by it from now on."""
    entered = {"map": how, "body": body}
    try:
        wanted = MapBody.model_validate(_read(how))
        if what != "save":
            known = await patiently(sourcing.one, here.services.sources, source)
            tried = try_out(known, here.policy, Trial(body=body, map=wanted), here.now)
            return await _source(here, source, entered, tried=tried)
        steers(here.token)
        book, person = here.services.sources, here.token.person
        await patiently(sourcing.change, book, here.policy, source, wanted, None, person, here.now)
    except NO as no:
        return await _source(here, source, entered, _by_field(no), status=status_of(no))
    return RedirectResponse(f"{PAGE}/sources/{source}", 303)


@router.post("/{source}/secrets")
async def renew(here: DeskLooking, source: str, secret: Annotated[str, Form()] = "") -> Response:
    """Make another secret; it is shown this once."""
    steers(here.token)
    try:
        book, person = here.services.sources, here.token.person
        made: Made = await patiently(sourcing.renew, book, source, secret or None, person, here.now)
    except Fault as no:
        return await _source(here, source, wrong=wrong_of(no), status=status_of(no))
    return here.page("intake_secret.html", made=made)


@router.post("/{source}/secrets/{secret}/retire")
async def retire(here: DeskLooking, source: str, secret: str) -> Response:
    """Retire a secret."""
    return await _done(here, source, sourcing.retire, secret, here.now)


@router.post("/{source}/disable")
async def disable(here: DeskLooking, source: str) -> Response:
    """Shut it out."""
    return await _done(here, source, sourcing.turn, here.now)


@router.post("/{source}/enable")
async def enable(here: DeskLooking, source: str) -> Response:
    """Let it in again."""
    return await _done(here, source, sourcing.turn, None)


async def _done(here: Here, source: str, what: Callable[..., Source], *said: object) -> Response:
    steers(here.token)
    try:
        await patiently(what, here.services.sources, source, *said)
    except Fault as no:
        return await _source(here, source, wrong=wrong_of(no), status=status_of(no))
    return RedirectResponse(f"{PAGE}/sources/{source}", 303)


async def _source(
    here: Here,
    source: str,
    entered: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
    tried: Tried | None = None,
    status: int = 200,
) -> Response:
    known = await patiently(sourcing.one, here.services.sources, source)
    versions = await patiently(here.services.sources.versions, source)
    written = json.dumps(known.map.model_dump(mode="json", exclude_defaults=True), indent=2, ensure_ascii=False)
    return here.page(
        "intake_source.html",
        source=known,
        versions=versions,
        entered={"map": written, "body": ""} | (entered or {}),
        wrong=wrong or {},
        tried=tried,
        steers=may_steer(here.token),
        status=status,
    )


def _asking(here: Here, entered: dict[str, str], wrong: dict[str, str] | None = None, status: int = 200) -> Response:
    return here.page(
        "intake_new.html",
        entered=dict.fromkeys(_ENTERED, "") | entered,
        wrong=wrong or {},
        kinds=[(kind.value, _KINDS[kind]) for kind in SourceKind],
        schemes=[("", "as its kind mostly does"), *((each, words) for each, words in _SCHEMES.items())],
        clients=[("", "as the map below says"), *sorted(_named(here.policy).items(), key=lambda each: each[1])],
        may=may_steer(here.token),
        status=status,
    )


def _named(policy: Policy) -> dict[str, str]:
    return {name: client.name or name for name, client in policy.clients.items()}


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        message = f"This is not JSON: {error}."
        raise InvalidRequest(message, errors=[{"field": "map", "message": message}]) from None


def _by_field(no: Exception) -> dict[str, str]:
    """What is wrong within the map stands at the map."""
    said = wrong_of(no)
    of_map = {name: words for name, words in said.items() if _is_of_map(name, no)}
    rest = {name: words for name, words in said.items() if name not in of_map}
    if of_map:
        rest["map"] = "; ".join(_said(name, words) for name, words in of_map.items())
    return rest


def _is_of_map(name: str, no: Exception) -> bool:
    return name == "map" or name.startswith("map.") or (isinstance(no, ValidationError) and name not in _FORM)


def _said(name: str, words: str) -> str:
    place = name.removeprefix("map").removeprefix(".")
    return f"{place}: {words}" if place else words


_ENTERED = ("id", "kind", "scheme", "client", "note", "map")
_FORM = frozenset({"id", "kind", "scheme", "note", "secret", "header", FORM})
_KINDS = {
    SourceKind.ALERTMANAGER: "Alertmanager of Prometheus",
    SourceKind.PAGERDUTY: "PagerDuty events: any tool with an output for PagerDuty",
    SourceKind.CLOUDEVENTS: "CloudEvents",
    SourceKind.STANDARD_WEBHOOKS: "Standard Webhooks",
    SourceKind.CONNECTWISE: "ConnectWise PSA",
    SourceKind.NINJAONE: "NinjaOne",
    SourceKind.DATTO: "Datto RMM",
    SourceKind.TACTICAL: "Tactical RMM",
    SourceKind.GENERIC: "Any JSON, by a field map",
}
_SCHEMES = {
    "bearer": "a key as bearer token or password",
    "header": "a key in the header X-Tierline-Key",
    "path": "a key in the address",
    "routing_key": "a routing key in the body",
    "standard_webhooks": "a signature of Standard Webhooks",
    "connectwise": "ConnectWise's signature",
}
