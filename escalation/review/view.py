"""A review as people see it: the answer to its queries and updates, and its card in the Temporal UI."""

from pydantic import AwareDatetime

from escalation.review.incident import (
    ProposedRevision,
    Published,
    Question,
    ReviewCase,
    ReviewState,
)
from escalation.terms import Facts

_CARD_LIMIT = 4_000


class Drafted(Facts):
    """What a review's workflow keeps of the draft; the whole of it lies in the database."""

    summary: tuple[str, ...]
    questions: tuple[Question, ...]
    proposed: ProposedRevision


class ReviewView(Facts):
    """Where a review stands, what it says in short, and what it proposes; `refused` is why a decision failed last."""

    case: ReviewCase
    state: ReviewState
    due_at: AwareDatetime
    overdue: bool = False
    summary: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    proposed: ProposedRevision | None = None
    decided_by: str | None = None
    decided_at: AwareDatetime | None = None
    reason: str = ""
    published: Published | None = None
    refused: str | None = None


def card(view: ReviewView) -> str:
    """State, due time, the story in short, the five questions; Markdown that reads without tables."""
    case = view.case
    lines = [
        f"## Review of {case.ticket_id} · {view.state}",
        f"**{case.subject}** ({case.client})",
        f"Owner **{case.owner}**. Due {view.due_at:%d %b %Y %H:%M} UTC{', **overdue**' if view.overdue else ''}.",
        *([f"Decided by **{view.decided_by}**. {view.reason}".rstrip()] if view.decided_by else []),
        *([f"Published as {view.published.reads()}."] if view.published else []),
        *([f"Refused for now: {view.refused}"] if view.refused else []),
        *(["The draft waits for the journal."] if view.state == "drafting" else []),
        _bullets(view.summary),
        *([_questions(view.questions)] if view.questions else []),
        *([f"Proposed: {view.proposed.sop}, {view.proposed.title}"] if view.proposed else []),
    ]
    return "\n\n".join(line for line in lines if line)[:_CARD_LIMIT]


def _questions(questions: tuple[Question, ...]) -> str:
    return "To answer:\n\n" + _bullets(
        tuple(f"{q.text} {q.answer or '(for people)'}{' (from the facts)' if q.answer else ''}" for q in questions)
    )


def _bullets(lines: tuple[str, ...]) -> str:
    return "\n".join(f"- {line}" for line in lines)
