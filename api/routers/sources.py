"""The machines that may come in: their kinds, maps and secrets. Read by the desk, changed by those who run it."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import ConfigDict

from api.callers import DeskWide, Handed, PolicyNow, steers
from api.intake import sourcing
from api.intake.sourcing import Made, MapBody, Secret, SourceBody
from api.intake.trying import Trial, Tried, try_out
from api.patience import patiently
from api.problems import responses
from escalation.alerts.source import MapVersion, Source
from escalation.terms import Facts, Line

router = APIRouter(prefix="/sources", tags=["sources"])

Id = Annotated[str, Path(min_length=1, max_length=63, pattern=r"^[a-z0-9-]+$")]
_ONE = ("forbidden", "source_not_found")


class Sources(Facts):
    """Every source, by name."""

    sources: tuple[Source, ...]


class Versions(Facts):
    """The maps of a source, the latest first."""

    versions: tuple[MapVersion, ...]


class Change(Facts):
    """Another map, another note, or both; what is left out stays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    map: MapBody | None = None
    note: Line | None = None


class NewSecret(Facts):
    """Only ConnectWise, and who signs as Standard Webhooks says, may bring a secret of their own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    secret: Secret | None = None


@router.get("", responses=responses("forbidden"))
async def find(services: Handed, _: DeskWide) -> Sources:
    """Every source, with when it was last heard, and how much of it waits or lies in quarantine."""
    return Sources(sources=tuple(await patiently(services.sources.all)))


@router.post("", status_code=201, responses=responses("forbidden", "conflict", "body_too_large"))
async def create(wanted: SourceBody, services: Handed, policy: PolicyNow, token: DeskWide) -> Made:
    """Let another machine in; its secret is shown this once."""
    steers(token)
    return await patiently(sourcing.create, services.sources, await policy.get(), wanted, token.person, services.now())


@router.get("/{source}", responses=responses(*_ONE))
async def one(source: Id, services: Handed, _: DeskWide) -> Source:
    """A source, with its map of today."""
    return await patiently(sourcing.one, services.sources, source)


@router.put("/{source}", responses=responses(*_ONE, "body_too_large"))
async def change(source: Id, wanted: Change, services: Handed, policy: PolicyNow, token: DeskWide) -> Source:
    """Change how a source's words are read, or its note. What comes from now on is read by the new map, and so is what
    is replayed."""
    steers(token)
    now = services.now()
    return await patiently(
        sourcing.change, services.sources, await policy.get(), source, wanted.map, wanted.note, token.person, now
    )


@router.get("/{source}/versions", responses=responses(*_ONE))
async def versions(source: Id, services: Handed, _: DeskWide) -> Versions:
    """Every map that a source has had, with who made it and when."""
    await patiently(sourcing.one, services.sources, source)
    return Versions(versions=tuple(await patiently(services.sources.versions, source)))


@router.post("/{source}/try", responses=responses(*_ONE, "body_too_large"))
async def try_body(source: Id, trial: Trial, services: Handed, policy: PolicyNow, _: DeskWide) -> Tried:
    """Try a body out, by the map of today or by another; nothing is kept, and nobody hears of it."""
    known = await patiently(sourcing.one, services.sources, source)
    return try_out(known, await policy.get(), trial, services.now())


@router.post("/{source}/secrets", status_code=201, responses=responses(*_ONE, "conflict", "body_too_large"))
async def renew(source: Id, wanted: NewSecret, services: Handed, token: DeskWide) -> Made:
    """Make another secret, beside the one in use; it is shown this once. Both open the door until one is retired."""
    steers(token)
    return await patiently(sourcing.renew, services.sources, source, wanted.secret, token.person, services.now())


@router.delete("/{source}/secrets/{secret}", responses=responses(*_ONE, "conflict"))
async def retire(source: Id, secret: Id, services: Handed, token: DeskWide) -> Source:
    """Retire a secret: within seconds it opens nothing any more. The last one stays."""
    steers(token)
    return await patiently(sourcing.retire, services.sources, source, secret, services.now())


@router.post("/{source}/disable", responses=responses(*_ONE))
async def disable(source: Id, services: Handed, token: DeskWide) -> Source:
    """Shut a source out: within seconds nothing of it is taken any more."""
    steers(token)
    return await patiently(sourcing.turn, services.sources, source, services.now())


@router.post("/{source}/enable", responses=responses(*_ONE))
async def enable(source: Id, services: Handed, token: DeskWide) -> Source:
    """Let a source in again that was shut out."""
    steers(token)
    return await patiently(sourcing.turn, services.sources, source, None)
