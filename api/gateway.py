"""The API's way to the tickets: intake, commands and queries over Temporal, and what its errors mean."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NoReturn, TypeVar

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import Priority, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from api.admission import Turns
from api.faults import KeyReused, NoSuchTicket, NotConfirmed, NotFound
from escalation.card import summary
from escalation.commands import Accept, Command, Open, Opening
from escalation.desk import open_ticket
from escalation.errors import TicketClosed
from escalation.explain import Explanation
from escalation.policy import Slice
from escalation.review.decision import Approve, ReviewOver, Waive
from escalation.review.view import ReviewView
from escalation.ticket import Ticket, fold
from escalation.view import HandoffView, SlaView, TicketView
from workflows import duty, intake
from workflows.attributes import at_start
from workflows.case import Case
from workflows.duty import DutyState, DutyWorkflow
from workflows.intake import IntakeState, IntakeWorkflow
from workflows.mailbox import mark_of, refusal_of
from workflows.review import ReviewWorkflow
from workflows.ticket import TicketWorkflow

_WAIT = timedelta(seconds=10)
_WAIT_TO_READ = timedelta(seconds=3)  # then the read side answers
_BETWEEN_WAKES = 0.25  # seconds: a storm of bodies is no storm of signals
_FINGERPRINT = "fingerprint"
_CLOSED = "The ticket is closed; nothing more can be done to it."
_AWAY = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.RESOURCE_EXHAUSTED,
        RPCStatusCode.CANCELLED,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.INTERNAL,
        RPCStatusCode.UNKNOWN,
        RPCStatusCode.ABORTED,
    }
)

Answer = TypeVar("Answer")

__all__ = ["Intake", "KeyReused", "NoSuchTicket", "NotConfirmed", "Reviews", "Tickets", "Watch"]


@dataclass(frozen=True)
class Tickets:
    """Every ticket, by its id."""

    client: Client
    task_queue: str
    turns: Turns = field(default_factory=Turns, compare=False)

    async def open(self, ticket_id: str, command: Open, policy: Slice, fingerprint: str, now: datetime) -> TicketView:
        """Take a ticket in, once however often it is asked; the view with its first owner.

        In a spike others wait for their turn; an emergency or a P1 does not.
        """
        taken_in = command.intake
        judged = fold(list(open_ticket(ticket_id, command, policy, now)))
        turn = _turn(judged)
        start = WithStartWorkflowOperation(
            TicketWorkflow.run,
            Case(ticket_id=ticket_id, policy=policy, intake=command, fingerprint=fingerprint),
            id=f"ticket/{ticket_id}",
            task_queue=self.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            search_attributes=at_start(taken_in.client, judged.priority, taken_in.category),
            memo={_FINGERPRINT: fingerprint},
            static_summary=summary(judged.priority.value, taken_in.client, taken_in.subject),
            priority=Priority(priority_key=turn, fairness_key=taken_in.client[:64]),
        )
        try:
            async with self.turns.taken(pressing=turn == 1):
                answer = await self.client.execute_update_with_start_workflow(
                    "open",
                    Opening(fingerprint=fingerprint),
                    start_workflow_operation=start,
                    id=f"open/{fingerprint}",
                    result_type=TicketView,
                    rpc_timeout=_WAIT,
                )
            return TicketView.model_validate(answer)
        except WorkflowAlreadyStartedError:
            return await self._taken_in_before(ticket_id, fingerprint)
        except (WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError, RPCError) as error:
            _explain(error)

    async def command(self, ticket_id: str, command: Command, key: str) -> TicketView:
        """Ask one thing of a ticket, once for each key; the view after it."""
        try:
            answer = await self._handle(ticket_id).execute_update(
                command.name, command, id=f"{key}/{mark_of(command)}", result_type=TicketView, rpc_timeout=_WAIT
            )
        except (WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError, RPCError) as error:
            if _lost(error):
                await self._check_open(ticket_id)
            _explain(error)
        return TicketView.model_validate(answer)

    async def note_stale(self, ticket_id: str, command: Accept) -> None:
        """Have an answer to an earlier page stand on the timeline, refused, once however often it is given."""
        try:
            await self._handle(ticket_id).signal(TicketWorkflow.claim, command, rpc_timeout=_WAIT)
        except RPCError as error:
            _explain(error)

    async def view(self, ticket_id: str) -> TicketView:
        """The ticket as its workflow knows it."""
        return await self._query(ticket_id, TicketWorkflow.view.__name__, TicketView)

    async def sla(self, ticket_id: str, at: datetime) -> SlaView:
        """Every clock of the ticket at this moment: a workflow's own time stands still between its tasks."""
        return await self._query(ticket_id, TicketWorkflow.sla.__name__, SlaView, at)

    async def handoff(self, ticket_id: str) -> HandoffView:
        """The note prefilled for the next handoff, and those so far."""
        return await self._query(ticket_id, TicketWorkflow.handoff_note.__name__, HandoffView)

    async def explain(self, ticket_id: str) -> Explanation:
        """Every trigger, and why it fired or did not."""
        return await self._query(ticket_id, TicketWorkflow.explain.__name__, Explanation)

    async def _query(self, ticket_id: str, query: str, kind: type[Answer], *said: object) -> Answer:
        try:
            answer: Answer = await self._handle(ticket_id).query(
                query, args=said, result_type=kind, rpc_timeout=_WAIT_TO_READ
            )
        except (RPCError, WorkflowQueryFailedError) as error:
            _explain(error)
        return answer

    async def _taken_in_before(self, ticket_id: str, fingerprint: str) -> TicketView:
        """The key names a ticket that has lived and closed: the same intake gets it again, another is refused."""
        try:
            described = await self._handle(ticket_id).describe(rpc_timeout=_WAIT)
        except RPCError as error:
            _explain(error)
        if await described.memo_value(_FINGERPRINT, default="", type_hint=str) != fingerprint:
            raise KeyReused("This key was used for another intake.")
        return await self.view(ticket_id)

    async def _check_open(self, ticket_id: str) -> None:
        """Raise TicketClosed for a ticket whose workflow has ended."""
        try:
            described = await self._handle(ticket_id).describe(rpc_timeout=_WAIT_TO_READ)
        except RPCError as error:
            _explain(error)
        if described.status is not WorkflowExecutionStatus.RUNNING:
            raise TicketClosed(_CLOSED)

    def _handle(self, ticket_id: str) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(f"ticket/{ticket_id}")


