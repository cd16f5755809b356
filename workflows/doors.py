"""The ticket's doors: an update with its validator for every command, two signals, and the queries.

A door judges, puts the command into the mailbox and waits for the loop's answer; it changes nothing itself. What a
validator refuses leaves no trace in history; validators are not run on replay, so the loop judges again.
"""

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from escalation import commands as ask
from escalation import view as views
from escalation.desk import decide
from escalation.errors import IncompleteCommand, Refusal
from escalation.ticket import Ticket
from escalation.view import HandoffView, SlaView, TicketView
from workflows.case import Case
from workflows.examples import told
from workflows.mailbox import Letter, check_same, failure, guarded, key_reused, mark_of


class TicketDoors:
    """What a ticket's workflow answers to."""

    _case: Case
    _mail: list[Letter]

    # ------------------------------------------------------------------------------------------- the way in
    async def _ask(self, command: ask.AnyCommand) -> TicketView:
        """Queue the command and wait until the loop has answered; a request id seen before is answered again."""
        await workflow.wait_condition(lambda: self._case.ticket is not None)
        request_id = _request_id(command)
        if answered := self._case.seen.get(request_id):
            check_same(answered, command)
            return self._view()
        letter = self._letter(command, request_id)
        await workflow.wait_condition(lambda: letter.answered)
        if letter.refusal:
            raise failure(letter.refusal)
        return letter.answer or self._view()

    def _letter(self, command: ask.AnyCommand, request_id: str) -> Letter:
        """The letter of this request: a second copy of one that still waits is the same letter."""
        for waiting in self._mail:
            if waiting.request_id == request_id:
                check_same(mark_of(waiting.command), command)
                return waiting
        letter = Letter(command, request_id)
        self._mail.append(letter)
        return letter

    def _judge(self, command: ask.AnyCommand) -> None:
        """Refuse now what the rules would refuse; a repeat of an answered request is let through to its answer."""
        ticket = self._case.ticket
        if ticket is None:
            return
        if answered := self._case.seen.get(_request_id(command)):
            check_same(answered, command)
            return
        try:
            _named(command)
            with guarded(command.name):
                decide(ticket, command, self._case.policy, workflow.now())
        except Refusal as refusal:
            raise failure(refusal) from None

    def _view(self) -> TicketView:
        return views.view(self._opened())

    def _drop(self, kind: type[ask.Accept | ask.Escalate | ask.Absorb], said: tuple[object, ...]) -> None:
        """A signal: the same mailbox and the same judgement; a refusal is noted on the timeline.

        Whatever was sent is taken in here: an argument too few or too many would else fail the task, for ever.
        """
        try:
            (payload,) = said
            command = kind.model_validate(payload)
        except ValueError as unreadable:
            workflow.logger.warning("a signal %s that cannot be read: %s", kind.name, type(unreadable).__name__)
            return
        known = {*self._case.seen, *(letter.request_id for letter in self._mail)}
        request_id = command.request_id
        if not request_id or request_id not in known:
            self._mail.append(Letter(command, request_id, wants_answer=False))

    # ------------------------------------------------------------------------------------------- updates
    @workflow.update(name="open", description="The ticket as it was taken in; waits for the intake. {}")
    async def open_(self, opening: ask.Opening) -> TicketView:  # noqa: ARG002 - judged by the validator
        """Answer an intake, first or repeated; the same key with another body is refused."""
        await workflow.wait_condition(lambda: self._case.ticket is not None)
        return self._view()

    @open_.validator
    def _judge_open(self, opening: ask.Opening) -> None:
        if opening.fingerprint and self._case.fingerprint and opening.fingerprint != self._case.fingerprint:
            raise key_reused("This key was used for another intake.")

    @workflow.update(description=told(ask.Triage))
    async def triage(self, command: ask.Triage) -> TicketView:
        return await self._ask(command)

    @triage.validator
    def _judge_triage(self, command: ask.Triage) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.Accept))
    async def accept(self, command: ask.Accept) -> TicketView:
        return await self._ask(command)

    @accept.validator
    def _judge_accept(self, command: ask.Accept) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.UpdateFields))
    async def update_fields(self, command: ask.UpdateFields) -> TicketView:
        return await self._ask(command)

    @update_fields.validator
    def _judge_update_fields(self, command: ask.UpdateFields) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.LogAttempt))
    async def log_attempt(self, command: ask.LogAttempt) -> TicketView:
        return await self._ask(command)

    @log_attempt.validator
    def _judge_log_attempt(self, command: ask.LogAttempt) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.Escalate))
    async def escalate(self, command: ask.Escalate) -> TicketView:
        return await self._ask(command)

    @escalate.validator
    def _judge_escalate(self, command: ask.Escalate) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.Emergency))
    async def emergency(self, command: ask.Emergency) -> TicketView:
        return await self._ask(command)

    @emergency.validator
    def _judge_emergency(self, command: ask.Emergency) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.Coordinate))
    async def coordinate(self, command: ask.Coordinate) -> TicketView:
        return await self._ask(command)

    @coordinate.validator
    def _judge_coordinate(self, command: ask.Coordinate) -> None:
        self._judge(command)

    @workflow.update(name="return", description=told(ask.Return))
    async def return_(self, command: ask.Return) -> TicketView:
        return await self._ask(command)

    @return_.validator
    def _judge_return(self, command: ask.Return) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.Transfer))
    async def transfer(self, command: ask.Transfer) -> TicketView:
        return await self._ask(command)

    @transfer.validator
    def _judge_transfer(self, command: ask.Transfer) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.Consult))
    async def consult(self, command: ask.Consult) -> TicketView:
        return await self._ask(command)

    @consult.validator
    def _judge_consult(self, command: ask.Consult) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.Hold))
    async def hold(self, command: ask.Hold) -> TicketView:
        return await self._ask(command)

    @hold.validator
    def _judge_hold(self, command: ask.Hold) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.Resume))
    async def resume(self, command: ask.Resume) -> TicketView:
        return await self._ask(command)

    @resume.validator
    def _judge_resume(self, command: ask.Resume) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.ContactMade))
    async def contact(self, command: ask.ContactMade) -> TicketView:
        return await self._ask(command)

    @contact.validator
    def _judge_contact(self, command: ask.ContactMade) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.LogNearMiss))
    async def near_miss(self, command: ask.LogNearMiss) -> TicketView:
        return await self._ask(command)

    @near_miss.validator
    def _judge_near_miss(self, command: ask.LogNearMiss) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.RateNote))
    async def rate_note(self, command: ask.RateNote) -> TicketView:
        return await self._ask(command)

    @rate_note.validator
    def _judge_rate_note(self, command: ask.RateNote) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.CompleteNote))
    async def complete_note(self, command: ask.CompleteNote) -> TicketView:
        return await self._ask(command)

    @complete_note.validator
    def _judge_complete_note(self, command: ask.CompleteNote) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.Comment))
    async def comment(self, command: ask.Comment) -> TicketView:
        return await self._ask(command)

    @comment.validator
    def _judge_comment(self, command: ask.Comment) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.Resolve))
    async def resolve(self, command: ask.Resolve) -> TicketView:
        return await self._ask(command)

    @resolve.validator
    def _judge_resolve(self, command: ask.Resolve) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.Reopen))
    async def reopen(self, command: ask.Reopen) -> TicketView:
        return await self._ask(command)

    @reopen.validator
    def _judge_reopen(self, command: ask.Reopen) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.Close))
    async def close(self, command: ask.Close) -> TicketView:
        return await self._ask(command)

    @close.validator
    def _judge_close(self, command: ask.Close) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.Cancel))
    async def cancel(self, command: ask.Cancel) -> TicketView:
        return await self._ask(command)

    @cancel.validator
    def _judge_cancel(self, command: ask.Cancel) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.Merge))
    async def merge(self, command: ask.Merge) -> TicketView:
        return await self._ask(command)

    @merge.validator
    def _judge_merge(self, command: ask.Merge) -> None:
        self._judge(command)

    # ------------------------------------------------------------------------------------------- signals
    @workflow.signal(description=told(ask.Accept))
    def claim(self, *said: object) -> None:
        self._drop(ask.Accept, said)

    @workflow.signal(description=told(ask.Escalate))
    def handoff(self, *said: object) -> None:
        self._drop(ask.Escalate, said)

    @workflow.signal(description="From another ticket that is merged into this one.")
    def absorb(self, *said: object) -> None:
        self._drop(ask.Absorb, said)

    # ------------------------------------------------------------------------------------------- queries
    @workflow.query(description="Where the ticket is, who has it, what is next, what is allowed.")
    def view(self) -> TicketView:
        return self._view()

    @workflow.query(description="Every clock, explained.")
    def sla(self) -> SlaView:
        return views.sla_view(self._opened(), self._case.policy, workflow.now())

    @workflow.query(description="The note prefilled for the next handoff, and every note so far.")
    def handoff_note(self) -> HandoffView:
        return views.handoff_view(self._opened(), self._case.policy)

    @workflow.query(description="What falls due, soonest first.")
    def next_deadlines(self) -> list[views.DeadlineView]:
        return views.due(self._opened())

    def _opened(self) -> Ticket:
        if self._case.ticket is None:
            raise ApplicationError("The ticket is still being taken in.", type="not_open_yet")
        return self._case.ticket


def _request_id(command: ask.AnyCommand) -> str:
    """The request's own id, or the update's."""
    info = workflow.current_update_info()
    return command.request_id or (info.id if info else "")


def _named(command: ask.AnyCommand) -> None:
    if not command.by.strip():
        raise IncompleteCommand("Say who asks: by is missing.", ["by"])
