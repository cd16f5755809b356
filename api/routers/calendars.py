"""Schedules for calendar programs to read, and what such programs know for us to keep."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import ical, verifying
from api.callers import DeskWide, Handed, leads, steers
from api.faults import NotFound
from api.ical import Entry, Series, Unread
from api.patience import patiently
from api.problems import responses
from api.relieving import told
from api.services import Services
from api.words import WordInPath
from escalation.oncall import Absence, RotaOverride
from escalation.policy import Policy
from escalation.terms import Facts

router = APIRouter(tags=["on call"])

_TEXT: dict[str, Any] = {"content": {"text/calendar": {"schema": {"type": "string"}}}}
_CALENDAR: dict[str, Any] = {"requestBody": {"required": True, **_TEXT}}
_OUT: dict[int | str, dict[str, Any]] = {200: _TEXT}


class Skipped(Facts):
    """An entry that was passed over, and why."""

    uid: str
    why: str


class Imported(Facts):
    """What came of a calendar: how many entries count now, how many were taken back, and those passed over."""

    kept: int
    taken_back: int
    skipped: tuple[Skipped, ...]


@router.get("/on-call/{rota}.ics", response_class=Response, responses={**_OUT, **responses("forbidden", "not_found")})
def feed_of_rota(rota: WordInPath, services: Handed, _: DeskWide) -> Response:
    """A rota as a calendar, half a year ahead. Calendar programs send the token as a password, by HTTP Basic."""
    board, now = services.rotas.board(), services.now()
    if rota not in board.rotas:
        raise NotFound("There is no such rota.")
    duties = [(rota, duty) for duty in board.schedule(rota, now - ical.BEHIND, now + ical.AHEAD)]
    return Response(ical.feed(f"On call: {rota}", duties, _names(services), now), media_type=ical.MEDIA_TYPE)


@router.get(
    "/people/{person}/on-call.ics",
    response_class=Response,
    responses={**_OUT, **responses("forbidden", "not_found")},
)
def feed_of_person(person: WordInPath, services: Handed, _: DeskWide) -> Response:
    """Somebody's duties on every rota as one calendar, half a year ahead."""
    names, now = _names(services), services.now()
    if person not in names:
        raise NotFound("The desk has nobody of this id.")
    duties = services.rotas.board().duties_of(person, now - ical.BEHIND, now + ical.AHEAD)
    return Response(ical.feed(f"On call: {names[person]}", duties, names, now), media_type=ical.MEDIA_TYPE)


@router.post(
    "/people/{person}/absences.ics",
    openapi_extra=_CALENDAR,
    responses=responses("forbidden", "not_found", "body_too_large"),
)
async def import_absences(person: WordInPath, request: Request, services: Handed, token: DeskWide) -> Imported:
    """Somebody's absences out of a calendar: each entry is one, known by its UID, so that the same calendar can come
    again. A cancelled entry is taken back. What repeats is kept half a year ahead. One's own, or anybody's for those
    who lead."""
    if person != token.person:
        steers(token)
    policy = await patiently(services.policies.current)
    if person not in policy.people:
        raise NotFound("The desk has nobody of this id.")
    zone = policy.calendars[policy.people[person].calendar].zone

    def keep(entry: Entry) -> str | None:
        if entry.cancelled:
            services.rotas.drop_imported(entry.uid, person=person)
            return None
        said = Absence(person=person, start=entry.start, end=entry.end, reason=entry.summary)
        services.rotas.be_away(said, token.person, uid=entry.uid)
        return None

    def prune(series: Series) -> int:
        return services.rotas.prune_imported(series.uid, series.kept, person=person)

    imported = await _imported(await request.body(), zone, services.now(), keep, prune)
    await told(services)
    return imported


@router.post(
    "/on-call/{rota}/overrides.ics",
    openapi_extra=_CALENDAR,
    responses=responses("forbidden", "not_found", "body_too_large"),
)
async def import_overrides(rota: WordInPath, request: Request, services: Handed, token: DeskWide) -> Imported:
    """Who covers a rota, out of a calendar: whoever attends an entry, by e-mail, or is named in its summary, has the
    rota for that time. Known by its UID; a cancelled entry is taken back."""
    leads(token)
    policy = await patiently(services.policies.current)
    if rota not in policy.on_call.rotas:
        raise NotFound("There is no such rota.")

    known = set(policy.people) if policy.on_call.require_verified else set[str]()
    unreachable = await verifying.unreachable(services, policy, known)

    def keep(entry: Entry) -> str | None:
        who = _meant(entry, policy)
        if entry.cancelled:
            services.rotas.drop_imported(entry.uid, rota=rota)
        elif who is None:
            return "nobody of the desk attends it or is named in its summary"
        elif who in unreachable:
            return f"no way to reach {who} is verified"
        else:
            said = RotaOverride(rota=rota, who=who, start=entry.start, end=entry.end, reason=entry.summary)
            services.rotas.override(said, token.person, uid=entry.uid)
        return None

    def prune(series: Series) -> int:
        return services.rotas.prune_imported(series.uid, series.kept, rota=rota)

    zone = policy.on_call.rotas[rota].zone
    imported = await _imported(await request.body(), zone, services.now(), keep, prune)
    await told(services)
    return imported


async def _imported(
    body: bytes, zone: str, now: datetime, keep: Callable[[Entry], str | None], prune: Callable[[Series], int]
) -> Imported:
    kept, taken_back, skipped = 0, 0, list[Skipped]()
    for entry in await asyncio.to_thread(lambda: list(ical.entries(body, zone, now))):
        if isinstance(entry, Series):
            taken_back += await patiently(prune, entry)
            continue
        why = entry.why if isinstance(entry, Unread) else await patiently(keep, entry)
        if why is not None:
            skipped.append(Skipped(uid=entry.uid, why=why))
        elif isinstance(entry, Entry) and entry.cancelled:
            taken_back += 1
        else:
            kept += 1
    return Imported(kept=kept, taken_back=taken_back, skipped=tuple(skipped))


def _meant(entry: Entry, policy: Policy) -> str | None:
    address = entry.attendee.removeprefix("mailto:")
    for person in policy.people.values():
        if address and person.email and person.email.lower() == address:
            return person.id
    said = entry.summary.strip().casefold()
    return next((p.id for p in policy.people.values() if said in (p.id.casefold(), p.name.casefold())), None)


def _names(services: Services) -> dict[str, str]:
    return {person.id: person.name for person in services.people.people(services.now())}