def _turn(ticket: Ticket) -> int:
    """When workers get to a ticket's tasks, 1 first: an emergency waits behind nobody, whatever it was judged."""
    return 1 if ticket.emergency else int(ticket.priority.value[1])


@dataclass(frozen=True)
class Watch:
    """What relieves people who are away or go home; begun with the first word, where no worker has begun it."""

    client: Client
    task_queue: str

    async def look(self) -> None:
        """Say that something has changed; NotConfirmed while Temporal does not answer."""
        try:
            await self.client.start_workflow(
                DutyWorkflow.run,
                DutyState(),
                id=duty.ID,
                task_queue=self.task_queue,
                start_signal="look",
                rpc_timeout=_WAIT_TO_READ,
            )
        except RPCError as error:
            _explain(error)


class Intake:
    """What deals with machines' bodies; begun with the first word, where no worker has begun it."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client, self._task_queue = client, task_queue
        self._turn = asyncio.Lock()
        self._next = 0.0

    async def wake(self) -> None:
        """Say that something came in, a few times a second at most; NotConfirmed while Temporal does not answer."""
        async with self._turn:
            now = asyncio.get_running_loop().time
            await asyncio.sleep(max(self._next - now(), 0.0))
            self._next = now() + _BETWEEN_WAKES
            try:
                await self._client.start_workflow(
                    IntakeWorkflow.run,
                    IntakeState(),
                    id=intake.ID,
                    task_queue=self._task_queue,
                    start_signal="look",
                    rpc_timeout=_WAIT_TO_READ,
                    static_summary=intake.SUMMARY,
                    priority=Priority(priority_key=1),
                )
            except RPCError as error:
                _explain(error)


@dataclass(frozen=True)
class Reviews:
    """The post-escalation review of each Tier 3 incident, by its ticket."""

    client: Client

    async def decide(self, ticket_id: str, decision: Approve | Waive, key: str) -> ReviewView:
        """Approve or waive, once; the view when the decision is carried out."""
        name = "approve" if isinstance(decision, Approve) else "waive"
        try:
            answer = await self._handle(ticket_id).execute_update(
                name, decision, id=key, result_type=ReviewView, rpc_timeout=_WAIT
            )
        except (WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError, RPCError) as error:
            _explain_review(error)
        return ReviewView.model_validate(answer)

    def _handle(self, ticket_id: str) -> WorkflowHandle[ReviewWorkflow, str]:
        return self.client.get_workflow_handle_for(ReviewWorkflow.run, f"review/{ticket_id}")


def _explain_review(error: Exception) -> NoReturn:
    """The same as for a ticket, in a review's words."""
    try:
        _explain(error)
    except NoSuchTicket:
        raise NotFound("There is no review of this ticket.") from None
    except TicketClosed:
        raise ReviewOver("The review is decided already.") from None


def _lost(error: Exception) -> bool:
    """Whether Temporal knows the workflow but not the update, as after a restart in the midst of one."""
    return isinstance(error, RPCError) and error.status is RPCStatusCode.NOT_FOUND and str(error).startswith("update ")


def _explain(error: Exception) -> NoReturn:
    """Raise what a failure means: a Refusal, KeyReused, NoSuchTicket or NotConfirmed; anything else as it is."""
    match error:
        case WorkflowUpdateFailedError(cause=ApplicationError() as cause):
            refusal = refusal_of(cause)
            if refusal:
                raise refusal from None
            if cause.type == "idempotency_key_reused":
                raise KeyReused(cause.message) from None
            if cause.type == "AcceptedUpdateCompletedWorkflow":
                raise NotConfirmed("The ticket moved to a new run meanwhile; ask again with the same key.") from None
            raise error
        case WorkflowUpdateRPCTimeoutOrCancelledError() | WorkflowQueryFailedError():
            raise NotConfirmed("No worker has answered in time; ask again with the same key.") from None
        case RPCError(status=RPCStatusCode.NOT_FOUND) if "already completed" in str(error):
            raise TicketClosed(_CLOSED) from None
        case RPCError() if _lost(error):
            raise NotConfirmed("The server lost sight of the command; ask again with the same key.") from None
        case RPCError(status=RPCStatusCode.NOT_FOUND):
            raise NoSuchTicket("There is no such ticket.") from None
        case RPCError(status=status) if status in _AWAY or "workflow task" in str(error).lower():
            raise NotConfirmed(
                f"Temporal does not answer ({status.name.lower()}); ask again with the same key."
            ) from None
        case _:
            raise error
