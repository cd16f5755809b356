"""Post-escalation reviews: read, approved, waived."""

from typing import Literal

from fastapi import APIRouter
from pydantic import AwareDatetime, ConfigDict

from api import asking
from api.callers import Caller, Handed, IdempotencyKey
from api.faults import NotFound
from api.lines import ReviewLine
from api.problems import responses
from api.words import WordInPath
from escalation.review.decision import Approve, Waive
from escalation.review.incident import Published, Review
from escalation.review.text import markdown
from escalation.review.view import ReviewView
from escalation.terms import Facts

router = APIRouter(prefix="/reviews", tags=["reviews"])


class ReviewSummary(Facts):
    """A review in short: whose it is, by when, and where it stands."""

    ticket_id: str
    client: str
    subject: str
    category: str
    owner: str
    due_at: AwareDatetime
    state: str
    overdue_at: AwareDatetime | None = None
    decided_by: str | None = None
    decided_at: AwareDatetime | None = None
    published: Published | None = None


class ReviewSummaries(Facts):
    """Reviews, the one due first at the head."""

    reviews: tuple[ReviewSummary, ...]


class ReviewRecord(ReviewSummary):
    """A review in full: the draft as data and as text (Markdown), and the decision."""

    review: Review
    text: str
    reason: str = ""
    answers: dict[str, str] = {}


class ApproveBody(Approve):
    """Publish the proposed revision, or `body` instead of it, with all five questions answered."""

    model_config = ConfigDict(extra="forbid")


class WaiveBody(Waive):
    """No document changes, and here is why."""

    model_config = ConfigDict(extra="forbid")


_DECIDING = responses(
    "not_found",
    "ticket_not_found",
    "not_permitted",
    "acts_as_another",
    "incomplete_review",
    "review_over",
    "not_confirmed",
    "body_too_large",
)


@router.get("", responses=responses())
def find(
    services: Handed, token: Caller, state: Literal["open", "overdue", "published", "waived"] | None = None
) -> ReviewSummaries:
    """Every review, or those of one state."""
    lines = services.review_book.all(state, token.clients)
    return ReviewSummaries(reviews=tuple(ReviewSummary.model_validate(_summary(line)) for line in lines))


@router.get("/{ticket_id}", responses=responses("not_found"))
def one(ticket_id: WordInPath, services: Handed, token: Caller) -> ReviewRecord:
    """The review of a ticket; it is there once it is drafted."""
    line = services.review_book.review(ticket_id)
    if line is None or (token.clients is not None and line.review.case.client not in token.clients):
        raise NotFound("There is no review of this ticket.")
    return ReviewRecord(
        **_summary(line),
        review=line.review,
        text=markdown(line.review),
        reason=line.reason or "",
        answers=dict(line.answers or {}),
    )


@router.post("/{ticket_id}/approve", responses=_DECIDING)
async def approve(
    ticket_id: WordInPath, approval: ApproveBody, services: Handed, token: Caller, key: IdempotencyKey = None
) -> ReviewView:
    """Publish the revision; a team lead or a service manager decides."""
    return await asking.decide(services, token, ticket_id, approval, key)


@router.post("/{ticket_id}/waive", responses=_DECIDING)
async def waive(
    ticket_id: WordInPath, waiver: WaiveBody, services: Handed, token: Caller, key: IdempotencyKey = None
) -> ReviewView:
    """End the review without a change; a service manager decides."""
    return await asking.decide(services, token, ticket_id, waiver, key)


def _summary(line: ReviewLine) -> dict[str, object]:
    case = line.review.case
    names = ("ticket_id", "client", "subject", "category", "owner", "due_at")
    said = {name: getattr(case, name) for name in names}
    decided = ("state", "overdue_at", "decided_by", "decided_at", "published")
    return said | {name: getattr(line, name) for name in decided}
