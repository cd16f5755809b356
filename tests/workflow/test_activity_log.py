"""The worker's log of activities: each failure is one line, and every line names the ticket."""

from concurrent.futures import ThreadPoolExecutor

import structlog
from structlog.testing import capture_logs
from temporalio.worker import Worker

from activities.postman import DeliveryActivities
from activities.wording import Wording
from escalation.policy import Policy
from tests.workflow.desk import Desk
from tests.workflow.outlets import Chat, Ways, page
from tests.workflow.patient import patient
from tierline.activity_log import ActivityLog
from workflows.delivery import DeliveryWorkflow
from workflows.options import deliveries
from workflows.sandbox import runner


async def test_an_activity_that_fails_twice_leaves_two_lines_with_its_ticket(desk: Desk, policy: Policy) -> None:
    chat = Chat()
    chat.shut_for = 2
    chat.opened.set()
    ways = Ways(policy, chat)
    delivering = DeliveryActivities(ways, Wording(ways, ways, ways), ways, ways)
    with ThreadPoolExecutor(2) as threads, capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        sending = Worker(
            desk.client,
            task_queue=deliveries("logged"),
            activities=[delivering.deliver, delivering.give_up],
            activity_executor=threads,
            interceptors=[ActivityLog()],
        )
        starting = patient(
            Worker(desk.client, task_queue="logged", workflows=[DeliveryWorkflow], workflow_runner=runner())
        )
        async with starting, sending:
            await desk.client.execute_workflow("Delivery", [page("a")], id="delivery/a", task_queue="logged")
    failed = [line for line in lines if line["event"] == "activity failed"]
    assert [line["attempt"] for line in failed] == [1, 2]
    for line in failed:
        assert line["ticket_id"] == page("a").ticket_id
        assert (line["workflow_id"], line["activity"], line["error"]) == ("delivery/a", "deliver", "undelivered")
        assert line["run_id"]
