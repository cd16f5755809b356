"""Post-escalation reviews: which are to be decided, and what came of those that are."""

import asyncio
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import reviewing
from api.callers import leads, manages
from api.console.allowed import allowed
from api.console.here import Here, Looking
from api.console.markup import rendered
from api.console.review_form import TIERS, Said
from api.console.rules_said import RulesSaid
from api.console.stacked import parts_of
from api.lines import ReviewLine
from api.patience import patiently
from api.words import WordInPath
from escalation.library.revisions import text_diff
from escalation.policy import Trigger
from escalation.review.incident import QUESTIONS, Review
from escalation.review.listing import Shelf

router = APIRouter()

_A_PAGE = 50
_UNDECIDED = frozenset({"open", "overdue"})


@router.get("/reviews")
async def reviews(
    here: Looking, shelf: Shelf = "open", skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0
) -> Response:
    """Those to be decided, the one due first at the head; the overdue ones; one's own; those that are over."""
    book, who, now, clients = here.services.review_book, here.viewer.person, here.now, here.viewer.clients
    found, tally = await asyncio.gather(
        patiently(book.heads, shelf, who, now, clients, _A_PAGE + 1, skip), patiently(book.tally, who, now, clients)
    )
    more = skip + _A_PAGE if len(found) > _A_PAGE else 0
    return here.page("reviews.html", shelf=shelf, heads=found[:_A_PAGE], tally=tally, more=more, skip=skip)


@router.get("/reviews/{ticket_id}")
async def one(ticket_id: WordInPath, here: Looking) -> Response:
    """The draft from the journal, the proposal, the five questions, and the decision or what came of it."""
    return await shown(here, ticket_id)


async def shown(
    here: Here,
    ticket_id: str,
    *,
    status: int = 200,
    said: Said | None = None,
    wrong: dict[str, str] | None = None,
    findings: list[str] | None = None,
) -> Response:
    """The page of a review; with what was typed and what was refused, where something was."""
    line = await patiently(reviewing.found, here.services, here.token, ticket_id)
    document, effect = await asyncio.gather(
        patiently(here.services.review_book.document, line.review.proposed.sop), _effect(here, line)
    )
    before = document.body if document else ""
    return here.page(
        "review.html",
        status=status,
        line=line,
        it=line.review,
        undecided=line.state in _UNDECIDED,
        document=document,
        changed=text_diff(before, line.review.proposed.body),
        proposed=rendered(line.review.proposed.body, line.review.proposed.title),
        questions=line.review.questions or _unasked(),
        said=said or _offered(line),
        wrong=wrong or {},
        findings=findings or [],
        effect=effect,
        parts_of=parts_of,
        triggers=_triggers(here, line.review),
        tiers=TIERS,
        rules=RulesSaid(here.policy),
        leads=allowed(leads, here.token),
        manages=allowed(manages, here.token),
        workflow=_workflow(here, ticket_id),
    )


async def _effect(here: Here, line: ReviewLine) -> reviewing.Effect | None:
    """What came of it, once it is decided."""
    return None if line.state in _UNDECIDED else await patiently(reviewing.effect_of, here.services, here.token, line)


def _unasked() -> list[dict[str, str]]:
    return [{"key": key, "text": text, "answer": "", "source": "people"} for key, text in QUESTIONS.items()]


def _offered(line: ReviewLine) -> Said:
    """What the form is filled with: what the facts answer, and the proposed text."""
    answers = {question.key: question.answer for question in line.review.questions}
    return answers | {"document": "yes", "body": line.review.proposed.body}


def _triggers(here: Here, review: Review) -> list[Trigger]:
    """Those that fired on this ticket or could have: whose conditions may have to be more specific."""
    met = {name for fired in review.fired for name in (fired.trigger, *fired.matched) if name}
    return [trigger for trigger in here.policy.triggers if trigger.id in met]


def _workflow(here: Here, ticket_id: str) -> str:
    """Its address in the Temporal UI; empty where there is none."""
    ui = here.services.temporal_ui
    return f"{ui}/workflows/{quote(f'review/{ticket_id}', safe='')}" if ui else ""
