"""A back-test as a workflow: judged piece by piece, gone on with where it was, told of where it cannot be done."""

from collections.abc import AsyncGenerator, AsyncIterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from temporalio.client import Client
from temporalio.worker import Worker

from activities.backtest import BacktestActivities
from escalation.backtest import Report, TicketChanges
from escalation.backtest.kept import EXAMPLES, Judged, Trial
from tests.unit.rules.story import MONDAY
from tests.workflow.servers import dev_server, skipping_server
from tests.workflow.waiting import eventually
from workflows.backtest import BacktestAsked, BacktestWorkflow, workflow_id
from workflows.legible import Legible
from workflows.options import backtests
from workflows.sandbox import runner

PIECES = [("T-1", "T-2"), ("T-3", "T-4"), ("T-5",)]
TRIAL = Trial(id="B-1", version="next", policy="{}", since=MONDAY - timedelta(days=7), until=MONDAY)


def piece(tickets: tuple[str, ...]) -> Report:
    """Of each ticket: one more escalation than there was."""
    report = Report(most_examples=EXAMPLES)
    report.tickets = report.changed = len(tickets)
    report.replayed.escalations["functional to Tier 2"] = len(tickets)
    report.examples = [
        TicketChanges(ticket_id=each, client="acme", priority="P3", live=False, changes=()) for each in tickets
    ]
    return report


@dataclass
class Book:
    """One back-test in memory."""

    trials: dict[str, Trial] = field(default_factory=lambda: {TRIAL.id: TRIAL})
    judged: list[int] = field(default_factory=list)
    done: dict[str, Report] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def trial(self, name: str) -> Trial | None:
        return self.trials.get(name)

    def progress(self, name: str, total: int, report: Report, at: datetime) -> bool:
        assert total == 5
        self.judged.append(report.judged)
        return name in self.trials

    def finish(self, name: str, report: Report, at: datetime) -> bool:
        self.done[name] = report
        return name in self.trials

    def fail(self, name: str, why: str, at: datetime) -> bool:
        self.failed[name] = why
        return True


@dataclass
class Judge:
    """Judges by the pieces above; once it dies, or fails for good, after so many of them."""

    dies_after: int | None = None
    fails: bool = False
    asked_after: list[str] = field(default_factory=list)
    closed: int = 0
    book: Book | None = None

    async def count(self, trial: Trial) -> int:
        return sum(map(len, PIECES))

    async def parts(self, trial: Trial, after: str, examples: int) -> AsyncGenerator[Judged]:
        self.asked_after.append(after)
        try:
            for n, tickets in enumerate(each for each in PIECES if each[-1] > after):
                if self.fails:
                    raise ValueError("what a client said in confidence")
                if n == self.dies_after:
                    self.dies_after = None
                    raise BrokenProcessPool("killed")
                if self.book and n:
                    self.book.trials.clear()
                yield Judged(last=tickets[-1], report=piece(tickets))
        finally:
            self.closed += 1


@asynccontextmanager
async def at_work(client: Client, book: Book, judge: Judge) -> AsyncIterator[None]:
    doing = BacktestActivities(book, judge)
    judging = Worker(
        client, task_queue=backtests("tierline"), activities=[doing.judge_past], interceptors=[Legible()],
        max_concurrent_activities=1,
    )  # fmt: skip
    async with (
        judging,
        Worker(
            client,
            task_queue="tierline",
            workflows=[BacktestWorkflow],
            activities=[doing.end_backtest],
            interceptors=[Legible()],
            workflow_runner=runner(),
        ),
    ):
        yield


async def carried_out(client: Client) -> str:
    made = await client.execute_workflow(
        BacktestWorkflow.run, BacktestAsked(id="B-1"), id=workflow_id("B-1"), task_queue="tierline"
    )
    return made.headline


async def test_a_back_test_is_judged_piece_by_piece_and_says_how_far_it_has_come() -> None:
    book, judge = Book(), Judge()
    async with skipping_server() as env, at_work(env.client, book, judge):
        assert await carried_out(env.client) == "5 of 5 tickets would change."
    report = book.done["B-1"]
    assert book.judged == [0, 2, 4, 5]
    assert report.replayed.escalations == {"functional to Tier 2": 5}
    assert [each.ticket_id for each in report.examples] == ["T-1", "T-2", "T-3", "T-4", "T-5"]


async def test_after_its_process_was_killed_a_back_test_goes_on_where_it_was() -> None:
    book, judge = Book(), Judge(dies_after=2)
    async with skipping_server() as env, at_work(env.client, book, judge):
        assert await carried_out(env.client) == "5 of 5 tickets would change."
    assert judge.asked_after == ["", "T-4"]
    assert judge.closed == 2
    assert book.judged == [0, 2, 4, 4, 5]
    assert [each.ticket_id for each in book.done["B-1"].examples] == ["T-1", "T-2", "T-3", "T-4", "T-5"]
    assert book.done["B-1"].tickets == 5


async def test_a_fault_of_the_rules_ends_it_and_repeats_no_words_of_a_client() -> None:
    book, judge = Book(), Judge(fails=True)
    async with skipping_server() as env, at_work(env.client, book, judge):
        assert "ValueError" in await carried_out(env.client)
    assert book.failed == {"B-1": "It cannot be carried out: the rules fail on a ticket (ValueError)."}
    assert judge.asked_after == [""]


async def test_one_that_is_deleted_meanwhile_ends_and_one_that_is_not_there_never_begins() -> None:
    book = Book()
    judge = Judge(book=book)
    async with skipping_server() as env, at_work(env.client, book, judge):
        assert await carried_out(env.client) == "It was deleted meanwhile."
        assert (judge.closed, book.done) == (1, {})
        assert await carried_out(env.client) == "It was deleted meanwhile."
    assert judge.asked_after == [""]


@dataclass
class Slow(Judge):
    """Judges the first piece and then nothing more until its end."""

    async def parts(self, trial: Trial, after: str, examples: int) -> AsyncGenerator[Judged]:
        yield Judged(last="T-2", report=piece(PIECES[0]))
        await eventually(self._never, within=60)

    async def _never(self) -> bool:
        return False


async def test_one_that_an_operator_cancels_says_that_it_was_stopped() -> None:
    book = Book()
    async with dev_server() as env, at_work(env.client, book, Slow()):
        handle = await env.client.start_workflow(
            BacktestWorkflow.run, BacktestAsked(id="B-1"), id=workflow_id("B-1"), task_queue="tierline"
        )

        async def begun() -> bool:
            return book.judged == [0, 2]

        await eventually(begun)
        await handle.cancel()
        assert (await handle.result()).headline == "It was stopped."
    assert book.failed == {"B-1": "It was stopped."}


async def test_a_worker_that_stops_leaves_the_rest_to_the_next_one() -> None:
    book = Book()
    async with dev_server() as env:
        handle = None
        async with at_work(env.client, book, Slow()):
            handle = await env.client.start_workflow(
                BacktestWorkflow.run, BacktestAsked(id="B-1"), id=workflow_id("B-1"), task_queue="tierline"
            )

            async def begun() -> bool:
                return book.judged == [0, 2]

            await eventually(begun)
        judge = Judge()
        async with at_work(env.client, book, judge):
            assert (await handle.result()).headline == "5 of 5 tickets would change."
    assert judge.asked_after == ["T-2"]
