"""What machines sent and nobody could read: looked at, read again, or discarded. Nothing gets lost unseen."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import ConfigDict, StringConstraints

from api.callers import DeskWide, Handed, steers
from api.intake import quarantining
from api.patience import patiently
from api.problems import responses
from api.words import Number, Word
from escalation.alerts.books import Aside
from escalation.terms import Facts

router = APIRouter(prefix="/intake/quarantine", tags=["intake"])


class Quarantine(Facts):
    """The latest first; `older` is the number to ask for the next page with, None after the last."""

    bodies: tuple[Aside, ...]
    older: int | None = None


class Body(Facts):
    """One body, as it came: what is no text has a replacement character in place of each byte that is none."""

    aside: Aside
    headers: dict[str, str]
    text: str


class All(Facts):
    """Of which source."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [{"source": "prometheus"}]})

    source: Word


class Replayed(Facts):
    """How many bodies are read again."""

    replayed: int


class Reason(Facts):
    """Why nobody needs it."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [{"reason": "a test of ours"}]}
    )

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


@router.get("", responses=responses("forbidden"))
async def find(
    services: Handed,
    _: DeskWide,
    source: Annotated[Word | None, Query()] = None,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Quarantine:
    """What lies in quarantine, of one source or of all, with why."""
    found = tuple(await patiently(services.bodies.aside, source, limit, before))
    return Quarantine(bodies=found, older=found[-1].number if len(found) == limit else None)


@router.post("/replay", responses=responses("forbidden", "body_too_large"))
async def replay_all(wanted: All, services: Handed, token: DeskWide) -> Replayed:
    """Have all of a source read again, by its map of today."""
    steers(token)
    return Replayed(replayed=await quarantining.replay_all(services, wanted.source))


@router.get("/{number}", responses=responses("forbidden", "not_found"))
async def look(number: Number, services: Handed, _: DeskWide) -> Body:
    """A body as it came, and what became of it."""
    aside, arrived = await quarantining.seen(services, number)
    return Body(aside=aside, headers=arrived.headers, text=arrived.body.decode(errors="replace"))


@router.post("/{number}/replay", responses=responses("forbidden", "not_found", "conflict"))
async def replay(number: Number, services: Handed, token: DeskWide) -> Replayed:
    """Have a body read again, by its source's map of today."""
    steers(token)
    await quarantining.replay(services, number)
    return Replayed(replayed=1)


@router.post(
    "/{number}/discard", status_code=204, responses=responses("forbidden", "not_found", "conflict", "body_too_large")
)
async def discard(number: Number, wanted: Reason, services: Handed, token: DeskWide) -> None:
    """Put a body out of sight, with a reason; it is kept, and never read."""
    steers(token)
    await quarantining.discard(services, number, wanted.reason, token)
