"""The ticket's doors: an update with its validator for every command, two signals, and the queries.

A door judges, puts the command into the mailbox and waits for the loop's answer; it changes nothing itself. What a
validator refuses leaves no trace in history; validators are not run on replay, so the loop judges again.
"""

from temporalio import workflow

from escalation import commands as ask
from escalation import view as views
from escalation.explain import Explanation
from escalation.explain import explain as explained
from escalation.view import HandoffView, SlaView, TicketView
from workflows.alert_doors import AlertDoors
from workflows.examples import told
from workflows.legible import moment
from workflows.mailbox import key_reused


class TicketDoors(AlertDoors):
    """What a ticket's workflow answers to."""

    # ------------------------------------------------------------------------------------------- updates
    @workflow.update(name="open", description="Changes nothing: the ticket as it is, once it is taken in. {}")
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

    @workflow.update(description=told(ask.Tick))
    async def tick(self, command: ask.Tick) -> TicketView:
        return await self._ask(command)

    @tick.validator
    def _judge_tick(self, command: ask.Tick) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.WalkTree))
    async def walk_tree(self, command: ask.WalkTree) -> TicketView:
        return await self._ask(command)

    @walk_tree.validator
    def _judge_walk_tree(self, command: ask.WalkTree) -> None:
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

    @workflow.update(description=told(ask.HandOver))
    async def hand_over(self, command: ask.HandOver) -> TicketView:
        return await self._ask(command)

    @hand_over.validator
    def _judge_hand_over(self, command: ask.HandOver) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.Relieve))
    async def relieve(self, command: ask.Relieve) -> TicketView:
        return await self._ask(command)

    @relieve.validator
    def _judge_relieve(self, command: ask.Relieve) -> None:
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

    @workflow.update(description=told(ask.ChangeAgreement))
    async def change_agreement(self, command: ask.ChangeAgreement) -> TicketView:
        return await self._ask(command)

    @change_agreement.validator
    def _judge_change_agreement(self, command: ask.ChangeAgreement) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.AdoptPolicy))
    async def adopt_policy(self, command: ask.AdoptPolicy) -> TicketView:
        return await self._ask(command)

    @adopt_policy.validator
    def _judge_adopt_policy(self, command: ask.AdoptPolicy) -> None:
        self._judge(command)

    # ------------------------------------------------------------------------------------------- signals
    @workflow.signal(description=told(ask.Accept))
    def claim(self, *said: object) -> None:
        self._drop(ask.Accept, said)

    @workflow.signal(description=told(ask.Escalate))
    def handoff(self, *said: object) -> None:
        self._drop(ask.Escalate, said)

    @workflow.signal(description=told(ask.Absorb))
    def absorb(self, *said: object) -> None:
        self._drop(ask.Absorb, said)

    # ------------------------------------------------------------------------------------------- queries
    @workflow.query(description="Where the ticket is, who has it, what is next, what is allowed.")
    def view(self) -> TicketView:
        return self._view()

    @workflow.query(description='Every clock, explained; as of a later moment, if one is named. "2026-03-02T09:00:00Z"')
    def sla(self, at: object = None) -> SlaView:
        """As they stand at this moment; without one, when the workflow last did something: its time stands still."""
        now = workflow.now()
        asked = moment(at)
        return views.sla_view(self._opened(), self._case.policy, max(asked, now) if asked else now)

    @workflow.query(description="The note prefilled for the next handoff, and every note so far.")
    def handoff_note(self) -> HandoffView:
        return views.handoff_view(self._opened(), self._case.policy)

    @workflow.query(description="Every trigger: fired or not, when and on which values, and what it would need.")
    def explain(self) -> Explanation:
        return explained(self._opened(), self._case.policy, workflow.now())

    @workflow.query(description="What falls due, soonest first.")
    def next_deadlines(self) -> list[views.DeadlineView]:
        return views.due(self._opened())
