"""The doors by which tickets that share a fault are joined, and those of a major incident."""

from temporalio import workflow

from escalation import commands as ask
from escalation.view import TicketView
from workflows.examples import told
from workflows.rating_doors import RatingDoors


class FamilyDoors(RatingDoors):
    """What is asked of children, of parents, and of a parent that is a major incident."""

    @workflow.update(description=told(ask.Attach))
    async def attach(self, command: ask.Attach) -> TicketView:
        return await self._ask(command)

    @attach.validator
    def _judge_attach(self, command: ask.Attach) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.Detach))
    async def detach(self, command: ask.Detach) -> TicketView:
        return await self._ask(command)

    @detach.validator
    def _judge_detach(self, command: ask.Detach) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.DeclareMajor))
    async def declare_major(self, command: ask.DeclareMajor) -> TicketView:
        return await self._ask(command)

    @declare_major.validator
    def _judge_declare_major(self, command: ask.DeclareMajor) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.PostUpdate))
    async def post_update(self, command: ask.PostUpdate) -> TicketView:
        return await self._ask(command)

    @post_update.validator
    def _judge_post_update(self, command: ask.PostUpdate) -> None:
        self._judge(command)

    @workflow.update(description=told(ask.StandDown))
    async def stand_down(self, command: ask.StandDown) -> TicketView:
        return await self._ask(command)

    @stand_down.validator
    def _judge_stand_down(self, command: ask.StandDown) -> None:
        self._judge(command)

    @workflow.signal(description=told(ask.Adopt))
    def adopt(self, *said: object) -> None:
        self._drop(ask.Adopt, said)

    @workflow.signal(description=told(ask.Disown))
    def disown(self, *said: object) -> None:
        self._drop(ask.Disown, said)

    @workflow.signal(description=told(ask.Follow))
    def follow(self, *said: object) -> None:
        self._drop(ask.Follow, said)
