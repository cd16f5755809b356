"""A desk whose inbox is drained, on the server that skips time."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from temporalio.client import WorkflowHandle
from temporalio.worker import Worker

from activities.intake import IntakeActivities
from api.gateway import Tickets
from escalation.alerts import Alert, Reading
from escalation.alerts.board import Board
from escalation.alerts.intakes import Intakes
from escalation.alerts.tickets import AlertTicket
from escalation.events import Opened
from tests.unit.alerts.monitor import alert
from tests.workflow.alert_ports import MemoryBook, MemoryHints, MemoryInbox, OnePolicy
from tests.workflow.desk import Desk
from tests.workflow.patient import patient
from tests.workflow.waiting import eventually
from tierline.alert_desk import TemporalAlertDesk
from workflows.intake import ID, IntakeState, IntakeWorkflow
from workflows.legible import Legible
from workflows.sandbox import runner

QUEUE = "tierline-intake-tests"
_A_LITTLE = timedelta(seconds=7)


@dataclass
class Monitored:
    """A desk, and what machines say to it."""

    desk: Desk
    inbox: MemoryInbox
    book: MemoryBook
    hints: MemoryHints = field(default_factory=MemoryHints)
    said: int = 0
    drain_id: str = ID

    @property
    def board(self) -> Board:
        return self.book.board

    @property
    def drain(self) -> WorkflowHandle[IntakeWorkflow, None]:
        return self.desk.client.get_workflow_handle_for(IntakeWorkflow.run, self.drain_id)

    async def now(self) -> datetime:
        return await self.desk.env.get_current_time()

    async def says(self, *faults: str, action: str = "trigger", **more: object) -> int:
        """One body with an alert for each fault; its number. It is dealt with when this returns."""
        number = await self.hands_in(*faults, action=action, **more)
        await self.wake()
        return number

    async def hands_in(self, *faults: str, action: str = "trigger", **more: object) -> int:
        """The same, and nobody is woken."""
        now = await self.now()
        return self.inbox.put(Reading(alerts=tuple(self._alert(f, action, now, **more) for f in faults)), now)

    async def wake(self) -> None:
        """What waits is dealt with when this returns."""
        await self.signal()
        await self.until(self._dealt_with)
        for ticket in self.tickets():
            await self.desk.until_waiting(ticket.id)

    async def signal(self) -> None:
        """As the door does."""
        await self.desk.client.start_workflow(
            IntakeWorkflow.run, IntakeState(), id=self.drain_id, task_queue=QUEUE, start_signal="look"
        )

    async def until(self, look: Callable[[], Awaitable[bool]]) -> None:
        await eventually(look)

    async def _dealt_with(self) -> bool:
        now = await self.now()
        return not (self.inbox.waiting(1) or self.book.wanted(1) or self.book.to_tell(now, 1))

    def tickets(self) -> list[AlertTicket]:
        return [ticket for ticket in self.board.tickets.values() if ticket.state != "refused"]

    def opened(self) -> list[str]:
        """The tickets that the journal knows of."""
        return [s[0].ticket_id for s in self.desk.journal.stories() if s and isinstance(s[0].event, Opened)]

    async def skip(self, **span: float) -> None:
        """Let time pass, and a little more: not to a moment at which a timer fires (see Desk.skip)."""
        await self.desk.env.sleep(timedelta(**span) + _A_LITTLE)

    def _alert(self, fault: str, action: str, now: datetime, **more: object) -> Alert:
        self.said += 1
        said = {"event_id": f"e{self.said}", "occurred_at": now, "client": "northside-clinic"}
        return alert(fault, action, **(said | {"category": "backup.job_failed"} | more))


@asynccontextmanager
async def monitored_desk(desk: Desk, drain_id: str = ID) -> AsyncIterator[Monitored]:
    """With a worker for the drain alone."""
    watched = Monitored(desk, MemoryInbox(), MemoryBook(desk.journal, Board(Intakes(desk.policy))), drain_id=drain_id)
    gate = TemporalAlertDesk(Tickets(desk.client, "tierline"))
    activities = IntakeActivities(watched.inbox, watched.book, OnePolicy(desk.policy), gate, watched.hints)
    worker = Worker(
        desk.client,
        task_queue=QUEUE,
        workflows=[IntakeWorkflow],
        activities=[activities.drain],
        interceptors=[Legible()],
        workflow_runner=runner(),
    )
    async with patient(worker):
        yield watched
