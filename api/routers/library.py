"""The library over HTTP: everybody reads, technicians and up draft, those who lead approve, publish and retire."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api import librarian
from api.callers import Caller, Handed, IdempotencyKey
from api.documents import Difference, DocumentLine, DocumentLines, DocumentRecord, Faults, Revisions
from api.faults import NotFound
from api.problems import responses
from api.words import Number, Word, WordInPath
from escalation.library import DocumentKind, RevisionState, Wanted
from escalation.library.documents import AnyDocument, DecisionTree
from escalation.library.revisions import diff as difference
from escalation.library.tree_diagram import diagram
from escalation.terms import Line

router = APIRouter(prefix="/library", tags=["library"])

_CHANGING = ("forbidden", "unknown_document", "body_too_large")
_MOST = 200
_Place = Annotated[int, Query(ge=1, le=1_000_000)]


class NewDocument(BaseModel):
    """A document that is not there yet, and why it is needed."""

    model_config = ConfigDict(extra="forbid")

    document: AnyDocument
    note: Line = ""


class Edit(NewDocument):
    """What the document is to say, and on which revision that is based: the newest that the author has seen."""

    based_on: int = Field(ge=1, le=1_000_000)


class StillRight(BaseModel):
    """Why the document needs no change."""

    model_config = ConfigDict(extra="forbid")

    why: Annotated[Line, Field(min_length=1, pattern=r"^[^\x00]*$")]


@router.get("", responses=responses())
def find(
    services: Handed,
    token: Caller,
    kind: DocumentKind | None = None,
    state: RevisionState | None = None,
    category: Word | None = None,
    client: Word | None = None,
    skill: Word | None = None,
    tag: Word | None = None,
    stale: bool | None = None,
    after: Word | None = None,
    limit: Annotated[int, Query(ge=1, le=_MOST)] = _MOST,
) -> DocumentLines:
    """List documents of the library by id: as published, or else the newest; `after` is the last id of a page."""
    wanted = Wanted(
        kind=kind, state=state, category=category, client=client, skill=skill, tag=tag, stale=stale,
        clients=token.clients, after=after, limit=limit + 1,
    )  # fmt: skip
    found = services.library.find(wanted)
    lines = tuple(DocumentLine.of(each) for each in found[:limit])
    return DocumentLines(documents=lines, next_after=lines[-1].id if len(found) > limit else None)


@router.post(
    "",
    status_code=201,
    responses=responses("forbidden", "document_exists", "idempotency_key_reused", "body_too_large"),
)
def create(said: NewDocument, services: Handed, token: Caller, key: IdempotencyKey = None) -> DocumentRecord:
    """Draft a document that is not there yet."""
    return DocumentRecord.of(librarian.draft(services, token, said.document, said.note, None, key))


@router.post("/check", responses=responses("body_too_large"))
def check(said: NewDocument, services: Handed, token: Caller) -> Faults:
    """Look a document through as publishing it would, and keep nothing."""
    return Faults.of(librarian.check(services, token, said.document))


@router.get("/{document}", responses=responses("unknown_document"))
def one(document: WordInPath, services: Handed, token: Caller, revision: _Place | None = None) -> DocumentRecord:
    """Read a document as it is published, or else its newest revision, or the one asked for."""
    return DocumentRecord.of(librarian.seen(services, token, document, revision))


@router.get("/{document}/revisions", responses=responses("unknown_document"))
def revisions(document: WordInPath, services: Handed, token: Caller) -> Revisions:
    """List every revision of a document, the newest first."""
    found = librarian.revisions(services, token, document)
    return Revisions(revisions=tuple(DocumentLine.of(each) for each in found))


@router.get("/{document}/diff", responses=responses("unknown_document"))
def diff(document: WordInPath, services: Handed, token: Caller, before: _Place, after: _Place) -> Difference:
    """Show what one revision says differently from another, as a unified diff."""
    old, new = (librarian.seen(services, token, document, each) for each in (before, after))
    return Difference(id=document, before=before, after=after, diff=difference(old, new))


@router.get(
    "/{document}/diagram",
    responses=responses("unknown_document", "not_found") | {200: {"content": {"text/plain": {}}}},
    response_class=Response,
)
def drawn(document: WordInPath, services: Handed, token: Caller, revision: _Place | None = None) -> Response:
    """Draw a decision tree, as Mermaid text."""
    found = librarian.seen(services, token, document, revision).document
    if not isinstance(found, DecisionTree):
        raise NotFound(f"{document} is no decision tree.")
    return Response(diagram(found.tree), media_type="text/plain; charset=utf-8")


@router.post(
    "/{document}/revisions",
    status_code=201,
    responses=responses(*_CHANGING, "document_changed", "idempotency_key_reused"),
)
def edit(
    document: WordInPath, said: Edit, services: Handed, token: Caller, key: IdempotencyKey = None
) -> DocumentRecord:
    """Draft the next revision of a document; refused where somebody else was faster, so that no edit is lost."""
    librarian.same_id(document, said.document)
    librarian.seen(services, token, document)
    return DocumentRecord.of(librarian.draft(services, token, said.document, said.note, said.based_on, key))


@router.post(
    "/{document}/revisions/{revision}/approve", responses=responses(*_CHANGING, "document_state", "own_approval")
)
def approve(
    document: WordInPath, revision: Number, services: Handed, token: Caller, _key: IdempotencyKey = None
) -> DocumentRecord:
    """Approve a draft that somebody else wrote; a service manager may approve their own."""
    librarian.decides(services, token, document, revision)
    done = services.library.approve(document, revision, by=token.person, role=token.role, at=services.now())
    return DocumentRecord.of(done)


@router.post(
    "/{document}/revisions/{revision}/publish", responses=responses(*_CHANGING, "document_state", "document_unsound")
)
def publish(
    document: WordInPath, revision: Number, services: Handed, token: Caller, _key: IdempotencyKey = None
) -> DocumentRecord:
    """Make an approved revision the one to work by, if it holds beside the policy and the other documents."""
    librarian.decides(services, token, document, revision)
    return DocumentRecord.of(librarian.publish(services, token, document, revision))


@router.post("/{document}/retire", responses=responses(*_CHANGING, "document_in_use"))
def retire(document: WordInPath, services: Handed, token: Caller, _key: IdempotencyKey = None) -> DocumentRecord:
    """Take a document out of use, if nothing counts on it."""
    librarian.decides(services, token, document)
    return DocumentRecord.of(librarian.retire(services, document))


@router.post("/{document}/still-right", responses=responses(*_CHANGING))
def still_right(
    document: WordInPath, said: StillRight, services: Handed, token: Caller, _key: IdempotencyKey = None
) -> DocumentRecord:
    """Settle the doubts about a document without a change: somebody has looked, and says why it is right."""
    librarian.decides(services, token, document)
    settled = services.library.still_right(document, by=token.person, why=said.why, at=services.now())
    return DocumentRecord.of(settled)
