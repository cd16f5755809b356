"""Messages on their way: each by itself, and none of them in the way of a ticket."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from temporalio.worker import Worker

from activities.postman import MAY_BE_A_REPEAT, DeliveryActivities, TemporalPostman
from activities.wording import Wording
from escalation.messages import Address
from escalation.policy import Policy
from tests.workflow.desk import Desk
from tests.workflow.outlets import Chat, Ways, page
from tests.workflow.patient import patient
from workflows.delivery import DeliveryWorkflow
from workflows.options import deliveries
from workflows.sandbox import runner


@pytest.fixture
def ways(policy: Policy) -> Ways:
    return Ways(policy, Chat())


async def begun(desk: Desk, *keys: str) -> str:
    handle = await desk.client.start_workflow(
        "Delivery", [page(key) for key in keys], id=f"delivery/{keys[0]}", task_queue="sent-from"
    )
    return handle.id


def starter(desk: Desk) -> Worker:
    return patient(Worker(desk.client, task_queue="sent-from", workflows=[DeliveryWorkflow], workflow_runner=runner()))


def sender(desk: Desk, ways: Ways, threads: ThreadPoolExecutor) -> Worker:
    """As many slots as a small worker has."""
    delivering = DeliveryActivities(ways, Wording(ways, ways, ways), ways, ways)
    return Worker(
        desk.client,
        task_queue=deliveries("sent-from"),
        activities=[delivering.deliver, delivering.give_up],
        activity_executor=threads,
        max_concurrent_activities=2,
    )


async def test_a_message_goes_out_once_it_can_and_only_once(desk: Desk, ways: Ways) -> None:
    ways.chat.shut_for = 2
    ways.chat.opened.set()
    with ThreadPoolExecutor(2) as threads:
        async with starter(desk), sender(desk, ways, threads):
            handle = desk.client.get_workflow_handle(await begun(desk, "a", "b"))
            assert await handle.result() == [["chat:tomas"], ["chat:tomas"]]
    assert sorted(ways.chat.out) == ["a", "b"]


async def test_a_channel_that_hangs_holds_up_no_ticket(desk: Desk, ways: Ways) -> None:
    """The slots of the senders are all taken; the tickets' own are not."""
    with ThreadPoolExecutor(2) as threads:
        async with starter(desk), sender(desk, ways, threads):
            waiting = desk.client.get_workflow_handle(await begun(desk, *"abcdef"))
            ticket = await desk.open()
            assert desk.kinds(ticket) == ["opened", "triaged", "queued"]
            assert ways.chat.out == []
            ways.chat.opened.set()
            await waiting.result()
    assert sorted(ways.chat.out) == list("abcdef")


async def test_a_page_to_somebody_who_cannot_be_reached_is_on_record_as_failed(desk: Desk, ways: Ways) -> None:
    ways.known = Address()
    with ThreadPoolExecutor(2) as threads:
        async with starter(desk), sender(desk, ways, threads):
            assert await desk.client.get_workflow_handle(await begun(desk, "a")).result() == [[]]
    assert ways.receipts == {"a": ["none"]}


async def test_a_message_that_cannot_be_written_is_on_record_as_given_up(desk: Desk, ways: Ways) -> None:
    unheard_of = page("a").model_copy(update={"template": "a_template_that_no_policy_has"})
    with ThreadPoolExecutor(2) as threads:
        async with starter(desk), sender(desk, ways, threads):
            handle = await desk.client.start_workflow("Delivery", [unheard_of], id="delivery/a", task_queue="sent-from")
            assert await handle.result() == [[]]
    assert ways.receipts == {"a": ["given up"]}


async def test_a_dead_outlet_holds_up_no_other_and_no_repeat_leaves_by_the_other(desk: Desk, ways: Ways) -> None:
    dead = Chat(shut_for=3, name="sms")
    ways.others = (dead,)
    for outlet in (dead, ways.chat):
        outlet.opened.set()
    with ThreadPoolExecutor(2) as threads:
        async with starter(desk), sender(desk, ways, threads):
            out = await desk.client.get_workflow_handle(await begun(desk, "a")).result()
    assert [sorted(each) for each in out] == [["chat:tomas", "sms:tomas"]]
    assert (ways.chat.out, dead.out) == (["a"], ["a"])
    assert ways.receipts["a"] == ["chat:tomas", "sms:tomas"]


