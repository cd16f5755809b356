"""What a test worker is made of: the real workflows and activities over ports in memory."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from temporalio.client import Client
from temporalio.worker import Worker, WorkflowRunner

from activities.cover import CoverActivities
from activities.desk import DeskActivities
from activities.effects import EffectActivities
from activities.readings import ReadingActivities
from activities.relief import ReliefActivities
from activities.review import ReviewActivities
from escalation.policy import Policy
from tests.workflow.patient import patient
from tests.workflow.ports import (
    MemoryCover,
    MemoryDesk,
    MemoryJournal,
    MemoryLibrary,
    MemoryPostman,
    MemoryReadings,
    MemoryRecord,
    MemoryRelief,
)
from tests.workflow.review_env import MemoryReviews
from workflows.duty import DutyWorkflow
from workflows.legible import Legible
from workflows.review import ReviewWorkflow
from workflows.sandbox import runner
from workflows.ticket import TicketWorkflow


@dataclass
class Parts:
    """The ports of one desk, and the workers that use them; tests take ports away and bring them back."""

    client: Client
    people: MemoryDesk
    journal: MemoryJournal
    post: MemoryPostman
    reviews: MemoryReviews
    relief: MemoryRelief = field(default_factory=MemoryRelief)
    cover: MemoryCover = field(default_factory=MemoryCover)
    library: MemoryLibrary = field(default_factory=MemoryLibrary)
    readings: MemoryReadings = field(default_factory=MemoryReadings)

    def __post_init__(self) -> None:
        self.record = MemoryRecord(self.journal)

    @classmethod
    def of(cls, client: Client, policy: Policy) -> "Parts":
        return cls(client, MemoryDesk(policy), MemoryJournal(), MemoryPostman(), MemoryReviews())

    @asynccontextmanager
    async def worker(self, cached: int = 1000, workflow_runner: WorkflowRunner | None = None) -> AsyncIterator[None]:
        """A worker that keeps `cached` workflows in memory."""
        reviewing = ReviewActivities(self.reviews, self.journal, self.post)
        asking = DeskActivities(self.people, self.record, self.library)
        with ThreadPoolExecutor(8) as threads:
            async with patient(
                Worker(
                    self.client,
                    task_queue="tierline",
                    workflows=[TicketWorkflow, ReviewWorkflow, DutyWorkflow],
                    activities=[
                        asking.name_receivers,
                        asking.client_of,
                        asking.guide_of,
                        EffectActivities(self.journal, self.post).carry_out,
                        reviewing.draft_review,
                        reviewing.review_overdue,
                        reviewing.publish_revision,
                        reviewing.waive_review,
                        ReliefActivities(self.client, self.relief).relieve,
                        CoverActivities(self.cover, self.post).warn_of_gaps,
                        ReadingActivities(self.readings, self.post).tell_readers,
                    ],
                    activity_executor=threads,
                    interceptors=[Legible()],
                    workflow_runner=workflow_runner or runner(),
                    max_cached_workflows=cached,
                )
            ):
                yield
