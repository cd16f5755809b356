"""What comes in from machines is dealt with: one workflow that is woken by the door, and by the next moment at which
something is due. Once in a while it looks all the same, for what it was not woken for while Temporal was away.
"""

from datetime import timedelta

from pydantic import BaseModel
from temporalio import workflow

from activities.intake import Drain, Drained, IntakeActivities
from workflows import options
from workflows.standing import carried_through

ID = "intake"
SUMMARY = "Deals with what machines send"
_LONGEST = timedelta(minutes=1)
_SOON = timedelta(seconds=5)  # after something could not be reached


class IntakeState(BaseModel):
    """What goes from run to run: how much was dealt with so far."""

    bodies: int = 0
    aside: int = 0
    alerts: int = 0
    opened: int = 0


@workflow.defn(name="Intake")
class IntakeWorkflow:
    """One round after the other while there is more; then it sleeps until something is due, or until it is woken."""

    @workflow.init
    def __init__(self, state: IntakeState) -> None:
        self._state = state
        self._woken = False
        self._show()

    @workflow.run
    async def run(self, _: IntakeState) -> None:
        """For ever."""
        await carried_through(self._work(), "it deals with what machines send; stop the worker instead")

    @workflow.signal(description="Something came in: deal with it now. {}")
    def look(self, *_: object) -> None:
        """Whatever comes along is passed over: an argument too many would fail the task, for ever."""
        self._woken = True

    @workflow.query(description="How much was dealt with so far.")
    def dealt_with(self) -> IntakeState:
        return self._state

    async def _work(self) -> None:
        while True:
            self._woken = False
            drained = await workflow.execute_activity_method(
                IntakeActivities.drain, Drain(now=workflow.now()), summary="what waits in the inbox", **options.DRAIN
            )
            self._count(drained)
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(self._state)  # which looks first of all, so that nobody is woken in vain
            if not drained.more:
                await self._sleep(drained)

    async def _sleep(self, drained: Drained) -> None:
        waits = [_SOON if drained.failed else _LONGEST]
        if drained.next_at:
            waits.append(drained.next_at - workflow.now())
        try:
            await workflow.wait_condition(
                lambda: self._woken,
                timeout=max(min(waits), options.SHORTEST_TIMER),
                timeout_summary="the next clear, storm or window that is due, or a look after a minute",
            )
        except TimeoutError:
            return

    def _count(self, drained: Drained) -> None:
        counted = {name: getattr(self._state, name) + getattr(drained, name) for name in IntakeState.model_fields}
        self._state = IntakeState(**counted)
        self._show()

    def _show(self) -> None:
        state = self._state
        workflow.set_current_details(
            f"{state.bodies} bodies dealt with, of which {state.aside} were put aside; "
            f"{state.alerts} alerts heard, {state.opened} tickets opened."
        )
