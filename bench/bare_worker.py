"""The worker of the bare workflow, set up like the product's: `python -m bench.bare_worker` beside a running stack."""

import asyncio
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from temporalio import activity
from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, Worker

from bench.bare import TASK_QUEUE, BareReviewWorkflow, BareWorkflow, Written
from bench.lives import LIVES
from bench.play import Play, default_policy, readdressed
from bench.waiting import WAITING, waiting
from escalation.commands import DeadlinePassed
from escalation.events import Entry
from stores.journal import Journal
from tierline.polling import TASKS, THREADS
from tierline.settings import Settings
from tierline.wiring import Stores, temporal
from workflows.legible import Legible
from workflows.sandbox import runner

READY = "ready"


class Scripts:
    """The bare worker's activities: what each command of each life writes was worked out before."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        policy, now = default_policy(), datetime.now(UTC)
        self._lives = {
            name: Play(policy.slice_for(life.intake.client), "T-0", now).live(life).decisions
            for name, life in LIVES.items()
        }
        overdue = waiting(policy, "T-0", now).do(DeadlinePassed())
        self._lives[WAITING] = [overdue.decisions[-1]]

    @activity.defn
    def write(self, written: Written) -> None:
        """Append the entries of one command to the journal, as the product does."""
        entries = readdressed(self._lives[written.life][written.place], written.ticket_id)
        self._journal.append([_moved(entry, written.at) for entry in entries])

    @activity.defn
    def review(self, ticket_id: str) -> None:
        """Stands for what a review does outside."""


def _moved(entry: Entry, at: datetime | None) -> Entry:
    return entry if at is None else entry.model_copy(update={"event": entry.event.model_copy(update={"at": at})})


def worker_of(client: Client, scripts: Scripts, threads: ThreadPoolExecutor) -> Worker:
    """The same sandbox, cache, threads, slots and pollers as the product's worker."""
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[BareWorkflow, BareReviewWorkflow],
        activities=[scripts.write, scripts.review],
        activity_executor=threads,
        workflow_runner=runner(),
        interceptors=[Legible()],
        max_cached_workflows=5_000,
        max_concurrent_activities=THREADS,
        max_concurrent_workflow_tasks=TASKS,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=3),
    )


async def main() -> None:
    """Poll until told to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    settings = Settings()
    client = await temporal(settings)
    with ThreadPoolExecutor(THREADS) as threads:
        async with worker_of(client, Scripts(Stores.at(settings.dsn).journal), threads):
            sys.stdout.write(f"{READY}\n")
            sys.stdout.flush()
            await stop.wait()


if __name__ == "__main__":
    asyncio.run(main())
    os._exit(0)  # as in worker.py
