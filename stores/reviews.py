"""Where reviews rest, and the documents that they change: a revision, once published, stays as it was written."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime
from sqlalchemy import Connection, Engine, Row, select, update
from sqlalchemy.dialects.postgresql import insert

from escalation.errors import NothingChanges, VersionTaken
from escalation.library.documents import DocumentKind, Sop
from escalation.library.markdown import written
from escalation.library.revisions import Draft
from escalation.lint.documents import form_problems
from escalation.policy import Policy
from escalation.policy.amendments import AccessGrant, PolicyChange, ScopeChange
from escalation.review.incident import Document, Publication, Published, Review, SimilarTicket, Waiver
from escalation.review.listing import ReviewHead, ReviewTally, Shelf
from escalation.terms import Facts
from escalation.ticket import Ticket
from stores import document_rows as rows
from stores import policies, review_heads
from stores.database import transaction
from stores.schema import documents, reviews, tickets
from stores.stale_marks import mark

_OPEN, _OVERDUE, _PUBLISHED, _WAIVED = "open", "overdue", "published", "waived"
_UNDECIDED = (_OPEN, _OVERDUE)

Amend = Callable[[str, Sequence[ScopeChange | AccessGrant], str, datetime], tuple[str, Policy]]
"""A policy document with changes made to it, under a version named by the ticket, and the policy that it holds.

A Refusal where it cannot work with them.
"""


class ReviewLine(Facts):
    """A review as it stands: its draft, and how it was decided."""

    review: Review
    state: str
    overdue_at: AwareDatetime | None = None
    decided_by: str | None = None
    decided_at: AwareDatetime | None = None
    reason: str = ""
    answers: dict[str, str] = {}
    changes: tuple[PolicyChange, ...] = ()
    published: Published | None = None


class Revision(Document):
    """One revision of a document; `published` is the one to work by, `retired` an earlier one."""

    state: str
    author: str
    approver: str
    review: str | None = None
    published_at: AwareDatetime


class Reviews:
    """Implements `escalation.review.Reviews`."""

    def __init__(self, engine: Engine, amend: Amend) -> None:
        self._engine = engine
        self._amend = amend

    def similar(self, ticket: Ticket, limit: int = 5) -> Sequence[SimilarTicket]:
        """Resolved tickets of the same category, the client's own and the latest first; never the ticket itself."""
        own = tickets.c.client == ticket.client
        asked = (
            select(tickets.c.state)
            .where(tickets.c.category == ticket.category, tickets.c.resolved_at.is_not(None))
            .where(tickets.c.ticket_id != ticket.id)
            .order_by(own.desc(), tickets.c.resolved_at.desc(), tickets.c.ticket_id)
            .limit(limit)
        )
        with transaction(self._engine) as connection:
            return [_similar(Ticket.model_validate(state)) for state in connection.execute(asked).scalars()]

    def save_draft(self, review: Review) -> None:
        """Keep the draft by its ticket; the first one stays."""
        case = review.case
        row = {name: getattr(case, name) for name in ("ticket_id", "client", "owner", "opened_at", "due_at")}
        row |= {"state": _OPEN, "draft": review.model_dump(mode="json")}
        with transaction(self._engine) as connection:
            connection.execute(insert(reviews).on_conflict_do_nothing(), row)

    def mark_overdue(self, ticket_id: str, at: datetime) -> None:
        """The review was due and is not decided."""
        late = update(reviews).where(reviews.c.ticket_id == ticket_id, reviews.c.state == _OPEN)
        with transaction(self._engine) as connection:
            connection.execute(late.values(state=_OVERDUE, overdue_at=at))

    def publish(self, publication: Publication) -> Published:
        """Publish the document's next revision and the policy's next version, once for each review, and end it.

        A Refusal where either cannot be: then neither is published, and the review stays open.
        """
        with transaction(self._engine) as connection:
            if publication.amendments:
                policies.hold(connection)
            rows.hold(connection, [publication.sop])
            published = _published(connection, publication.ticket_id)
            if published is None:
                published = self._changed(connection, publication)
                _decide(
                    connection,
                    publication.ticket_id,
                    state=_PUBLISHED,
                    decided_by=publication.approver,
                    decided_at=publication.at,
                    reason=publication.comment,
                    answers=publication.answers,
                    changes=[change.model_dump(mode="json") for change in publication.amendments],
                    policy_version=published.policy_version,
                )
        return published

    def _changed(self, connection: Connection, publication: Publication) -> Published:
        made = Published() if publication.body is None else _next_revision(connection, publication, publication.body)
        if not publication.amendments:
            return made
        document, policy = self._amend(
            policies.current_document(connection), publication.amendments, publication.ticket_id, publication.at
        )
        if not policies.publish(connection, document, policy, by=publication.approver, at=publication.at):
            raise VersionTaken(f"policy {policy.version} was published before, by somebody else")
        return made.model_copy(update={"policy_version": policy.version})

    def waive(self, waiver: Waiver) -> None:
        """End the review without a change."""
        with transaction(self._engine) as connection:
            decision = {"decided_by": waiver.by, "decided_at": waiver.at, "reason": waiver.reason}
            _decide(connection, waiver.ticket_id, state=_WAIVED, **decision)

    def review(self, ticket_id: str) -> ReviewLine | None:
        """The review of a ticket; None if it has none."""
        with transaction(self._engine) as connection:
            row = connection.execute(_ASKED.where(reviews.c.ticket_id == ticket_id)).one_or_none()
        return _line(row) if row else None

    def all(self, state: str | None = None, clients: tuple[str, ...] | None = None) -> list[ReviewLine]:
        """Reviews, the one due first at the head; of one state or of some clients only."""
        asked = _ASKED.order_by(reviews.c.due_at, reviews.c.ticket_id)
        if state is not None:
            asked = asked.where(reviews.c.state == state)
        if clients is not None:
            asked = asked.where(reviews.c.client.in_(clients))
        with transaction(self._engine) as connection:
            return [_line(row) for row in connection.execute(asked)]

    def heads(
        self, shelf: Shelf, person: str, at: datetime, clients: tuple[str, ...] | None, limit: int, skip: int = 0
    ) -> list[ReviewHead]:
        """So many reviews of a shelf, without their drafts, after the first `skip`."""
        with transaction(self._engine) as connection:
            return review_heads.heads(connection, shelf, person, at, clients, limit, skip)

    def tally(self, person: str, at: datetime, clients: tuple[str, ...] | None) -> ReviewTally:
        """How many are undecided, overdue, and this person's."""
        with transaction(self._engine) as connection:
            return review_heads.tally(connection, person, at, clients)

    def document(self, sop: str, revision: int | None = None) -> Revision | None:
        """A revision, or the published one; None if there is none."""
        asked = _SOPS.where(documents.c.id == sop)
        which = documents.c.state == _PUBLISHED if revision is None else documents.c.revision == revision
        with transaction(self._engine) as connection:
            row = connection.execute(asked.where(which)).one_or_none()
        return _revision(row) if row else None

    def documents(self) -> list[Revision]:
        """Every document as it is published."""
        asked = _SOPS.where(documents.c.state == _PUBLISHED).order_by(documents.c.id)
        with transaction(self._engine) as connection:
            return [_revision(row) for row in connection.execute(asked)]


