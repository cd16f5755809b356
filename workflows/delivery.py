"""Messages on their way: each tried for a day, none waiting for another, no ticket waiting for any."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities.postman import DeliveryActivities
from escalation.messages import Message
from workflows import options


@workflow.defn(name="Delivery")
class DeliveryWorkflow:
    """One batch of messages: those of one decision."""

    @workflow.run
    async def run(self, messages: list[Message]) -> list[list[str]]:
        """By which outlets each message went out."""
        return list(await asyncio.gather(*(self._deliver(message) for message in messages)))

    async def _deliver(self, message: Message) -> list[str]:
        try:
            return await workflow.execute_activity_method(
                DeliveryActivities.deliver,
                message,
                task_queue=options.deliveries(workflow.info().task_queue),
                summary=f"{message.template} to {message.to}",
                **options.DELIVER,
            )
        except ActivityError as failed:
            cause = failed.cause
            unfit = isinstance(cause, ApplicationError) and cause.non_retryable
            await self._give_up(message, str(cause), "failed_perm" if unfit else "expired")
            return []

    async def _give_up(self, message: Message, why: str, state: str) -> None:
        try:
            await workflow.execute_activity_method(
                DeliveryActivities.give_up,
                args=[message, why, state],
                task_queue=options.deliveries(workflow.info().task_queue),
                summary=f"{message.template} to {message.to}: tried no more",
                **options.GIVE_UP,
            )
        except ActivityError as failed:
            workflow.logger.error("given up, and not on record: %s: %s", message.key, failed.cause)
