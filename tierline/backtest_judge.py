"""The judge of the worker: past tickets judged in one process beside it, whose own threads belong to live tickets."""

import asyncio
from collections.abc import AsyncGenerator

from sqlalchemy import Engine

from escalation.backtest.kept import Judged, Trial
from stores.stories import Stories
from tierline.backtest_pool import AT_ONCE, pool
from tierline.backtest_work import Task, judge_ids


class ProcessJudge:
    """Implements `escalation.backtest.kept.PastJudge`; `dsn` is where the process finds the journal."""

    def __init__(self, engine: Engine, dsn: str) -> None:
        self._engine, self._dsn = engine, dsn

    async def count(self, trial: Trial) -> int:
        """How many tickets were taken in during the window."""
        return await asyncio.to_thread(self._stories(trial).count)

    async def parts(self, trial: Trial, after: str, examples: int) -> AsyncGenerator[Judged]:
        """A hundred at a time. However this ends, the process ends with it, or with the tickets that it is at."""
        batches = self._stories(trial).ids(AT_ONCE, after)
        task = Task(policy=trial.policy, until=trial.until, dsn=self._dsn, examples=examples)
        aside = pool(task, 1, aside=True)
        try:
            while batch := await asyncio.to_thread(next, batches, None):
                part = await asyncio.wrap_future(aside.submit(judge_ids, batch))
                yield Judged(last=batch[-1], report=part.report)
        finally:
            aside.shutdown(wait=False, cancel_futures=True)

    def _stories(self, trial: Trial) -> Stories:
        return Stories(self._engine, trial.since, trial.until)
