"""The post-escalation review: every Tier 3 incident is looked back on, and changes a document or is waived.

Here are its nouns and the port to where reviews rest. review_draft.py writes the draft from the journal, review_sop.py
the revision it proposes, review_text.py says it in Markdown, review_decision.py judges who may end it and how.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, Protocol

from pydantic import AwareDatetime

from escalation.calendar import due
from escalation.durations import Duration
from escalation.errors import Refusal
from escalation.policy import Slice
from escalation.policy.amendments import PolicyChange
from escalation.terms import Facts, Priority, Tier
from escalation.ticket import Ticket

QUESTIONS: dict[str, str] = {
    "root_cause": "What was the root cause?",
    "why_not_lower": "Why was it not solved at a lower tier?",
    "permanent_fix": "What fixes it for good?",
    "sop_change": "What changes in the SOP?",
    "tier_next_time": "At which tier should it be solved next time?",
}

ReviewState = Literal["drafting", "open", "overdue", "publishing", "waiving", "published", "waived"]


class ReviewCase(Facts):
    """What a review starts from; the story itself is read from the journal."""

    ticket_id: str
    client: str
    subject: str
    category: str
    owner: str
    manager: str
    due_at: AwareDatetime
    policy_version: str
    opened_at: AwareDatetime
    client_name: str = ""
    priority: Priority = Priority.P3
    sop: str | None = None
    zone: str = "UTC"

    @classmethod
    def of(cls, ticket: Ticket, policy: Slice, now: datetime | None = None) -> "ReviewCase":
        """The review of a ticket that reached Tier 3, from `now` on, or else from its resolution."""
        opened_at = now or (ticket.ending.at if ticket.ending else ticket.owned_since)
        category = policy.categories.get(ticket.category or "")
        return cls(
            ticket_id=ticket.id,
            client=ticket.client,
            client_name=policy.client.name or policy.client.id,
            subject=ticket.subject,
            category=ticket.category or "uncategorized",
            sop=category.sop if category else None,
            priority=ticket.priority,
            owner=next((stay.owner for stay in reversed(ticket.stays) if stay.tier == 3), ticket.owner),
            manager=policy.fallback.manager,
            due_at=due(policy.calendar("client"), opened_at, policy.after_resolution.review_due),
            policy_version=policy.version,
            opened_at=opened_at,
            zone=policy.calendar("client").zone,
        )


# ---------------------------------------------------------------------------------------------- what the draft says
class Holding(Facts):
    """One person's time with the ticket; tier None is triage, `accepted_at` None was never taken up."""

    person: str
    tier: Tier | None
    began_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    accepted_at: AwareDatetime | None = None
    came_by: str


class Tried(Facts):
    """One attempt at a fix."""

    at: AwareDatetime
    by: str
    tier: Tier | None
    step: str
    result: str
    outcome: str
    repeated: bool = False


class Fired(Facts):
    """A trigger or a person's reason that moved the ticket, involved management or informed; with its values."""

    at: AwareDatetime
    trigger: str | None
    reason: str
    did: Literal["moved", "coordinated", "informed"]
    from_tier: Tier | None = None
    to_tier: Tier | None = None
    values: dict[str, object] = {}
    matched: tuple[str, ...] = ()
    override: str = ""

    @property
    def upward(self) -> bool:
        """Whether it took the ticket up a tier."""
        return self.to_tier is not None and self.to_tier > (self.from_tier or 0)


class NoteReview(Facts):
    """A handoff note as the receiver got it: what it lacked, and whether that was made up for."""

    at: AwareDatetime
    by: str
    from_tier: Tier | None
    to_tier: Tier | None
    lacked: tuple[str, ...] = ()
    completed_at: AwareDatetime | None = None
    overdue: bool = False
    rating: str | None = None


class ClockOutcome(Facts):
    """A promise and how it ended."""

    name: str
    target: Duration
    calendar: str
    used: Duration
    outcome: Literal["kept", "breached", "open"]
    breached_by: Duration = timedelta()
    pauses: int = 0


