"""The doors by which a customer's word on the service comes in, and is answered."""

from temporalio import workflow

from escalation import commands as ask
from escalation.view import TicketView
from workflows.examples import told
from workflows.exclusion_doors import ExclusionDoors


class RatingDoors(ExclusionDoors):
    """What is asked of a ticket that was resolved."""

    @workflow.update(description=told(ask.RateService))
    async def rate_service(self, command: ask.RateService) -> TicketView:
        return await self._ask(command)

    @rate_service.validator
    def _judge_rate_service(self, command: ask.RateService) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.AnswerRating))
    async def answer_rating(self, command: ask.AnswerRating) -> TicketView:
        return await self._ask(command)

    @answer_rating.validator
    def _judge_answer_rating(self, command: ask.AnswerRating) -> None:
        self._judge(command)
