"""What those who lead decide about a document: approved, published, retired, still right."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from api import librarian
from api.console.here import Here, Looking
from api.console.pages.documents import shown
from api.console.wrong import NO, status_of, wrong_of
from api.patience import patiently
from api.routers.library import StillRight
from api.words import Number, WordInPath
from escalation.library import Revision
from escalation.library.refusals import DocumentUnsound

router = APIRouter()


@router.post("/library/{document}/revisions/{revision}/approve")
async def approve(document: WordInPath, revision: Number, here: Looking) -> Response:
    """Approve a draft that somebody else wrote; a service manager may approve their own."""

    def done() -> Revision:
        librarian.decides(here.services, here.token, document, revision)
        who = here.token
        return here.services.library.approve(document, revision, by=who.person, role=who.role, at=here.now)

    return await _decided(here, document, revision, done)


@router.post("/library/{document}/revisions/{revision}/publish")
async def publish(document: WordInPath, revision: Number, here: Looking) -> Response:
    """Make an approved revision the one to work by; what the check finds is shown above the button."""

    def done() -> Revision:
        librarian.decides(here.services, here.token, document, revision)
        return librarian.publish(here.services, here.token, document, revision)

    return await _decided(here, document, revision, done)


@router.post("/library/{document}/retire")
async def retire(document: WordInPath, here: Looking) -> Response:
    """Take a document out of use, if nothing counts on it."""

    def done() -> Revision:
        librarian.decides(here.services, here.token, document)
        return librarian.retire(here.services, document)

    return await _decided(here, document, None, done)


@router.post("/library/{document}/still-right")
async def still_right(document: WordInPath, here: Looking, why: Annotated[str, Form()] = "") -> Response:
    """Somebody has looked, and says why the document needs no change."""

    def done() -> Revision:
        librarian.decides(here.services, here.token, document)
        said = StillRight(why=why.strip()).why
        return here.services.library.still_right(document, by=here.token.person, why=said, at=here.now)

    return await _decided(here, document, None, done, why)


async def _decided(
    here: Here, document: str, revision: int | None, done: Callable[[], Revision], why: str = ""
) -> Response:
    try:
        after = await patiently(done)
    except NO as no:
        findings = _findings(no)
        return await shown(
            here, document, revision, status=status_of(no), wrong=wrong_of(no), findings=findings, why=why
        )
    shown_as = "" if after.state == "published" or revision is None else f"?revision={revision}"
    return RedirectResponse(f"/console/library/{document}{shown_as}", 303)


def _findings(no: Exception) -> list[tuple[str, str]]:
    """Every fault for which a document is not published, with its place."""
    errors = no.details.get("errors") if isinstance(no, DocumentUnsound) else None
    return [(str(each["field"]), str(each["message"])) for each in errors] if isinstance(errors, list) else []