class SimilarTicket(Facts):
    """What another ticket of the same kind did."""

    ticket_id: str
    client: str = ""
    subject: str = ""
    tier: Tier | None = None
    cause: str = ""
    resolution: str = ""
    resolved_at: AwareDatetime | None = None


class Question(Facts):
    """One of the five; `source` says whether the facts gave the answer or people still have to."""

    key: str
    text: str
    answer: str = ""
    source: Literal["facts", "people"] = "people"


class Document(Facts):
    """A published SOP as it stands."""

    sop: str
    revision: int
    title: str
    body: str


class ProposedRevision(Facts):
    """The change of a document that the review proposes: what stands there, and nothing added but facts."""

    sop: str
    title: str
    body: str


class Review(Facts):
    """The draft: the whole story in order, the five questions, and the proposal."""

    case: ReviewCase
    resolved_at: AwareDatetime
    resolved_tier: Tier | None
    cause: str
    resolution: str
    holdings: tuple[Holding, ...]
    tried: tuple[Tried, ...]
    fired: tuple[Fired, ...]
    notes: tuple[NoteReview, ...]
    clocks: tuple[ClockOutcome, ...]
    similar: tuple[SimilarTicket, ...]
    questions: tuple[Question, ...]
    proposed: ProposedRevision

    @property
    def repeated(self) -> tuple[Tried, ...]:
        """The steps that somebody had tried before."""
        return tuple(tried for tried in self.tried if tried.repeated)


# -------------------------------------------------------------------------------------------------------- the port
class Publication(Facts):
    """What was approved, on its way into the documents (a `body`) and into the policy (`amendments`), or both."""

    ticket_id: str
    sop: str
    title: str
    body: str | None = None
    amendments: tuple[PolicyChange, ...] = ()
    author: str
    approver: str
    at: AwareDatetime
    answers: dict[str, str] = {}
    comment: str = ""


class Published(Facts):
    """Where the changes stand: the document's revision, the policy's version, or both."""

    sop: str | None = None
    revision: int | None = None
    policy_version: str | None = None

    def reads(self) -> str:
        """The same for people."""
        document = f"{self.sop}, revision {self.revision}" if self.sop else ""
        policy = f"policy {self.policy_version}" if self.policy_version else ""
        return " and ".join(part for part in (document, policy) if part)


class Refused(Facts):
    """Changes that could not be made as decided: the refusal's code, sentence and details."""

    code: str
    message: str
    details: dict[str, object] = {}

    def refusal(self) -> Refusal:
        """The refusal itself, as it is raised."""
        kind = Refusal.codes.get(self.code, Refusal)
        refusal = kind.__new__(kind)
        Refusal.__init__(refusal, self.message, **self.details)
        return refusal


class Concluded(Facts):
    """What came of an approval: where its changes stand, or why none was made."""

    published: Published | None = None
    refused: Refused | None = None


class Waiver(Facts):
    """A review that ends without a change."""

    ticket_id: str
    by: str
    reason: str
    at: AwareDatetime


class Reviews(Protocol):
    """Where reviews and documents rest. Every call may come twice, and the second changes nothing."""

    def similar(self, ticket: Ticket, limit: int = 5) -> Sequence[SimilarTicket]:
        """Resolved tickets of the same category, the client's own and the latest first; never the ticket itself."""
        ...

    def document(self, sop: str) -> Document | None:
        """The published revision of an SOP, or None before its first."""
        ...

    def save_draft(self, review: Review) -> None:
        """Keep the draft by its ticket; the first one stays."""
        ...

    def mark_overdue(self, ticket_id: str, at: datetime) -> None:
        """The review was due and is not decided."""
        ...

    def publish(self, publication: Publication) -> Published:
        """Publish the document's next revision and the policy's next version, once for each review, and end it.

        A Refusal where either cannot be: then neither is published, and the review stays open.
        """
        ...

    def waive(self, waiver: Waiver) -> None:
        """End the review without a change."""
        ...
