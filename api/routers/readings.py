"""Who has read the documents to work by."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.callers import DeskWide, Handed, leads
from api.faults import NotFound
from api.patience import patiently
from api.problems import responses
from api.words import WordInPath
from escalation.library.readings import Reading
from escalation.terms import Facts

router = APIRouter(prefix="/sops", tags=["sops"])


class Readers(Facts):
    """Everybody who was told of a revision or has read it."""

    readers: tuple[Reading, ...]


@router.post("/{sop}/read", responses=responses("forbidden", "not_found"))
async def read(sop: WordInPath, services: Handed, token: DeskWide) -> Reading:
    """Say that you have read the document as it is published; the first time counts."""
    found = await patiently(services.readings.read, sop, token.person, services.now())
    if found is None:
        raise NotFound("There is no such document, or none is published.")
    return found


@router.get("/{sop}/readers", responses=responses("forbidden", "not_found"))
async def readers(
    sop: WordInPath,
    services: Handed,
    token: DeskWide,
    revision: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
) -> Readers:
    """Who of Tier 1 and Tier 2 was told of the published revision, or of another, and who has read it; for leads."""
    leads(token)
    found = await patiently(services.readings.readers, sop, revision)
    if found is None:
        raise NotFound("There is no such document, or no such revision of it.")
    return Readers(readers=tuple(found))
