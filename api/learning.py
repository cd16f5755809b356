"""What the API needs of the part that learns: the library, search, practice, reviews, audits."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from api.lines import PolicyFault, ReviewLine, SopRevision
from escalation.audit.actions import Action, ActionState, NewAction
from escalation.audit.record import AuditRecord
from escalation.audit.verdicts import Verdict
from escalation.audit.window import AuditKind, Window
from escalation.library import AnyDocument, Draft, Revision, Wanted
from escalation.library.readings import Reading, Unread
from escalation.library.search import Found, Sought
from escalation.review.listing import ReviewHead, ReviewTally, Shelf
from escalation.terms import Role
from escalation.triage.exercise import Exercise


class ReviewBook(Protocol):
    """Reviews and documents as they rest; None for one that is not there."""

    def all(self, state: str | None = None, clients: tuple[str, ...] | None = None) -> Sequence[ReviewLine]: ...

    def heads(
        self, shelf: Shelf, person: str, at: datetime, clients: tuple[str, ...] | None, limit: int, skip: int = 0
    ) -> Sequence[ReviewHead]: ...

    def tally(self, person: str, at: datetime, clients: tuple[str, ...] | None) -> ReviewTally: ...

    def review(self, ticket_id: str) -> ReviewLine | None: ...

    def documents(self) -> Sequence[SopRevision]: ...

    def document(self, sop: str, revision: int | None = None) -> SopRevision | None: ...


class Search(Protocol):
    """What is published in the library, looked up; `sop` is the one for a category, by name where one is named."""

    def find(self, sought: Sought) -> Sequence[Found]: ...

    def sop(self, category: str, named: str | None, client: str, clients: tuple[str, ...] | None) -> Found | None: ...


class Exercises(Protocol):
    """What people practised; `answer` is False for one that was answered before."""

    def begin(self, exercise: Exercise) -> Exercise: ...

    def exercise(self, exercise_id: str) -> Exercise | None: ...

    def answer(self, answered: Exercise) -> bool: ...

    def answered(
        self, person: str | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> Sequence[Exercise]: ...


class Audits(Protocol):
    """Audits, what people say of them and do about them; KeyError for an audit or an action that is not there."""

    def make(self, kind: AuditKind, window: Window | None, *, by: str, at: datetime) -> AuditRecord: ...

    def all(self, kind: AuditKind | None = None, limit: int | None = None, skip: int = 0) -> Sequence[AuditRecord]: ...

    def record(self, name: str) -> AuditRecord | None: ...

    def verdicts(self, name: str) -> Sequence[Verdict]: ...

    def judge(self, name: str, verdict: Verdict) -> bool: ...

    def actions(self, audit: str | None = None, state: ActionState | None = None) -> Sequence[Action]: ...

    def act(self, name: str, new: NewAction, *, by: str, at: datetime) -> Action: ...

    def end(self, number: int, state: ActionState, *, note: str, by: str, at: datetime) -> Action: ...


class Library(Protocol):
    """The documents with all their revisions; a judge raises where something may not be published, or not retired."""

    def find(self, wanted: Wanted) -> Sequence[Revision]: ...

    def one(self, document: str, revision: int | None = None) -> Revision | None: ...

    def revisions(self, document: str) -> Sequence[Revision]: ...

    def published(self) -> Mapping[str, AnyDocument]: ...

    def titles(self, documents: Collection[str], clients: tuple[str, ...] | None) -> Mapping[str, str]: ...

    def draft(self, draft: Draft) -> Revision: ...

    def approve(self, document: str, revision: int, *, by: str, role: Role, at: datetime) -> Revision: ...

    def publish(
        self,
        document: str,
        revision: int,
        judge: Callable[[Sequence[AnyDocument], Mapping[str, AnyDocument]], None],
        *,
        by: str,
        at: datetime,
    ) -> Revision: ...

    def retire(
        self, document: str, judge: Callable[[AnyDocument, Mapping[str, AnyDocument]], None], *, at: datetime
    ) -> Revision: ...

    def still_right(self, document: str, *, by: str, why: str, at: datetime) -> Revision: ...


class Read(Protocol):
    """A document as a file holds it, read: the document, or each fault with its line."""

    @property
    def document(self) -> AnyDocument | None: ...

    @property
    def faults(self) -> Sequence[PolicyFault]: ...


class Readings(Protocol):
    """Who was told of a document and who has read it; None for a document or revision that is not there."""

    def read(self, document: str, person: str, at: datetime) -> Reading | None: ...

    def unread(self, person: str) -> Sequence[Unread]: ...

    def readers(self, document: str, revision: int | None = None) -> Sequence[Reading] | None: ...
