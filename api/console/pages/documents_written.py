"""Documents written in the browser, as the files have them: a new one, or the next revision of one."""

from collections.abc import Sequence
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import RedirectResponse, Response

from api import librarian
from api.console.blank_documents import BLANK
from api.console.here import Here, Looking
from api.console.wrong import FORM, NO, status_of, wrong_of
from api.faults import KeyReused
from api.patience import patiently
from api.routers.library import Edit, NewDocument
from api.words import WordInPath
from escalation.library import AnyDocument, DocumentKind, Revision
from escalation.library.refusals import DocumentChanged
from escalation.library.revisions import text_diff

router = APIRouter()

Finding = tuple[str, str]  # the place, and what is wrong there
_UNREADABLE = "This cannot be kept as it stands; what is wrong is said above."
_STALE = "Somebody was faster. Take over below what you need of it; sent again, yours follows theirs."
_USED = "This form was sent before, with another text. Sent again, it makes a revision of its own."


class Sheet(BaseModel):
    """A form as it is offered or was sent; `based_on` 0 is a document that is not there yet."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    text: str = ""
    note: str = ""
    based_on: int = Field(default=0, ge=0, le=1_000_000)
    key: str = Field(default_factory=lambda: uuid4().hex, max_length=100, pattern=r"^[\x21-\x7e]+$")
    then: str = ""

    @property
    def file(self) -> str:
        """The text as a file has it: a browser ends its lines with two signs."""
        return self.text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"


Sent = Annotated[Sheet, Form()]


class Unreadable(Exception):
    """The text is no document; each fault with its line."""

    def __init__(self, faults: Sequence[Finding]) -> None:
        super().__init__("no document")
        self.faults = faults


@router.get("/library/+new")
async def begin(here: Looking, kind: DocumentKind = DocumentKind.RUNBOOK) -> Response:
    """An empty form, with what a document of the kind holds."""
    librarian.judge_draft(here.token)
    return _form(here, Sheet(text=BLANK[kind]), kind=kind)


@router.post("/library/+new")
async def create(here: Looking, sheet: Sent) -> Response:
    """Draft a document that is not there yet, or look it through."""
    return await _sent(here, sheet, None)


@router.get("/library/{document}/edit")
async def edit(document: WordInPath, here: Looking, revision: Annotated[int | None, Query(ge=1)] = None) -> Response:
    """The newest revision, to be written on; or the text of another one, to go back to."""
    newest = await _newest(here, document)
    librarian.judge_draft(here.token, newest.document)
    old = await patiently(librarian.seen, here.services, here.token, document, revision) if revision else newest
    return _form(here, Sheet(text=old.text, based_on=newest.revision), newest)


@router.post("/library/{document}/edit")
async def keep(document: WordInPath, here: Looking, sheet: Sent) -> Response:
    """Draft the next revision, or look it through; refused where somebody else was faster."""
    return await _sent(here, sheet, await _newest(here, document))


async def _sent(here: Here, sheet: Sheet, newest: Revision | None) -> Response:
    """Kept as a draft or looked through, as the button says; or the form again, with what is wrong."""
    try:
        document = _read(here, sheet, newest)
        if sheet.then == "check":
            found = await patiently(librarian.check, here.services, here.token, document)
            return _form(here, sheet, newest, findings=list(found), checked=True)
        kept = await patiently(_draft, here, sheet, document)
    except Unreadable as no:
        return _form(here, sheet, newest, status=422, findings=no.faults, wrong={"text": _UNREADABLE})
    except (DocumentChanged, KeyReused) as no:
        return await _too_late(here, sheet, newest, no)
    except NO as no:
        wrong = {name if name in Sheet.model_fields else "text": words for name, words in wrong_of(no).items()}
        return _form(here, sheet, newest, status=status_of(no), wrong=wrong)
    return RedirectResponse(f"/console/library/{kept.document.id}?revision={kept.revision}", 303)


def _read(here: Here, sheet: Sheet, newest: Revision | None) -> AnyDocument:
    read = here.services.read_document(sheet.file)
    if read.document is None:
        raise Unreadable([(f"line {each.line}", f"{each.place}: {each.message}".lstrip(": ")) for each in read.faults])
    librarian.judge_draft(here.token, read.document)
    if newest is not None:
        librarian.same_id(newest.document.id, read.document)
    return read.document


def _draft(here: Here, sheet: Sheet, document: AnyDocument) -> Revision:
    said: dict[str, object] = {"document": document, "note": sheet.note.strip()}
    base = sheet.based_on or None
    note = (Edit(**said, based_on=base) if base else NewDocument(**said)).note
    return librarian.draft(here.services, here.token, document, note, base, sheet.key, sheet.file)


async def _too_late(here: Here, sheet: Sheet, seen: Revision | None, no: DocumentChanged | KeyReused) -> Response:
    """The form with what was typed, based on what is there by now, and what that says differently."""
    if seen is None:
        again = sheet.model_copy(update={"key": uuid4().hex})
        return _form(here, again, status=status_of(no), wrong={FORM: _USED})
    newest = await _newest(here, seen.document.id)
    before = await patiently(librarian.seen, here.services, here.token, newest.document.id, sheet.based_on)
    again = sheet.model_copy(update={"based_on": newest.revision, "key": uuid4().hex})
    words = _STALE if isinstance(no, DocumentChanged) else _USED
    theirs = text_diff(before.text, newest.text)
    return _form(here, again, newest, status=status_of(no), wrong={FORM: words}, theirs=theirs)


async def _newest(here: Here, document: str) -> Revision:
    return (await patiently(librarian.revisions, here.services, here.token, document))[0]


def _form(
    here: Here,
    sheet: Sheet,
    newest: Revision | None = None,
    *,
    status: int = 200,
    kind: DocumentKind = DocumentKind.RUNBOOK,
    wrong: dict[str, str] | None = None,
    findings: Sequence[Finding] = (),
    checked: bool = False,
    theirs: Sequence[str] = (),
) -> Response:
    return here.page(
        "document_form.html",
        status=status,
        sheet=sheet,
        newest=newest,
        kind=kind,
        wrong=wrong or {},
        findings=findings,
        checked=checked,
        theirs=theirs,
    )
