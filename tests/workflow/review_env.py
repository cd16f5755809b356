"""A review on the time-skipping server: its workflow and activities for real, its ports in memory."""

from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.desk import DeskActivities
from activities.effects import EffectActivities
from activities.review import ReviewActivities
from escalation.errors import Refusal
from escalation.ports import Unavailable
from escalation.review.incident import (
    Document,
    Publication,
    Published,
    Review,
    ReviewCase,
    SimilarTicket,
    Waiver,
)
from escalation.review.view import ReviewView
from escalation.ticket import Ticket
from tests.unit.incident import entries_of, incident
from tests.unit.rules.story import POLICY
from tests.workflow.desk import Desk
from tests.workflow.patient import patient
from tests.workflow.ports import MemoryDesk, MemoryJournal, MemoryLibrary, MemoryPostman, MemoryRecord
from tests.workflow.servers import skipping_server
from workflows.legible import Legible
from workflows.review import ReviewWorkflow
from workflows.sandbox import runner
from workflows.ticket import TicketWorkflow

_TRIES = 50


class MemoryReviews:
    """Reviews and documents in memory; a second call with the same ticket changes nothing."""

    def __init__(self) -> None:
        self.away = False
        self.drafts: dict[str, Review] = {}
        self.overdue: dict[str, list[datetime]] = {}
        self.documents: list[Document] = []
        self.publications: dict[str, Publication] = {}
        self.waivers: dict[str, Waiver] = {}
        self.failures = 0
        self.refuses: Refusal | None = None

    def similar(self, ticket: Ticket, limit: int = 5) -> Sequence[SimilarTicket]:
        self._reach()
        return [SimilarTicket(ticket_id="T-0", tier=1, cause="identity", resolution=ticket.subject)][:limit]

    def document(self, sop: str) -> Document | None:
        self._reach()
        return next((document for document in reversed(self.documents) if document.sop == sop), None)

    def save_draft(self, review: Review) -> None:
        self._reach()
        self.drafts.setdefault(review.case.ticket_id, review)

    def mark_overdue(self, ticket_id: str, at: datetime) -> None:
        self._reach()
        self.overdue.setdefault(ticket_id, []).append(at)

    def publish(self, publication: Publication) -> Published:
        self._reach()
        if self.refuses is not None:
            raise self.refuses
        self.publications.setdefault(publication.ticket_id, publication)
        kept = self.publications[publication.ticket_id]
        revision = [p.ticket_id for p in self.publications.values()].index(kept.ticket_id) + 1
        version = f"2026.1+{kept.ticket_id}" if kept.amendments else None
        if kept.body is None:
            return Published(policy_version=version)
        return Published(sop=kept.sop, revision=revision, policy_version=version)

    def waive(self, waiver: Waiver) -> None:
        self._reach()
        self.waivers.setdefault(waiver.ticket_id, waiver)

    def _reach(self) -> None:
        if self.away:
            self.failures += 1
            raise Unavailable("the documents are away")


@dataclass
class ReviewDesk:
    """One incident whose review can be started, and what happened to it."""

    env: WorkflowEnvironment
    reviews: MemoryReviews
    journal: MemoryJournal
    post: MemoryPostman
    people: MemoryDesk

    async def start(
        self, *, journalled: bool = True, overdue_by: timedelta | None = None
    ) -> WorkflowHandle[ReviewWorkflow, str]:
        """Begin the review of the incident; without its journal, the draft has to wait."""
        story = incident()
        case = ReviewCase.of(story.ticket, story.policy, await self.env.get_current_time())
        if overdue_by:
            case = case.model_copy(update={"due_at": case.opened_at - overdue_by})
        if journalled:
            self.write_journal()
        return await self.env.client.start_workflow(
            ReviewWorkflow.run, case, id=f"review/{case.ticket_id}", task_queue="tierline"
        )

    def write_journal(self) -> None:
        self.journal.append(entries_of(incident().events))

    async def drafted(self) -> WorkflowHandle[ReviewWorkflow, str]:
        """A review that waits for its decision."""
        handle = await self.start()
        await self.until(handle, "open")
        return handle

    async def until(self, handle: WorkflowHandle[ReviewWorkflow, str], state: str) -> ReviewView:
        """Let time pass, by seconds, until the review is in this state."""
        for _ in range(_TRIES):
            view = await handle.query(ReviewWorkflow.state)
            if view.state == state:
                return view
            await self.env.sleep(1)
        raise AssertionError(f"still {view.state}, not {state}")

    async def skip(self, **span: float) -> None:
        await self.env.sleep(timedelta(**span))

    async def skip_to(self, moment: datetime) -> None:
        await self.env.sleep(moment - await self.env.get_current_time())

    def informed(self) -> list[str]:
        """To whom it was said that the review waits, in order."""
        return [message.to for message in self.post.messages.values() if message.template == "review_due"]

    def tickets(self) -> Desk:
        """The same server, as those see it who work on tickets."""
        return Desk(self.env, self.env.client, POLICY, self.people, self.journal, self.post)


@asynccontextmanager
async def review_desk(cached: int) -> AsyncIterator[ReviewDesk]:
    """A desk on a server of its own, whose worker keeps `cached` workflows in memory."""
    async with skipping_server() as env:
        desk = ReviewDesk(env, MemoryReviews(), MemoryJournal(), MemoryPostman(), MemoryDesk(POLICY))
        with ThreadPoolExecutor(4) as threads:
            async with _worker(desk, threads, cached):
                yield desk


def _worker(desk: ReviewDesk, threads: ThreadPoolExecutor, cached: int) -> Worker:
    asking = DeskActivities(desk.people, MemoryRecord(desk.journal), MemoryLibrary())
    reviewing = ReviewActivities(desk.reviews, desk.journal, desk.post)
    return patient(
        Worker(
            desk.env.client,
            task_queue="tierline",
            workflows=[TicketWorkflow, ReviewWorkflow],
            activities=[
                asking.name_receivers,
                asking.client_of,
                asking.guide_of,
                EffectActivities(desk.journal, desk.post).carry_out,
                reviewing.draft_review,
                reviewing.review_overdue,
                reviewing.publish_revision,
                reviewing.waive_review,
            ],
            activity_executor=threads,
            interceptors=[Legible()],
            workflow_runner=runner(),
            max_cached_workflows=cached,
        )
    )