async def test_a_batch_taken_twice_leaves_once_and_one_that_grew_leaves_whole(desk: Desk, ways: Ways) -> None:
    ways.chat.opened.set()
    postman = TemporalPostman(desk.client, "sent-from", ways, configured=True)
    with ThreadPoolExecutor(2) as threads:
        async with starter(desk), sender(desk, ways, threads):
            await postman.take([page("a")])
            await desk.client.get_workflow_handle("delivery/a/1").result()
            await postman.take([page("a")])
            await postman.take([page("a"), page("b")])
            assert await desk.client.get_workflow_handle("delivery/a/2").result() == [["chat:tomas"], ["chat:tomas"]]
    assert ways.chat.out == ["a", "b"]


async def test_b24_a_way_that_is_shut_for_hours_is_tried_until_it_opens_and_the_message_leaves_once(
    desk: Desk, ways: Ways
) -> None:
    ways.chat.shut_for, ways.chat.asks = 20, None
    ways.chat.opened.set()
    with ThreadPoolExecutor(2) as threads:
        async with starter(desk), sender(desk, ways, threads):
            handle = desk.client.get_workflow_handle(await begun(desk, "a"))
            await desk.skip(hours=1)
            assert ways.chat.out == []
            await desk.skip(hours=2)
            assert await handle.result() == [["chat:tomas"]]
    assert ways.chat.out == ["a"]
    assert ways.tries["a", "chat:tomas"] == ["failed_temp"] * 20 + ["accepted"]
    assert MAY_BE_A_REPEAT not in ways.chat.said[0]


async def test_b24_what_a_killed_worker_had_begun_to_send_is_sent_again_and_says_that_it_may_be_a_repeat(
    desk: Desk, ways: Ways
) -> None:
    ways.tries["a", "chat:tomas"] = ["sending"]
    ways.chat.opened.set()
    with ThreadPoolExecutor(2) as threads:
        async with starter(desk), sender(desk, ways, threads):
            await desk.client.get_workflow_handle(await begun(desk, "a")).result()
    assert ways.tries["a", "chat:tomas"] == ["unknown", "accepted"]
    assert ways.chat.said[0].endswith(MAY_BE_A_REPEAT)


async def test_b24_a_connection_that_broke_after_the_message_went_out_leads_to_a_marked_repeat(
    desk: Desk, ways: Ways
) -> None:
    ways.chat.shut_for, ways.chat.unknown = 1, True
    ways.chat.opened.set()
    with ThreadPoolExecutor(2) as threads:
        async with starter(desk), sender(desk, ways, threads):
            await desk.client.get_workflow_handle(await begun(desk, "a")).result()
    assert ways.tries["a", "chat:tomas"] == ["unknown", "accepted"]
    assert ways.chat.said[0].endswith(MAY_BE_A_REPEAT)


async def test_what_was_tried_in_vain_for_a_day_is_on_record_as_expired(desk: Desk, ways: Ways) -> None:
    ways.chat.shut_for, ways.chat.asks = 1000, None
    ways.chat.opened.set()
    with ThreadPoolExecutor(2) as threads:
        async with starter(desk), sender(desk, ways, threads):
            handle = desk.client.get_workflow_handle(await begun(desk, "a"))
            await desk.skip(hours=26)
            assert await handle.result() == [[]]
    assert (ways.states["a"], ways.receipts["a"]) == ("expired", ["given up"])


async def test_with_no_way_out_configured_nothing_is_started_and_that_is_on_record(desk: Desk, ways: Ways) -> None:
    await TemporalPostman(desk.client, "sent-from", ways, configured=False).take([page("a")])
    assert ways.states == {"a": "no_channel"}
