"""The desk's mailbox, looked at every few seconds, for ever. One workflow; a look that overlaps another is harmless."""

from datetime import timedelta

from pydantic import BaseModel
from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.mail import MailActivities, Round
from workflows import options
from workflows.standing import carried_through

ID = "mail"
_AFTER_A_FAILURE = timedelta(seconds=30)


class MailState(BaseModel):
    """What goes from run to run: how often it looks, and what the last look brought."""

    every: timedelta = timedelta(seconds=10)
    last: Round = Round()


@workflow.defn(name="Mail")
class MailWorkflow:
    """Looks, and sleeps."""

    @workflow.init
    def __init__(self, state: MailState) -> None:
        self._state = state
        self._told = False

    @workflow.run
    async def run(self, _: MailState) -> None:
        """For ever."""
        await carried_through(self._watch(), "it reads the desk's mail; stop the worker instead")

    @workflow.signal(description="Look for mail now. {}")
    def look(self, *_: object) -> None:
        """Whatever comes along is passed over: an argument too many would fail the task, for ever."""
        self._told = True

    @workflow.query(description="What the last look at the mailbox brought.")
    def last(self) -> Round:
        return self._state.last

    async def _watch(self) -> None:
        while True:
            self._told = False
            wait = await self._look()
            if workflow.info().is_continue_as_new_suggested() and not self._told:
                workflow.continue_as_new(self._state)
            await self._sleep(wait)

    async def _look(self) -> timedelta:
        """Deal with what has come; how long until the next look."""
        try:
            self._state.last = await workflow.execute_activity_method(
                MailActivities.look_for_mail, summary="mail that has come", **options.LOOK_FOR_MAIL
            )
        except ActivityError as failed:
            workflow.logger.warning("mail not looked at: %s", failed.cause)
            return _AFTER_A_FAILURE
        if self._state.last.more:
            return options.SHORTEST_TIMER
        return _AFTER_A_FAILURE if self._state.last.failed else max(self._state.every, options.SHORTEST_TIMER)

    async def _sleep(self, wait: timedelta) -> None:
        try:
            await workflow.wait_condition(lambda: self._told, timeout=wait, timeout_summary="the next look for mail")
        except TimeoutError:
            return
