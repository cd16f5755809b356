"""Giving tickets to somebody else when their owner is away, has left or went home."""

import asyncio
from uuid import uuid4

import structlog
from pydantic import AwareDatetime
from temporalio import activity
from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.measures import UNCOUNTED, Measures
from escalation.commands import Relieve
from escalation.ports import Relief, Relieved
from escalation.terms import Facts
from escalation.view import TicketView

log = structlog.get_logger()

_AT_ONCE = 8
_OVER = frozenset({"ticket_closed"})
_PATIENCE = 10  # seconds for one ticket


class Look(Facts):
    """Who is to be relieved at `now`; shifts that ended up to `since` were seen to before."""

    since: AwareDatetime
    now: AwareDatetime


class Outcome(Facts):
    """What came of one ticket: its owner from now on, or why it could not be asked."""

    ticket_id: str
    person: str
    why: str
    owner: str | None = None
    failed: str | None = None


class Seen(Facts):
    """What was done, up to when all of it was, and when to look again."""

    outcomes: tuple[Outcome, ...]
    seen_to: AwareDatetime
    next_at: AwareDatetime | None = None


class ReliefActivities:
    """The desk's relief, as an activity; tickets are asked one by one, each by its own update."""

    def __init__(self, client: Client, relief: Relief, measures: Measures = UNCOUNTED) -> None:
        self._client, self._relief, self._measures = client, relief, measures

    @activity.defn
    async def relieve(self, look: Look) -> Seen:
        """Safe to repeat: a ticket that is somebody else's by now stays theirs. What failed is looked at again."""
        swept = await asyncio.to_thread(self._relief.sweep, look.since, look.now)
        turns = asyncio.Semaphore(_AT_ONCE)
        outcomes = await asyncio.gather(*(self._relieved(due, turns) for due in swept.relieved))
        self._measures.looked()
        failed = any(outcome.failed for outcome in outcomes)
        return Seen(outcomes=tuple(outcomes), seen_to=look.since if failed else look.now, next_at=swept.next_at)

    async def _relieved(self, due: Relieved, turns: asyncio.Semaphore) -> Outcome:
        said = {"ticket_id": due.ticket_id, "person": due.person, "why": due.why}
        try:
            async with turns:
                view = await self._ask(due)
        except (WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError, RPCError) as error:
            reason = _over(error)
            if reason is None:
                log.warning("not relieved", ticket_id=due.ticket_id, person=due.person, error=type(error).__name__)
            return Outcome(**said, failed=None if reason else f"{type(error).__name__}: {error}"[:300])
        return Outcome(**said, owner=view.owner)

    async def _ask(self, due: Relieved) -> TicketView:
        handle = self._client.get_workflow_handle(f"ticket/{due.ticket_id}")
        command = Relieve(person=due.person, why=due.why)
        async with asyncio.timeout(_PATIENCE):
            answer = await handle.execute_update(
                Relieve.name, command, id=f"relieve/{uuid4().hex}", result_type=TicketView
            )
        return TicketView.model_validate(answer)


def _over(error: Exception) -> str | None:
    """Whether nothing can be asked of the ticket any more, so that nobody needs relief from it."""
    if isinstance(error, RPCError):
        return "gone" if error.status is RPCStatusCode.NOT_FOUND else None
    cause = error.cause if isinstance(error, WorkflowUpdateFailedError) else None
    return "over" if isinstance(cause, ApplicationError) and cause.type in _OVER else None
