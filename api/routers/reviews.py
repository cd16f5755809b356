"""Post-escalation reviews: read, approved, waived, and what came of them."""

from typing import Literal

from fastapi import APIRouter
from pydantic import AwareDatetime, ConfigDict

from api import asking, reviewing
from api.callers import Caller, Handed, IdempotencyKey, PolicyNow
from api.lines import ReviewLine
from api.problems import responses
from api.reviewing import Effect
from api.words import WordInPath
from escalation.policy.amendments import PolicyChange
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
    changes: tuple[PolicyChange, ...] = ()


class ApproveBody(Approve):
    """Make these changes, all or none, with all five questions answered.

    `document` publishes the proposed revision, or `body` instead of it. `scope` moves where a category starts, what a
    tier may do alone, its limits, or when a trigger fires; `access_grant` gives a tier access. Both make a new version
    of the policy, which new tickets get, and are for the service manager.
    """

    model_config = ConfigDict(extra="forbid")


class WaiveBody(Waive):
    """Nothing changes, and here is why."""

    model_config = ConfigDict(extra="forbid")


_DECIDING = (
    "not_found",
    "ticket_not_found",
    "not_permitted",
    "acts_as_another",
    "incomplete_review",
    "review_over",
    "not_confirmed",
    "body_too_large",
)
_CHANGING = ("nothing_changes", "unknown_name", "policy_unsound", "policy_version_taken")


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
    line = reviewing.found(services, token, ticket_id)
    return ReviewRecord(
        **_summary(line),
        review=line.review,
        text=markdown(line.review),
        reason=line.reason or "",
        answers=dict(line.answers or {}),
        changes=tuple(line.changes),
    )


@router.get("/{ticket_id}/effect", responses=responses("not_found"))
def effect(ticket_id: WordInPath, services: Handed, token: Caller) -> Effect:
    """Who solves faults of this kind since the review's change, and who did in the 90 days before it."""
    return reviewing.effect_of(services, token, reviewing.found(services, token, ticket_id))


@router.post("/{ticket_id}/approve", responses=responses(*_DECIDING, *_CHANGING))
async def approve(
    ticket_id: WordInPath,
    approval: ApproveBody,
    services: Handed,
    token: Caller,
    now: PolicyNow,
    key: IdempotencyKey = None,
) -> ReviewView:
    """Publish the changes: a document's by a team lead or a service manager, the policy's by a service manager."""
    return await reviewing.approve(services, now, token, ticket_id, approval, key)


@router.post("/{ticket_id}/waive", responses=responses(*_DECIDING))
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
