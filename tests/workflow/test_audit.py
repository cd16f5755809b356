"""R92 to R95: audits are made on schedule, each of its own window, and once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from temporalio.client import Client, ScheduleBackfill, ScheduleOverlapPolicy
from temporalio.worker import Worker

from activities.audit import AuditActivities, AuditMade
from escalation.audit.record import AuditRecord
from escalation.audit.record_text import headline
from escalation.audit.window import KINDS, AuditKind, Window
from escalation.messages import render
from escalation.ports import Unavailable
from tests.api.memory_audits import MemoryAudits
from tests.unit.rules.story import POLICY
from tests.workflow.patient import patient
from tests.workflow.ports import MemoryPostman
from tests.workflow.servers import dev_server, skipping_server
from tests.workflow.waiting import eventually
from tierline.audit_schedules import schedule_audits, schedule_id
from workflows.audit import AuditAsked, AuditWorkflow
from workflows.sandbox import runner


@dataclass
class Book:
    """Audits in memory, which are away for the first so many times."""

    audits: MemoryAudits = field(default_factory=lambda: MemoryAudits(POLICY))
    away: int = 0
    post: MemoryPostman = field(default_factory=MemoryPostman)

    def make(self, kind: AuditKind, window: Window | None, *, by: str, at: datetime) -> AuditRecord:
        if self.away:
            self.away -= 1
            raise Unavailable("the audits are away")
        return self.audits.make(kind, window, by=by, at=at)


@asynccontextmanager
async def at_work(client: Client, book: Book) -> AsyncIterator[None]:
    async with patient(
        Worker(
            client,
            task_queue="tierline",
            workflows=[AuditWorkflow],
            activities=[AuditActivities(book, book.post).make_audit],
            workflow_runner=runner(),
        )
    ):
        yield


async def test_an_audit_waits_for_its_database_and_a_second_of_the_same_window_is_the_same() -> None:
    book = Book(away=8)
    async with skipping_server() as env, at_work(env.client, book):
        # Both before any waiting: the server's clock jumps by years while an activity is to be tried again.
        asked = [
            await env.client.start_workflow(
                AuditWorkflow.run, AuditAsked(kind="weekly"), id=f"audit/{n}", task_queue="tierline"
            )
            for n in range(2)
        ]
        made = [await each.result() for each in asked]
    (record,) = book.audits.records.values()
    assert made == [AuditMade(id=record.id, headline=headline(record))] * 2
    assert (record.made_by, book.away) == ("system", 0)
    (told,) = book.post.messages.values()
    assert (told.to, told.template) == ("service_manager", "audit_ready")
    assert render(POLICY.messages["audit_ready"], told.params).startswith(f"The audit {record.id} is ready: ")


async def test_r92_a_missed_monday_is_made_up_for_with_the_window_that_it_was_due_for() -> None:
    book = Book()
    async with dev_server() as env, at_work(env.client, book):
        await schedule_audits(env.client, "tierline", "America/Chicago")
        monday = datetime(2026, 6, 8, 11, tzinfo=UTC)  # six in the morning there
        missed = ScheduleBackfill(
            start_at=monday - timedelta(minutes=1),
            end_at=monday + timedelta(weeks=1, minutes=1),
            overlap=ScheduleOverlapPolicy.ALLOW_ALL,
        )
        await env.client.get_schedule_handle(schedule_id("weekly")).backfill(missed)

        async def both() -> bool:
            return len(book.audits.records) == 2

        await eventually(both)
    assert sorted(book.audits.records) == ["weekly-2026-06-01", "weekly-2026-06-08"]


async def test_the_schedules_are_registered_once_and_brought_up_to_date_and_a_paused_one_stays_paused() -> None:
    async with dev_server() as env:
        await schedule_audits(env.client, "tierline", "America/Chicago")
        handle = env.client.get_schedule_handle(schedule_id("monthly"))
        await handle.pause(note="the desk moves")
        await schedule_audits(env.client, "tierline", "Europe/Warsaw")
        for kind in KINDS:
            schedule = (await env.client.get_schedule_handle(schedule_id(kind)).describe()).schedule
            assert schedule.spec.time_zone_name == "Europe/Warsaw"
            assert schedule.policy.overlap is ScheduleOverlapPolicy.ALLOW_ALL
            assert schedule.state.paused is (kind == "monthly")
        weekly = await env.client.get_schedule_handle(schedule_id("weekly")).describe()
        first, second = weekly.info.next_action_times[:2]
        assert (first.astimezone(UTC).weekday(), second - first <= timedelta(weeks=1, hours=1)) == (0, True)
        catch_up = weekly.schedule.policy.catchup_window
        assert catch_up is not None
        assert timedelta(days=6) < catch_up < timedelta(weeks=1)  # of many that were missed, the last one
