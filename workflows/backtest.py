"""One back-test: past tickets under another policy, judged beside the tickets of today."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

from activities.backtest import BacktestActivities, BacktestEnd, BacktestMade
from escalation.terms import Facts
from workflows import options


class BacktestAsked(Facts):
    """Which one; everything else about it lies in the database."""

    id: str


def workflow_id(backtest: str) -> str:
    """The id of the workflow that carries it out."""
    return f"backtest/{backtest}"


@workflow.defn(name="Backtest")
class BacktestWorkflow:
    """Judges on a queue of its own, one after the other, and says so where it cannot be done."""

    @workflow.run
    async def run(self, asked: BacktestAsked) -> BacktestMade:
        """What was made: the report itself lies in the database."""
        try:
            made = await workflow.execute_activity_method(
                BacktestActivities.judge_past,
                asked.id,
                task_queue=options.backtests(workflow.info().task_queue),
                summary=f"Judges past tickets for {asked.id}",
                **options.JUDGE_PAST,
            )
        except ActivityError as error:
            made = await self._failed(asked.id, error)
        workflow.set_current_details(f"**{made.id}**\n\n{made.headline}")
        return made

    async def _failed(self, backtest: str, error: ActivityError) -> BacktestMade:
        """Told to whoever waits for it; then the workflow has done what it can."""
        why = "It was stopped." if is_cancelled_exception(error) else _reason(error)
        await workflow.execute_activity_method(
            BacktestActivities.end_backtest,
            BacktestEnd(id=backtest, why=why),
            summary=f"Says why {backtest} came to nothing",
            **options.END_BACKTEST,
        )
        return BacktestMade(id=backtest, headline=why)


def _reason(error: ActivityError) -> str:
    cause = error.cause
    said = cause.message if isinstance(cause, ApplicationError) else str(cause or error)
    return f"It cannot be carried out: {said[:500]}"
