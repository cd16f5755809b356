"""Documents as a client of the API sees them."""

from collections.abc import Sequence

from pydantic import AwareDatetime

from api.problems import FieldFault
from escalation.library.documents import AnyDocument, DocumentKind
from escalation.library.revisions import Mark, Revision, RevisionState
from escalation.lint.findings import Problem
from escalation.terms import Facts


class DocumentLine(Facts):
    """A revision in short. `newest` is the revision that an edit is based on; `stale` says why it is in doubt."""

    id: str
    kind: DocumentKind
    title: str
    revision: int
    newest: int
    state: RevisionState
    tags: tuple[str, ...]
    categories: tuple[str, ...]
    clients: tuple[str, ...]
    skills: tuple[str, ...]
    author: str
    created_at: AwareDatetime
    note: str
    based_on: int | None = None
    approver: str | None = None
    approved_at: AwareDatetime | None = None
    published_at: AwareDatetime | None = None
    retired_at: AwareDatetime | None = None
    review: str | None = None
    stale: tuple[Mark, ...] = ()

    @classmethod
    def of(cls, revision: Revision) -> "DocumentLine":
        """The line of a revision."""
        return cls.model_validate(_said(revision))


class DocumentLines(Facts):
    """A page of documents; `next_after` begins the next one."""

    documents: tuple[DocumentLine, ...]
    next_after: str | None = None


class Revisions(Facts):
    """The revisions of a document, the newest first."""

    revisions: tuple[DocumentLine, ...]


class DocumentRecord(DocumentLine):
    """A revision in full: as data, and as the Markdown file that it is."""

    document: AnyDocument
    text: str

    @classmethod
    def of(cls, revision: Revision) -> "DocumentRecord":
        """The record of a revision."""
        return cls.model_validate(_said(revision) | {"document": revision.document, "text": revision.text})


class Difference(Facts):
    """A unified diff of two revisions; empty if they say the same."""

    id: str
    before: int
    after: int
    diff: str


class Faults(Facts):
    """Every fault of a document; it can be published if there are none."""

    faults: tuple[FieldFault, ...]

    @classmethod
    def of(cls, problems: Sequence[Problem]) -> "Faults":
        """The faults that the lint found."""
        return cls(faults=tuple(FieldFault(field=path, message=message) for path, message in problems))


def _said(revision: Revision) -> dict[str, object]:
    document = revision.document
    names = ("id", "kind", "title", "tags", "categories", "clients", "skills")
    own = [name for name in Revision.model_fields if name not in ("document", "text")]
    return {name: getattr(document, name) for name in names} | {name: getattr(revision, name) for name in own}
