"""Carrying out a back-test, as an activity: it lasts, says how far it has come, and goes on from there if it must."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import BrokenExecutor
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import UTC, datetime

from temporalio import activity
from temporalio.exceptions import ApplicationError

from escalation.backtest.kept import EXAMPLES, MOST_BYTES, BacktestRun, PastJudge, SoFar, Trial
from escalation.backtest.report import Report
from escalation.ports import Unavailable
from escalation.terms import Facts

_BEAT = 5.0  # seconds; a batch may take longer on a machine that has better things to do


class BacktestMade(Facts):
    """What came of it."""

    id: str
    headline: str


class BacktestEnd(Facts):
    """Which one came to nothing, and why."""

    id: str
    why: str


class BacktestActivities:
    """Back-tests, as activities; the judge works in a process of its own, so that no live ticket waits for it."""

    def __init__(self, book: BacktestRun, judge: PastJudge) -> None:
        self._book, self._judge = book, judge

    @activity.defn
    async def judge_past(self, backtest: str) -> BacktestMade:
        """The whole back-test; a repeat goes on from the last heartbeat, and one that was deleted ends at once."""
        trial = await asyncio.to_thread(self._book.trial, backtest)
        if trial is None:
            return _deleted(backtest)
        try:
            report = await self._judged(trial)
        except asyncio.CancelledError:
            if activity.is_worker_shutdown():  # as a cancellation it would not be tried again
                raise ApplicationError("The worker stopped; another goes on.", type="WorkerStopped") from None
            raise
        except BrokenExecutor:  # which the SDK would take for the end of its own threads, and stop the worker
            raise ApplicationError("The judging process was killed; another goes on.", type="ProcessKilled") from None
        except Unavailable:
            raise
        except Exception as fault:
            kind = type(fault).__name__  # its words may be a client's own: they stay in the history
            raise ApplicationError(f"the rules fail on a ticket ({kind}).", type=kind, non_retryable=True) from fault
        if report is None or not await asyncio.to_thread(self._book.finish, backtest, report, datetime.now(UTC)):
            return _deleted(backtest)
        return BacktestMade(id=backtest, headline=f"{report.changed:,} of {report.tickets:,} tickets would change.")

    @activity.defn
    async def end_backtest(self, end: BacktestEnd) -> None:
        """Say why it came to nothing."""
        await asyncio.to_thread(self._book.fail, end.id, end.why, datetime.now(UTC))

    async def _judged(self, trial: Trial) -> Report | None:
        """The report on every ticket; None if somebody deleted the back-test meanwhile."""
        far = [_so_far()]
        total = await self._judge.count(trial)
        async with _beating(far), aclosing(self._judge.parts(trial, far[0].last, EXAMPLES)) as parts:
            if not await self._told(trial, total, far[0].report):
                return None
            async for part in parts:
                far[0].report.absorb(part.report)
                far[0] = SoFar(last=part.last, report=far[0].report.within(MOST_BYTES))
                activity.heartbeat(far[0])
                if not await self._told(trial, total, far[0].report):
                    return None
        return far[0].report

    async def _told(self, trial: Trial, total: int, report: Report) -> bool:
        return await asyncio.to_thread(self._book.progress, trial.id, total, report, datetime.now(UTC))


def _so_far() -> SoFar:
    """Where an earlier try has come to."""
    details = activity.info().heartbeat_details
    return SoFar.model_validate(details[0]) if details else SoFar(report=Report(most_examples=EXAMPLES))


@asynccontextmanager
async def _beating(far: list[SoFar]) -> AsyncIterator[None]:
    """Says in between that it lives, and where it is."""

    async def beat() -> None:
        while True:
            activity.heartbeat(far[0])
            await asyncio.sleep(_BEAT)

    beats = asyncio.create_task(beat())
    try:
        yield
    finally:
        beats.cancel()
        with suppress(asyncio.CancelledError):
            await beats


def _deleted(backtest: str) -> BacktestMade:
    return BacktestMade(id=backtest, headline="It was deleted meanwhile.")
