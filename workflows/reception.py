"""Where what is asked of a ticket comes in: judged, put into the mailbox, answered by the loop."""

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from escalation import commands as ask
from escalation import view as views
from escalation.desk import decide
from escalation.errors import IncompleteCommand, Refusal
from escalation.ticket import Ticket
from escalation.view import TicketView
from workflows.case import Case
from workflows.examples import payload
from workflows.mailbox import Letter, check_same, failure, guarded, mark_of

Dropped = ask.Accept | ask.Escalate | ask.Absorb | ask.Adopt | ask.Disown | ask.Follow
"""What comes as a signal."""


class Reception:
    """The mailbox's front: every door of a ticket asks here."""

    _case: Case
    _mail: list[Letter]

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

    def _drop(self, kind: type[Dropped], said: tuple[object, ...]) -> None:
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
        raise IncompleteCommand(f"Say who asks: by is missing. For example: {payload(command.name)}", ["by"])
