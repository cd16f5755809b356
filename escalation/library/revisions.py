"""A revision of a document, and the states that it goes through; its text never changes."""

from collections.abc import Iterable
from difflib import unified_diff
from enum import StrEnum

from pydantic import AwareDatetime

from escalation.library.documents import AnyDocument, DocumentKind
from escalation.library.refusals import NotInState, OwnApproval
from escalation.terms import Facts, Role


class RevisionState(StrEnum):
    """Draft, approved, published, retired; one of each document is published at most."""

    DRAFT = "draft"
    APPROVED = "approved"
    PUBLISHED = "published"
    RETIRED = "retired"


class Mark(Facts):
    """Why a document is in doubt, and since when."""

    reason: str
    marked_at: AwareDatetime


class Revision(Facts):
    """One revision, who wrote and who approved it; `text` is all of it, as it was written.

    `newest` is the document's latest revision, which an edit is based on; `stale` is why the document is in doubt.
    """

    document: AnyDocument
    revision: int
    state: RevisionState
    text: str
    author: str
    created_at: AwareDatetime
    note: str = ""
    based_on: int | None = None
    approver: str | None = None
    approved_at: AwareDatetime | None = None
    published_at: AwareDatetime | None = None
    retired_at: AwareDatetime | None = None
    review: str | None = None
    newest: int
    stale: tuple[Mark, ...] = ()


class Wanted(Facts):
    """Which documents are asked for; `clients` None is every client's. Without a state: as they stand now.

    As it stands now, a document is its published revision, or its newest where none is published.
    """

    kind: DocumentKind | None = None
    state: RevisionState | None = None
    category: str | None = None
    client: str | None = None
    skill: str | None = None
    tag: str | None = None
    stale: bool | None = None
    clients: tuple[str, ...] | None = None
    after: str | None = None
    limit: int = 200


class Draft(Facts):
    """A change on its way into the library; `based_on` is the newest revision that its author saw, None for none.

    `asked` makes it safe to repeat: the same key makes one revision.
    """

    document: AnyDocument
    text: str
    author: str
    at: AwareDatetime
    based_on: int | None = None
    note: str = ""
    asked: str | None = None


def judge_approval(revision: Revision, by: str, role: Role) -> None:
    """Raise NotInState, or OwnApproval where the author approves their own words."""
    if revision.state is not RevisionState.DRAFT:
        raise _not_in_state(revision, "approved", RevisionState.DRAFT)
    if by == revision.author and role is not Role.SERVICE_MANAGER:
        raise OwnApproval(f"{by} wrote revision {revision.revision} of {revision.document.id}; somebody else approves.")


def judge_publication(revision: Revision) -> None:
    """Raise NotInState for what nobody has approved, or what a later revision has followed."""
    if revision.state is not RevisionState.APPROVED:
        raise _not_in_state(revision, "published", RevisionState.APPROVED)


def _not_in_state(revision: Revision, done: str, needed: RevisionState) -> NotInState:
    here = f"revision {revision.revision} of {revision.document.id} is {revision.state.value}"
    return NotInState(f"Only a revision that is {needed.value} can be {done}; {here}.", state=revision.state.value)


def may_see(clients: Iterable[str], token_clients: tuple[str, ...] | None) -> bool:
    """Whether who is for these clients only (None: for all) may read a document for `clients` (none: for all)."""
    meant = set(clients)
    return token_clients is None or not meant or bool(meant & set(token_clients))


def diff(before: Revision, after: Revision) -> str:
    """What the second says differently, as a unified diff; empty if nothing."""
    old, new = (f"{each.document.id} revision {each.revision}" for each in (before, after))
    return "".join(f"{line}\n" for line in _changed(before.text, after.text, old, new))


def text_diff(before: str, after: str) -> list[str]:
    """The lines of a unified diff, without the two that name the sides; empty if both say the same."""
    return _changed(before, after, "", "")[2:]


def _changed(before: str, after: str, old: str, new: str) -> list[str]:
    return list(unified_diff(before.splitlines(), after.splitlines(), old, new, lineterm=""))
