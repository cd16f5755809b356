"""The doors by which a breach gets its reason, and leaves the figures."""

from temporalio import workflow

from escalation import commands as ask
from escalation.view import TicketView
from workflows.examples import told
from workflows.reception import Reception


class ExclusionDoors(Reception):
    """What is asked of a ticket whose promise was broken."""

    @workflow.update(description=told(ask.StateBreach))
    async def state_breach(self, command: ask.StateBreach) -> TicketView:
        return await self._ask(command)

    @state_breach.validator
    def _judge_state_breach(self, command: ask.StateBreach) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.AskExclusion))
    async def ask_exclusion(self, command: ask.AskExclusion) -> TicketView:
        return await self._ask(command)

    @ask_exclusion.validator
    def _judge_ask_exclusion(self, command: ask.AskExclusion) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.DecideExclusion))
    async def decide_exclusion(self, command: ask.DecideExclusion) -> TicketView:
        return await self._ask(command)

    @decide_exclusion.validator
    def _judge_decide_exclusion(self, command: ask.DecideExclusion) -> None:
        self._judge(command)
