"""The library, kept in memory, under the same judges as the one in PostgreSQL."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from escalation.library import AnyDocument, Draft, Mark, Revision, RevisionState, Wanted, may_see
from escalation.library.refusals import DocumentChanged, DocumentExists, KeyUsed, UnknownDocument
from escalation.library.revisions import judge_approval, judge_publication
from escalation.terms import Role


@dataclass
class MemoryLibrary:
    """Revisions by their documents, and the keys that made them."""

    kept: dict[str, list[Revision]] = field(default_factory=dict)
    keys: dict[str, Revision] = field(default_factory=dict)

    def find(self, wanted: Wanted) -> list[Revision]:
        current = (self.one(name) for name in sorted(self.kept))
        return [each for each in current if each and _meets(each, wanted)][: wanted.limit]

    def one(self, document: str, revision: int | None = None) -> Revision | None:
        found = self.revisions(document)
        if revision is not None:
            return next((each for each in found if each.revision == revision), None)
        return next((each for each in found if each.state == "published"), found[0] if found else None)

    def revisions(self, document: str) -> list[Revision]:
        all_of_it = self.kept.get(document, [])
        return [each.model_copy(update={"newest": len(all_of_it)}) for each in reversed(all_of_it)]

    def published(self) -> dict[str, AnyDocument]:
        found = (self.one(name) for name in self.kept)
        return {each.document.id: each.document for each in found if each and each.state == "published"}

    def titles(self, documents: Collection[str], clients: tuple[str, ...] | None) -> dict[str, str]:
        found = (self.one(name) for name in documents)
        return {
            each.document.id: each.document.title for each in found if each and may_see(each.document.clients, clients)
        }

    def draft(self, draft: Draft) -> Revision:
        document, made = draft.document.id, self.keys.get(draft.asked or "")
        if made:
            if made.text != draft.text:
                raise KeyUsed
            return made
        latest = len(self.kept.get(document, []))
        if draft.based_on is None and latest:
            raise DocumentExists(f"{document} is there already.", newest=latest)
        if draft.based_on not in (None, latest):
            raise DocumentChanged(f"{document} is at revision {latest}.", newest=latest)
        names = ("document", "text", "author", "based_on", "note")
        new = Revision(
            **{name: getattr(draft, name) for name in names},
            created_at=draft.at,
            revision=latest + 1,
            newest=latest + 1,
            state=RevisionState.DRAFT,
        )
        self.kept.setdefault(document, []).append(new)
        if draft.asked:
            self.keys[draft.asked] = new
        return new

    def approve(self, document: str, revision: int, *, by: str, role: Role, at: datetime) -> Revision:
        judge_approval(self._found(document, revision), by, role)
        return self._set(document, revision, state=RevisionState.APPROVED, approver=by, approved_at=at)

    def publish(
        self,
        document: str,
        revision: int,
        judge: Callable[[Sequence[AnyDocument], Mapping[str, AnyDocument]], None],
        *,
        by: str,
        at: datetime,
    ) -> Revision:
        found = self._found(document, revision)
        judge_publication(found)
        judge([found.document], self.published())
        for n in range(1, revision):
            self._set(document, n, state=RevisionState.RETIRED, retired_at=at)
        return self._set(document, revision, state=RevisionState.PUBLISHED, published_at=at, stale=())

    def retire(
        self, document: str, judge: Callable[[AnyDocument, Mapping[str, AnyDocument]], None], *, at: datetime
    ) -> Revision:
        if document in (published := self.published()):
            judge(published[document], published)
        for n in range(1, len(self.kept[document])):
            self._set(document, n, state=RevisionState.RETIRED, retired_at=at)
        return self._set(document, len(self.kept[document]), state=RevisionState.RETIRED, retired_at=at)

    def still_right(self, document: str, *, by: str, why: str, at: datetime) -> Revision:
        found = self.one(document)
        assert found is not None
        return self._set(document, found.revision, stale=())

    def doubt(self, document: str, reason: str, at: datetime) -> None:
        found = self.one(document)
        assert found is not None
        self._set(document, found.revision, stale=(Mark(reason=reason, marked_at=at),))

    def _found(self, document: str, revision: int) -> Revision:
        found = self.one(document, revision)
        if found is None:
            raise UnknownDocument("There is no such document.")
        return found

    def _set(self, document: str, revision: int, **changes: object) -> Revision:
        changed = self._found(document, revision).model_copy(update=changes)
        self.kept[document][revision - 1] = changed
        return changed


def _meets(revision: Revision, wanted: Wanted) -> bool:
    document = revision.document
    named = ((wanted.category, document.categories), (wanted.skill, document.skills), (wanted.tag, document.tags))
    return (
        wanted.kind in (None, document.kind)
        and wanted.state in (None, revision.state)
        and wanted.stale in (None, bool(revision.stale))
        and all(word is None or word in among for word, among in named)
        and may_see(document.clients, wanted.clients)
        and may_see(document.clients, None if wanted.client is None else (wanted.client,))
        and (wanted.after is None or document.id > wanted.after)
    )
