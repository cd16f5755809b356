"""Messages on their way: each by itself, and none of them in the way of a ticket."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from temporalio.worker import Worker

from activities.holding import HoldingActivities
from activities.postman import MAY_BE_A_REPEAT, DeliveryActivities, TemporalPostman
from activities.wording import Wording
from escalation.messages import Address, Message
from escalation.policy import Policy
from escalation.quiet import QuietHours
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
        activities=[
            delivering.deliver,
            delivering.deliver_held,
            delivering.give_up,
            delivering.let_expire,
            HoldingActivities(ways, ways).plan_delivery,
        ],
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


def informed(key: str, **params: str) -> Message:
    return page(key).model_copy(update={"urgent": False, "params": page(key).params | params})


def asleep(policy: Policy, now: datetime) -> Policy:
    """Quiet for tomas from an hour ago until two hours from now."""
    zone = ZoneInfo(policy.calendars[policy.people["tomas"].calendar].zone)
    start, end = (now + timedelta(hours=n) for n in (-1, 2))
    quiet = QuietHours(start=start.astimezone(zone).time(), end=end.astimezone(zone).time().replace(microsecond=0))
    tomas = policy.people["tomas"].model_copy(update={"quiet_hours": quiet})
    return policy.model_copy(update={"people": {**policy.people, "tomas": tomas}})


async def test_b25_information_waits_until_the_quiet_hours_end_and_goes_as_one_message(desk: Desk, ways: Ways) -> None:
    ways.policy = asleep(ways.policy, await desk.env.get_current_time())
    ways.chat.opened.set()
    with ThreadPoolExecutor(4) as threads:
        async with starter(desk), sender(desk, ways, threads):
            for key in "abc":
                await desk.client.start_workflow(
                    "Delivery", [informed(key)], id=f"delivery/{key}", task_queue="sent-from"
                )
            await desk.skip(hours=1, minutes=30)
            assert ways.chat.out == []
            assert {held.because for held in ways.held.values()} == {"quiet hours"}
            await desk.skip(hours=1)
            for key in "abc":
                await desk.client.get_workflow_handle(f"delivery/{key}").result()
    (leader,) = ways.chat.out
    assert sorted({leader, *ways.along}) == ["a", "b", "c"]
    assert sorted(ways.receipts) == ["a", "b", "c"]
    assert len(ways.chat.said[0].split("\n\n")) == 3


async def test_b25_pages_and_p1_wait_for_nobodys_quiet_hours(desk: Desk, ways: Ways) -> None:
    ways.policy = asleep(ways.policy, await desk.env.get_current_time())
    ways.chat.opened.set()
    with ThreadPoolExecutor(2) as threads:
        async with starter(desk), sender(desk, ways, threads):
            handle = await desk.client.start_workflow(
                "Delivery", [page("a"), informed("b", priority="P1")], id="delivery/a", task_queue="sent-from"
            )
            assert await handle.result() == [["chat:tomas"], ["chat:tomas"]]
    assert sorted(ways.chat.out) == ["a", "b"]
    assert ways.held == {}


async def test_what_comes_within_the_window_goes_as_one_and_nothing_is_dropped(desk: Desk, ways: Ways) -> None:
    ways.policy = ways.policy.model_copy(update={"bundle_within": timedelta(minutes=2)})
    ways.chat.opened.set()
    with ThreadPoolExecutor(4) as threads:
        async with starter(desk), sender(desk, ways, threads):
            batch = [informed(key) for key in "abcde"]
            handle = await desk.client.start_workflow("Delivery", batch, id="delivery/a", task_queue="sent-from")
            await desk.skip(minutes=3)
            await handle.result()
    assert len(ways.chat.out) == 1
    assert sorted(ways.receipts) == list("abcde")


async def test_with_no_way_out_configured_nothing_is_started_and_that_is_on_record(desk: Desk, ways: Ways) -> None:
    await TemporalPostman(desk.client, "sent-from", ways, configured=False).take([page("a")])
    assert ways.states == {"a": "no_channel"}
