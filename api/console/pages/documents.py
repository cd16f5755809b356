"""One document of the library: what it says, drawn and in words, its revisions, and who has read it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from api import librarian
from api.callers import leads
from api.console.allowed import allowed
from api.console.branches import Branch, branches_of
from api.console.here import Here, Looking
from api.console.markup import rendered
from api.console.rules_said import RulesSaid
from api.patience import patiently
from api.words import WordInPath
from escalation.library import DecisionTree, Revision, Sop
from escalation.library.readings import Reading
from escalation.library.revisions import judge_approval, judge_publication, text_diff
from escalation.library.tree import SopLeaf

router = APIRouter()

Place = Annotated[int | None, Query(ge=1, le=1_000_000)]


@dataclass(frozen=True)
class May:
    """What the viewer may do with this revision now."""

    draft: bool
    approve: bool
    publish: bool
    retire: bool
    settle: bool
    read: bool

    @property
    def decide(self) -> bool:
        """Whether anything is to be decided."""
        return self.approve or self.publish or self.retire or self.settle


@router.get("/library/{document}")
async def one(document: WordInPath, here: Looking, revision: Place = None) -> Response:
    """As it is published, or else its newest revision, or the one asked for."""
    return await shown(here, document, revision)


@router.get("/library/{document}/diff")
async def compared(document: WordInPath, here: Looking, before: Place = None, after: Place = None) -> Response:
    """What one revision says differently from another; without numbers, the newest from the one before it."""
    revisions = await patiently(librarian.revisions, here.services, here.token, document)
    newest = revisions[0].revision
    late = after or newest
    early = before or max(1, late - 1)
    old, new = await asyncio.gather(
        *(patiently(librarian.seen, here.services, here.token, document, each) for each in (early, late))
    )
    lines = text_diff(old.text, new.text)
    return here.page("document_diff.html", revisions=revisions, old=old, new=new, lines=lines, numbered=_numbered)


def _numbered(revision: int) -> str:
    return f"Revision {revision}"


@router.post("/library/{document}/read")
async def read(document: WordInPath, here: Looking) -> Response:
    """The viewer has read it as it is published; the first time counts."""
    await patiently(librarian.seen, here.services, here.token, document)
    if here.viewer.desk_wide:
        await patiently(here.services.readings.read, document, here.viewer.person, here.now)
    return RedirectResponse(f"/console/library/{document}", 303)


async def shown(
    here: Here,
    document: str,
    revision: int | None = None,
    *,
    status: int = 200,
    wrong: Mapping[str, str] | None = None,
    findings: Sequence[tuple[str, str]] = (),
    why: str = "",
) -> Response:
    """The page of a document; with what was refused, and why, where something was."""
    seen, revisions, readers = await asyncio.gather(
        patiently(librarian.seen, here.services, here.token, document, revision),
        patiently(librarian.revisions, here.services, here.token, document),
        _readers(here, document, revision),
    )
    titles = await patiently(here.services.library.titles, _named(seen), here.viewer.clients)
    lead = allowed(leads, here.token)
    return here.page(
        "document.html",
        status=status,
        it=seen,
        document=seen.document,
        body=rendered(seen.document.body, seen.document.title),
        tree=branch_of(seen),
        revisions=revisions,
        readers=readers if lead else [],
        own=next((each for each in readers if each.person == here.viewer.person), None),
        titles=titles,
        rules=RulesSaid(here.policy),
        may=_may(here, seen, revisions),
        wrong=wrong or {},
        findings=findings,
        why=why,
    )


def branch_of(seen: Revision) -> Branch | None:
    """The tree of a decision tree."""
    return branches_of(seen.document.tree) if isinstance(seen.document, DecisionTree) else None


async def _readers(here: Here, document: str, revision: int | None) -> Sequence[Reading]:
    """Who was told of it or has read it; only for those who see the whole desk."""
    if not here.viewer.desk_wide or not document.isprintable():
        return ()
    return await patiently(here.services.readings.readers, document, revision) or ()


def _named(seen: Revision) -> set[str]:
    """The other documents that it names."""
    match seen.document:
        case Sop(tree=tree, runbooks=runbooks, vendor=vendor):
            return {*runbooks, *(name for name in (tree, vendor) if name)}
        case DecisionTree(tree=tree):
            return {node.sop for node in tree.nodes.values() if isinstance(node, SopLeaf)}
        case _:
            return set()


def _may(here: Here, seen: Revision, revisions: Sequence[Revision]) -> May:
    decides = allowed(librarian.judge_decision, here.token, seen.document)
    in_use = any(each.state != "retired" for each in revisions)
    published = seen.state == "published"
    return May(
        draft=allowed(librarian.judge_draft, here.token, seen.document),
        approve=decides and allowed(judge_approval, seen, here.viewer.person, here.viewer.role),
        publish=decides and allowed(judge_publication, seen),
        retire=decides and in_use,
        settle=decides and bool(seen.stale),
        read=published and here.viewer.desk_wide,
    )
