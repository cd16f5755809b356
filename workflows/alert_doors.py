"""The door by which a ticket hears of its alerts."""

from temporalio import workflow

from escalation import commands as ask
from escalation.view import TicketView
from workflows.examples import told
from workflows.family_doors import FamilyDoors


class AlertDoors(FamilyDoors):
    """What monitoring says of a ticket's faults."""

    @workflow.update(description=told(ask.HearAlerts))
    async def hear_alerts(self, command: ask.HearAlerts) -> TicketView:
        return await self._ask(command)

    @hear_alerts.validator
    def _judge_hear_alerts(self, command: ask.HearAlerts) -> None:
        self._judge(command)