_SOPS = select(documents, documents.c.id.label("sop")).where(documents.c.kind == DocumentKind.SOP.value)
_ASKED = select(reviews, documents.c.id.label("sop"), documents.c.revision).outerjoin_from(
    reviews, documents, documents.c.review == reviews.c.ticket_id
)


def _published(connection: Connection, ticket_id: str) -> Published | None:
    """Where the changes of a review stand that has been published already."""
    asked = _ASKED.where(reviews.c.ticket_id == ticket_id, reviews.c.state == _PUBLISHED)
    row = connection.execute(asked).one_or_none()
    return _where(row) if row else None


def _where(row: Row[*tuple[Any, ...]]) -> Published | None:
    if row.state != _PUBLISHED:
        return None
    return Published(sop=row.sop, revision=row.revision, policy_version=row.policy_version)


def _next_revision(connection: Connection, publication: Publication, body: str) -> Published:
    """The body becomes the next revision of the SOP; what its front matter says stays as it is published."""
    latest = rows.newest(connection, publication.sop)
    live = _SOPS.where(documents.c.id == publication.sop, documents.c.state == _PUBLISHED)
    row = connection.execute(live).one_or_none()
    before = {} if row is None else rows.document_of(row).model_dump()
    if str(before.get("body", "")).strip() == body.strip():
        raise NothingChanges(f"{publication.sop} says so already, in revision {latest}.")
    changed = {"id": publication.sop, "title": publication.title[:200], "body": body}
    document = Sop.model_validate(before | changed)
    draft = Draft(
        document=document,
        text=written(document),
        author=publication.author,
        at=publication.at,
        based_on=latest or None,
        note=publication.comment[:500],
    )
    rows.add(connection, draft, latest + 1, publication.ticket_id)
    rows.approve(connection, publication.sop, latest + 1, by=publication.approver, at=publication.at)
    rows.publish(connection, publication.sop, latest + 1, by=publication.approver, at=publication.at)
    faults = [(publication.sop, f"{each.path}: {each.message}") for each in form_problems(document)]
    mark(connection, faults, at=publication.at)  # the review counts; its SOP is for somebody to tidy up
    return Published(sop=publication.sop, revision=latest + 1)


def _decide(connection: Connection, ticket_id: str, **decision: object) -> None:
    undecided = update(reviews).where(reviews.c.ticket_id == ticket_id, reviews.c.state.in_(_UNDECIDED))
    connection.execute(undecided.values(**decision))


def _similar(ticket: Ticket) -> SimilarTicket:
    ending = ticket.ending
    return SimilarTicket(
        ticket_id=ticket.id,
        client=ticket.client,
        subject=ticket.subject,
        tier=ending.tier if ending else None,
        cause=ending.cause if ending else "",
        resolution=ending.resolution if ending else "",
        resolved_at=ending.at if ending else None,
    )


def _line(row: Row[*tuple[Any, ...]]) -> ReviewLine:
    names = ("state", "overdue_at", "decided_by", "decided_at", "reason", "answers", "changes")
    return ReviewLine(
        **{name: getattr(row, name) for name in names},
        review=Review.model_validate(row.draft),
        published=_where(row),
    )


def _revision(row: Row[*tuple[Any, ...]]) -> Revision:
    return Revision.model_validate({name: getattr(row, name) for name in Revision.model_fields})
