"""Messages on their way: each tried for a day, none waiting for another, no ticket waiting for any."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities.holding import HoldingActivities, Planned
from activities.postman import DeliveryActivities
from escalation.messages import Message
from escalation.quiet import may_wait
from workflows import options


@workflow.defn(name="Delivery")
class DeliveryWorkflow:
    """One batch of messages: those of one decision."""

    @workflow.run
    async def run(self, messages: list[Message]) -> list[list[str]]:
        """By which outlets each message went out."""
        return list(await asyncio.gather(*(self._deliver(message) for message in messages)))

    async def _deliver(self, message: Message) -> list[str]:
        held = may_wait(message) and workflow.patched("held")
        if held:
            await self._wait(message)
        try:
            return await (self._send_held(message) if held else self._send(message))
        except ActivityError as failed:
            cause = failed.cause
            unfit = isinstance(cause, ApplicationError) and cause.non_retryable
            await self._give_up(message, str(cause), expired=not unfit)
            return []

    async def _send(self, message: Message) -> list[str]:
        return await workflow.execute_activity_method(
            DeliveryActivities.deliver,
            message,
            task_queue=options.deliveries(workflow.info().task_queue),
            summary=f"{message.template} to {message.to}",
            **options.DELIVER,
        )

    async def _send_held(self, message: Message) -> list[str]:
        return await workflow.execute_activity_method(
            DeliveryActivities.deliver_held,
            Planned(message=message, at=workflow.now()),
            task_queue=options.deliveries(workflow.info().task_queue),
            summary=f"{message.template} to {message.to}",
            **options.DELIVER,
        )

    async def _wait(self, message: Message) -> None:
        """Until it may disturb; a plan that cannot be made holds nothing back."""
        try:
            held = await workflow.execute_activity_method(
                HoldingActivities.plan_delivery,
                Planned(message=message, at=workflow.now()),
                task_queue=options.deliveries(workflow.info().task_queue),
                summary="when it may disturb",
                **options.PLAN_DELIVERY,
            )
        except ActivityError as failed:
            workflow.logger.warning("not planned, so sent at once: %s: %s", message.key, failed.cause)
            return
        if held and held.until > workflow.now():
            await workflow.sleep(held.until - workflow.now(), summary=f"held: {held.because}")

    async def _give_up(self, message: Message, why: str, *, expired: bool) -> None:
        """Activities with as many arguments as ever: those of another number reach an older worker without types."""
        try:
            await workflow.execute_activity_method(
                DeliveryActivities.let_expire if expired else DeliveryActivities.give_up,
                args=[message, why],
                task_queue=options.deliveries(workflow.info().task_queue),
                summary=f"{message.template} to {message.to}: tried no more",
                **options.GIVE_UP,
            )
        except ActivityError as failed:
            workflow.logger.error("given up, and not on record: %s: %s", message.key, failed.cause)
