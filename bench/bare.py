"""A bare workflow to measure against: the same commands, the same timer while waiting, the same journal writes.

It knows no rules, asks no desk, shows nothing and refuses nothing. What each command writes was worked out
beforehand. Like the product, one loop takes the commands one at a time, and answers when the journal has them.
"""

from datetime import timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel
from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.workflow import ParentClosePolicy

TASK_QUEUE = "bare"
_WHILE_WAITING = timedelta(hours=4)
_WRITE_WITHIN = timedelta(seconds=5)
_RETRY = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_attempts=3)


class BareCase(BaseModel):
    """Which life, and how many commands it has; with `due_at`, a ticket that waits for that one deadline."""

    ticket_id: str
    life: str
    commands: int
    review_after: int | None = None
    due_at: AwareDatetime | None = None


class Written(BaseModel):
    """The journal entries of one command, by their place in the life; `at` for what a deadline writes."""

    ticket_id: str
    life: str
    place: int
    at: AwareDatetime | None = None


@workflow.defn(name="Bare")
class BareWorkflow:
    """One ticket without any rules."""

    @workflow.init
    def __init__(self, case: BareCase) -> None:
        self._case = case
        self._asked = self._answered = 0

    @workflow.run
    async def run(self, case: BareCase) -> int:
        """The number of commands answered."""
        if case.due_at is None:
            self._asked += 1  # the intake, which is this workflow's start
            await self._answer()
        while self._answered < case.commands:
            if self._asked > self._answered:
                await self._answer()
            elif not await self._asked_before(case.due_at):
                await self._write(0, workflow.now())
                case = self._case = case.model_copy(update={"due_at": None})
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._answered

    @workflow.update(name="open")
    async def open_(self, _: dict[str, Any]) -> int:
        """Wait for the intake."""
        await workflow.wait_condition(lambda: self._answered > 0)
        return self._answered

    @workflow.update
    async def command(self, _: dict[str, Any]) -> int:
        """One command, answered when the journal has it."""
        self._asked += 1
        mine = self._asked
        await workflow.wait_condition(lambda: self._answered >= mine)
        return mine

    async def _answer(self) -> None:
        place = self._answered
        await self._write(place, None)
        if place == self._case.review_after:
            await workflow.start_child_workflow(
                BareReviewWorkflow.run,
                self._case.ticket_id,
                id=f"bare-review/{self._case.ticket_id}",
                parent_close_policy=ParentClosePolicy.ABANDON,
            )
        self._answered += 1

    async def _write(self, place: int, at: AwareDatetime | None) -> None:
        written = Written(ticket_id=self._case.ticket_id, life=self._case.life, place=place, at=at)
        await workflow.execute_activity("write", written, start_to_close_timeout=_WRITE_WITHIN, retry_policy=_RETRY)

    async def _asked_before(self, due_at: AwareDatetime | None) -> bool:
        left = max(due_at - workflow.now(), timedelta(seconds=1)) if due_at else _WHILE_WAITING
        try:
            await workflow.wait_condition(lambda: self._asked > self._answered, timeout=left)
        except TimeoutError:
            return False
        return True


@workflow.defn(name="BareReview")
class BareReviewWorkflow:
    """A draft, a wait, a decision carried out."""

    def __init__(self) -> None:
        self._decided = self._over = False

    @workflow.run
    async def run(self, ticket_id: str) -> None:
        await self._do(ticket_id)
        await workflow.wait_condition(lambda: self._decided, timeout=_WHILE_WAITING)
        await self._do(ticket_id)
        self._over = True
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.update
    async def waive(self, _: dict[str, Any]) -> None:
        """Decide; the answer comes when it is carried out."""
        self._decided = True
        await workflow.wait_condition(lambda: self._over)

    async def _do(self, ticket_id: str) -> None:
        await workflow.execute_activity("review", ticket_id, start_to_close_timeout=_WRITE_WITHIN, retry_policy=_RETRY)
