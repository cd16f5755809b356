"""The documents to work by."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from api.callers import DeskWide, Handed
from api.faults import NotFound
from api.problems import responses
from api.words import WordInPath
from escalation.terms import Facts

router = APIRouter(prefix="/sops", tags=["sops"])


class SopRevision(Facts):
    """One revision of a document; `published` is the one to work by. `review` is the ticket that brought it about."""

    sop: str
    revision: int
    title: str
    body: str
    state: str
    author: str
    approver: str
    review: str | None = None
    published_at: AwareDatetime


class Sops(Facts):
    """Every document as it is published."""

    sops: tuple[SopRevision, ...]


@router.get("", responses=responses("forbidden"))
def find(services: Handed, _: DeskWide) -> Sops:
    """Every document as it is published."""
    found = services.review_book.documents()
    return Sops(sops=tuple(SopRevision.model_validate(each, from_attributes=True) for each in found))


@router.get("/{sop}", responses=responses("forbidden", "not_found"))
def one(
    sop: WordInPath,
    services: Handed,
    _: DeskWide,
    revision: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
) -> SopRevision:
    """A document as it is published, or one of its earlier revisions."""
    found = services.review_book.document(sop, revision)
    if found is None:
        raise NotFound("There is no such document.")
    return SopRevision.model_validate(found, from_attributes=True)
