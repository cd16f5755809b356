"""Who goes home, who is away, when nobody will be on call, and who is to be told of a document: one workflow that
waits for the next end of a shift, beginning of an absence, or gap of cover that comes into sight.

Nothing polls: it sleeps until the moment that the desk names, or until somebody says that something has changed. Once
in a while it looks all the same, for what nobody told it of: people who left with a new policy.
"""

from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel
from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.cover import Ahead, CoverActivities
from activities.readings import ReadingActivities, Tell
from activities.relief import Look, Outcome, ReliefActivities
from escalation.oncall import KnownGap
from workflows import options
from workflows.standing import carried_through

ID = "duty"
_LONGEST = timedelta(minutes=15)
_SOON = timedelta(seconds=10)  # after a change: a ticket may have been on its way to somebody who had just left
_KEPT = 100


class DutyState(BaseModel):
    """What goes from run to run: up to when everything was seen to, what came of it last, which gaps were told of."""

    seen_to: AwareDatetime | None = None
    outcomes: list[Outcome] = []
    gaps: tuple[KnownGap, ...] = ()


@workflow.defn(name="Duty")
class DutyWorkflow:
    """Looks, and sleeps until there is something to see."""

    @workflow.init
    def __init__(self, state: DutyState) -> None:
        self._state = state
        self._told = False

    @workflow.run
    async def run(self, _: DutyState) -> None:
        """For ever."""
        await carried_through(self._watch(), "it relieves whoever is away or goes home; stop the worker instead")

    @workflow.signal(description="Somebody is away or back, a rota or the policy has changed: look now. {}")
    def look(self, *_: object) -> None:
        """Whatever comes along is passed over: an argument too many would fail the task, for ever."""
        self._told = True

    @workflow.query(description="The tickets that changed hands last, and what came of each.")
    def outcomes(self) -> list[Outcome]:
        return self._state.outcomes

    async def _watch(self) -> None:
        while True:
            told, self._told = self._told, False
            wait = await self._see(told=told)
            if workflow.info().is_continue_as_new_suggested() and not self._told:
                workflow.continue_as_new(self._state)
            await self._sleep(wait)

    async def _see(self, *, told: bool) -> timedelta:
        """Relieve whom there is to relieve; how long until there may be more."""
        now = workflow.now()
        seen = await workflow.execute_activity_method(
            ReliefActivities.relieve,
            Look(since=self._state.seen_to or now, now=now),
            summary="who is away or goes home",
            **options.RELIEVE,
        )
        self._state.seen_to = seen.seen_to
        self._state.outcomes = [*self._state.outcomes, *seen.outcomes][-_KEPT:]
        gap_at = await self._warn(now)
        more = await self._tell(now)
        if told or more or any(outcome.failed for outcome in seen.outcomes):
            return _SOON
        ahead = [at - workflow.now() for at in (seen.next_at, gap_at) if at]
        return max(min([*ahead, _LONGEST]), options.SHORTEST_TIMER)

    async def _warn(self, now: datetime) -> datetime | None:
        """Have the service manager told of gaps; when the next has to be. A failure holds nobody's relief up."""
        try:
            watched = await workflow.execute_activity_method(
                CoverActivities.warn_of_gaps,
                Ahead(now=now, known=self._state.gaps),
                summary="gaps of cover ahead",
                **options.CARRY_OUT,
            )
        except ActivityError as failed:
            workflow.logger.warning("gaps of cover not looked at: %s", failed.cause)
            return None
        self._state.gaps = watched.known
        return watched.next_at

    async def _tell(self, now: datetime) -> bool:
        """Have Tier 1 and Tier 2 told of what was published; whether there are more to tell."""
        try:
            told = await workflow.execute_activity_method(
                ReadingActivities.tell_readers, Tell(now=now), summary="documents published lately", **options.TELL
            )
        except ActivityError as failed:
            workflow.logger.warning("nobody told of documents: %s", failed.cause)
            return False
        return told.more

    async def _sleep(self, wait: timedelta) -> None:
        try:
            await workflow.wait_condition(
                lambda: self._told, timeout=wait, timeout_summary="the next end of a shift, or a look after 15 minutes"
            )
        except TimeoutError:
            return
