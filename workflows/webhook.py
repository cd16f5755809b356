"""One subscription of another program: it sleeps until there is something new, or something is to be tried again."""

from datetime import datetime, timedelta

from pydantic import BaseModel
from temporalio import workflow

from activities.webhooks import Carried, Carry, WebhookActivities
from workflows import options
from workflows.standing import carried_through

_LONGEST = timedelta(hours=1)  # it is woken when there is something; this is for a word that was lost
_A_BREATH = timedelta(seconds=1)


class Hook(BaseModel):
    """Which one."""

    webhook: str


@workflow.defn(name="Webhook")
class WebhookWorkflow:
    """Carries until the subscription is switched off; switched on again, it is begun anew."""

    @workflow.init
    def __init__(self, hook: Hook) -> None:
        self._hook = hook
        self._woken = False

    @workflow.run
    async def run(self, _: Hook) -> None:
        """Until it is over."""
        await carried_through(self._carry(), "switch the webhook off instead: PATCH /v1/webhooks/{id}")

    @workflow.signal(description="There is something new for it. {}")
    def look(self, *_: object) -> None:
        """Whatever comes along is passed over: an argument too many would fail the task, for ever."""
        self._woken = True

    async def _carry(self) -> None:
        while True:
            self._woken = False
            carried = await self._turn()
            if carried.over and not self._woken:
                return
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(self._hook)
            await self._sleep(_A_BREATH if carried.more else self._wait(carried.next_at))

    async def _turn(self) -> Carried:
        """A database that is away is waited for, as long as it takes."""
        return await workflow.execute_activity_method(
            WebhookActivities.carry_webhook,
            Carry(webhook=self._hook.webhook, at=workflow.now()),
            task_queue=options.webhooks(workflow.info().task_queue),
            summary="what is new, and what is due",
            **options.CARRY_WEBHOOK,
        )

    def _wait(self, next_at: datetime | None) -> timedelta:
        ahead = next_at - workflow.now() if next_at else _LONGEST
        return max(min(ahead, _LONGEST), options.SHORTEST_TIMER)

    async def _sleep(self, wait: timedelta) -> None:
        try:
            await workflow.wait_condition(
                lambda: self._woken, timeout=wait, timeout_summary="the next try, or something new"
            )
        except TimeoutError:
            return
