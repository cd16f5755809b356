"""R24: a timer whose moment passes while no worker runs fires once, soon after one is back, and never again."""

from datetime import datetime, timedelta

from temporalio.testing import WorkflowEnvironment

from escalation.commands import Accept, Comment
from escalation.events import Escalated, MarkPassed
from escalation.policy import Policy
from tests.workflow.desk import Desk
from tests.workflow.parts import Parts
from tests.workflow.policies import hasty
from tests.workflow.servers import dev_server
from tests.workflow.waiting import eventually

WINDOW = timedelta(seconds=7)  # of the nine seconds of a hasty promise, all but the last two


async def test_r24_what_fell_due_without_a_worker_fires_once_within_ten_seconds_of_its_return(policy: Policy) -> None:
    async with dev_server() as env:
        parts = Parts.of(env.client, policy)
        desk = Desk(env, env.client, hasty(policy), parts.people, parts.journal, parts.post)
        async with parts.worker():
            ticket = await desk.open()
            view = await desk.view(ticket)
            await desk.ask(ticket, Accept(by=view.owner, contacted=True))
        due_at = view.opened_at + WINDOW
        await passed(env, due_at + timedelta(seconds=1))
        assert desk.of(ticket, Escalated) == []
        back_at = await env.get_current_time()
        async with parts.worker():
            await desk.until_journalled(ticket, "escalated")
        (moved,) = desk.of(ticket, Escalated)
        (mark,) = [m for m in desk.of(ticket, MarkPassed) if m.mark == "auto"]
        assert (moved.trigger, moved.at, mark.due_at) == ("S1", mark.at, due_at)
        assert back_at <= mark.at <= back_at + timedelta(seconds=10)
        async with parts.worker():
            await desk.ask(ticket, Comment(by=moved.owner, text="It is with me"))
        assert desk.of(ticket, Escalated) == [moved]
        marks = [(m.clock, m.generation, m.mark) for m in desk.of(ticket, MarkPassed)]
        assert len(set(marks)) == len(marks)


async def passed(env: WorkflowEnvironment, moment: datetime) -> None:
    """Wait, seconds at most, until it is later than that."""

    async def later() -> bool:
        return await env.get_current_time() > moment

    await eventually(later)
