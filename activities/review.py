"""The review's dealings with journal, documents and people."""

import asyncio

from pydantic import AwareDatetime
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.effects import Postman
from escalation.errors import Refusal
from escalation.events import Resolved
from escalation.messages import Message, RecipientKind, message_key
from escalation.ports import Journal
from escalation.review.draft import draft
from escalation.review.incident import Concluded, Publication, Refused, Review, ReviewCase, Reviews, Waiver
from escalation.review.sop import sop_of
from escalation.review.text import summary
from escalation.review.view import Drafted
from escalation.terms import Facts
from escalation.ticket import fold
from escalation.zones import zone_named


class Reminder(Facts):
    """A review that was due: for the `n`th time, one week after the other."""

    case: ReviewCase
    n: int
    at: AwareDatetime


class ReviewActivities:
    """Reviews, as activities: each may run again, and is tried until its database answers."""

    def __init__(self, reviews: Reviews, journal: Journal, postman: Postman) -> None:
        self._reviews = reviews
        self._journal = journal
        self._postman = postman

    @activity.defn
    async def draft_review(self, case: ReviewCase) -> Drafted:
        """Write the review from the journal, keep it, and tell its owner; fails until the resolution is journalled."""
        review = await asyncio.to_thread(self._drafted, case)
        await self._postman.take([_message(case, 0, case.owner, "person", case.opened_at)])
        return Drafted(summary=summary(review), questions=review.questions, proposed=review.proposed)

    @activity.defn
    async def review_overdue(self, reminder: Reminder) -> None:
        """Mark the review overdue and inform the service manager; a repeat has the same key and reaches nobody."""
        await asyncio.to_thread(self._reviews.mark_overdue, reminder.case.ticket_id, reminder.at)
        await self._postman.take([_message(reminder.case, reminder.n, "service_manager", "role", reminder.at)])

    @activity.defn
    async def publish_revision(self, publication: Publication) -> Concluded:
        """The changes, published once for each review; a refusal is an answer, and not tried again."""
        try:
            return Concluded(published=await asyncio.to_thread(self._reviews.publish, publication))
        except Refusal as refusal:
            said = Refused(code=refusal.code, message=refusal.message, details=refusal.details)
            return Concluded(refused=said)

    @activity.defn
    async def waive_review(self, waiver: Waiver) -> None:
        """The review ended without a change."""
        await asyncio.to_thread(self._reviews.waive, waiver)

    def _drafted(self, case: ReviewCase) -> Review:
        entries = self._journal.entries(case.ticket_id)
        if not any(isinstance(entry.event, Resolved) for entry in entries):
            raise ApplicationError(
                f"The journal does not have the resolution of {case.ticket_id} yet.", type="not_journalled_yet"
            )
        ticket = fold([entry.event for entry in entries])
        current = self._reviews.document(sop_of(case))
        review = draft(case, entries, self._reviews.similar(ticket), current)
        self._reviews.save_draft(review)
        return review


def _message(case: ReviewCase, n: int, to: str, kind: RecipientKind, at: AwareDatetime) -> Message:
    return Message(
        key=message_key(f"review/{case.ticket_id}", n, "review_due", to),
        ticket_id=case.ticket_id,
        template="review_due",
        urgent=False,
        to=to,
        recipient_kind=kind,
        params={
            "ticket_id": case.ticket_id,
            "summary": case.subject,
            "client_name": case.client_name or case.client,
            "priority": case.priority.value,
            "owner_name": case.owner,
            "service_manager_name": case.manager,
            "due_local": case.due_at.astimezone(zone_named(case.zone)).strftime("%a %d %b %H:%M %Z"),
        },
        at=at,
    )
