"""One connection to another system: hints and our own moves are gathered, and a look at everything finds the rest.

Hints only say where to look; whatever is true is fetched. So a hint that is lost, late, doubled or made up does no
harm: the next look finds what nobody told of.
"""

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.psa.asked import AT_ONCE, Batch, Found, Look, Synced
from activities.psa.connecting import PsaActivities
from activities.psa.waking import Changed, Moved, PsaState
from workflows import options
from workflows.standing import carried_through

_COMPARE_EACH = 12  # looks: every open record is compared once in so many
_MOST = 5_000  # ids kept; beyond them a comparison finds the rest
_AWAY_FIRST, _AWAY_MOST = timedelta(seconds=2), timedelta(minutes=5)
_SOON = timedelta(seconds=1)


@workflow.defn(name="Psa")
class PsaWorkflow:
    """Brings records into step, and sleeps until it hears of more or the next look is due."""

    @workflow.init
    def __init__(self, state: PsaState) -> None:
        self._connection = state.connection
        self._records = dict.fromkeys(state.record_ids)
        self._tickets = dict.fromkeys(state.ticket_ids)
        self._cursor, self._looks = state.cursor, state.looks
        self._look_at: datetime | None = None
        self._quiet_until: datetime | None = None
        self._failures = 0
        self._stopped = False

    @workflow.run
    async def run(self, _: PsaState) -> None:
        """For as long as there is the connection."""
        await carried_through(self._keep_in_step(), "a connection is ended with: tierline psa remove")

    @workflow.signal(description='Records changed there; without any, look at everything. {"record_ids":["17"]}')
    def changed(self, said: Changed) -> None:
        """Told by the other system, or by a person who wants one looked at again."""
        self._gather(self._records, said.record_ids)
        if not said.record_ids:
            self._look_at = None
            self._quiet_until = None
            self._looks = 0

    @workflow.signal(description='Tickets changed here. {"ticket_ids":["T-1"]}')
    def moved(self, said: Moved) -> None:
        """Told by our own journal."""
        self._gather(self._tickets, said.ticket_ids)

    @workflow.query(description="What is waiting to be brought into step.")
    def waiting(self) -> PsaState:
        return self._state()

    # ------------------------------------------------------------------------------------------ the loop
    async def _keep_in_step(self) -> None:
        while not self._stopped:
            if self._due(self._quiet_until):
                self._quiet_until = None
                if self._due(self._look_at):
                    await self._look()
                elif self._waiting:
                    await self._sync()
            if workflow.info().is_continue_as_new_suggested() and not self._stopped:
                workflow.continue_as_new(self._state())
            await self._sleep()

    async def _look(self) -> None:
        look = Look(connection=self._connection, cursor=self._cursor, compare=self._looks % _COMPARE_EACH == 0)
        try:
            found = await workflow.execute_activity_method(
                PsaActivities.look_at_all, look, task_queue=_queue(), summary="what changed there", **options.PSA_LOOK
            )
        except ActivityError as failed:
            workflow.logger.warning("%s was not looked at: %s", self._connection, failed.cause)
            found = Found(cursor=self._cursor, away=True)
        self._stopped = found.stopped
        if not self._rest(away=found.away):
            self._cursor, self._looks = found.cursor, self._looks + 1
            self._look_at = workflow.now() + timedelta(seconds=found.every)
            self._gather(self._records, found.record_ids)

    async def _sync(self) -> None:
        records, tickets = tuple(self._records)[:AT_ONCE], tuple(self._tickets)[:AT_ONCE]
        for name in records:
            del self._records[name]
        for name in tickets:
            del self._tickets[name]
        batch = Batch(connection=self._connection, record_ids=records, ticket_ids=tickets)
        summary = f"{len(records) + len(tickets)} record(s)"
        try:
            synced = await workflow.execute_activity_method(
                PsaActivities.sync_records,
                batch,
                task_queue=_queue(),
                summary=summary,
                **options.PSA_SYNC,
            )
        except ActivityError as failed:
            workflow.logger.warning("%s: a batch was not synced: %s", self._connection, failed.cause)
            synced = Synced(later=records, away=True)
            self._gather(self._tickets, tickets)
        self._stopped = synced.stopped
        self._gather(self._records, synced.later)
        if not self._rest(away=synced.away) and synced.later:
            self._quiet_until = workflow.now() + _SOON

    def _rest(self, *, away: bool) -> bool:
        """Wait, longer each time, for a system that does not answer."""
        self._failures = self._failures + 1 if away else 0
        self._quiet_until = None
        if away:
            wait = min(_AWAY_FIRST * 2 ** min(self._failures - 1, 10), _AWAY_MOST)
            self._quiet_until = workflow.now() + wait
        return away

    def _gather(self, waiting: dict[str, None], names: tuple[str, ...]) -> None:
        """Each once, however often it is told of; beyond the most that is kept, everything is compared."""
        for name in names:
            if len(waiting) >= _MOST:
                self._look_at, self._looks = None, 0
                return
            waiting[name] = None

    @property
    def _waiting(self) -> bool:
        return bool(self._records or self._tickets)

    def _due(self, at: datetime | None) -> bool:
        return at is None or at <= workflow.now()

    async def _sleep(self) -> None:
        """Until there is something to do; a timer and an activity are never outstanding together (docs/adr/0002)."""
        if self._stopped:
            return
        until = self._quiet_until or (workflow.now() if self._waiting else self._look_at)
        wait = (until or workflow.now()) - workflow.now()
        if wait <= timedelta():
            return
        try:
            await workflow.wait_condition(
                lambda: self._stirred(until), timeout=max(wait, options.SHORTEST_TIMER),
                timeout_summary="the next look" if until == self._look_at else "the other system is tried again",
            )  # fmt: skip
        except TimeoutError:
            return

    def _stirred(self, until: datetime | None) -> bool:
        """Whether something came that does not wait until then."""
        if self._quiet_until is not None:
            return False
        return self._waiting or self._look_at is None or self._look_at != until

    def _state(self) -> PsaState:
        return PsaState(
            connection=self._connection, record_ids=tuple(self._records), ticket_ids=tuple(self._tickets),
            cursor=self._cursor, looks=self._looks,
        )  # fmt: skip


def _queue() -> str:
    return options.psa(workflow.info().task_queue)
