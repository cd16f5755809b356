"""R105: an event reaches its receiver however long that is down and whoever is killed, on a clock that skips."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from temporalio.worker import Worker

from activities.webhooks import WebhookActivities
from escalation.ports import Unavailable
from escalation.webhooks import Answer, Delivery, Subscription
from tests.workflow.desk import Desk
from tests.workflow.patient import patient
from workflows.options import webhooks
from workflows.sandbox import runner
from workflows.webhook import Hook, WebhookWorkflow

QUEUE = "hooked"
OK, BUSY, GONE = (Answer(status=status, said=f"answered {status}") for status in (200, 500, 410))


@dataclass
class Kept:
    """A subscription, its log and a receiver, in memory; the store can be away for some turns."""

    answers: Callable[[datetime | None], Answer]
    wants: Subscription
    events: list[str] = field(default_factory=list)
    log: list[Delivery] = field(default_factory=list)
    posted: list[str] = field(default_factory=list)
    away_for: int = 0
    now: datetime | None = None

    def one(self, its_id: str) -> Subscription | None:
        if self.away_for:
            self.away_for -= 1
            raise Unavailable("away")
        return self.wants

    def secrets(self, its_id: str, at: datetime) -> tuple[str, ...]:
        return ("whsec_x",)

    def feed(self, its_id: str, at: datetime) -> bool:
        self.now = at
        for ticket in self.events:
            n = len(self.log) + 1
            self.log.append(
                Delivery(id=f"msg_{n}", sequence=n, kind="ticket.opened", ticket_id=ticket, at=at, next_at=at)
            )
        self.events.clear()
        return False

    def due(self, its_id: str, at: datetime, most: int) -> list[Delivery]:
        return [each for each in self.log if each.next_at and each.next_at <= at][:most]

    def next_at(self, its_id: str) -> datetime | None:
        return min((each.next_at for each in self.log if each.next_at), default=None)

    def tried(self, delivery: Delivery) -> None:
        self.log[delivery.sequence - 1] = delivery

    def switch_off(self, its_id: str, why: str) -> None:
        self.wants = self.wants.model_copy(update={"state": "off", "off_because": why})
        self.log = [each.model_copy(update={"next_at": None}) for each in self.log]

    def post(self, url: str, secrets: Sequence[str], its_id: str, content: str) -> Answer:
        self.posted.append(its_id)
        return self.answers(self.now)


@pytest.fixture
async def kept(desk: Desk) -> Kept:
    at = await desk.env.get_current_time()
    wants = Subscription(id="wh_1", url="https://psa.example/hook", made_by="grace", made_at=at)
    return Kept(lambda _: OK, wants)


def hooker(desk: Desk) -> Worker:
    return patient(Worker(desk.client, task_queue=QUEUE, workflows=[WebhookWorkflow], workflow_runner=runner()))


def carrier(desk: Desk, kept: Kept, threads: ThreadPoolExecutor) -> Worker:
    carry = WebhookActivities(kept, kept, kept).carry_webhook
    return Worker(desk.client, task_queue=webhooks(QUEUE), activities=[carry], activity_executor=threads)


async def woken(desk: Desk) -> None:
    await desk.client.start_workflow(
        WebhookWorkflow.run, Hook(webhook="wh_1"), id="webhook/wh_1", task_queue=QUEUE, start_signal="look"
    )


async def test_r105_a_receiver_that_fails_for_a_day_gets_everything_when_it_is_back(desk: Desk, kept: Kept) -> None:
    back_at = await desk.env.get_current_time() + timedelta(hours=24)
    kept.answers = lambda now: OK if now and now >= back_at else BUSY
    kept.events = ["T-1", "T-2", "T-3", "T-4", "T-5"]
    with ThreadPoolExecutor(2) as threads:
        async with hooker(desk), carrier(desk, kept, threads):
            await woken(desk)
            await desk.skip(hours=23)
            assert {each.state for each in kept.log} == {"retrying"}
            await desk.skip(hours=20)
    assert {each.state for each in kept.log} == {"delivered"}
    assert all(len(each.tries) < 10 for each in kept.log)


async def test_r105_a_receiver_that_is_down_for_good_is_given_up_after_ten_tries(desk: Desk, kept: Kept) -> None:
    kept.answers, kept.events = lambda _: BUSY, ["T-1"]
    with ThreadPoolExecutor(2) as threads:
        async with hooker(desk), carrier(desk, kept, threads):
            await woken(desk)
            await desk.skip(hours=90)
    assert (kept.log[0].state, len(kept.log[0].tries)) == ("failed", 10)


async def test_who_answers_that_they_are_gone_ends_it_and_is_asked_no_more(desk: Desk, kept: Kept) -> None:
    kept.answers, kept.events = lambda _: GONE, ["T-1", "T-2"]
    with ThreadPoolExecutor(2) as threads:
        async with hooker(desk), carrier(desk, kept, threads):
            await woken(desk)
            await desk.client.get_workflow_handle("webhook/wh_1").result()
    assert kept.posted == ["msg_1"]
    assert "410" in kept.wants.off_because


async def test_r105_nothing_is_lost_while_the_database_is_away_or_the_worker_is_down(desk: Desk, kept: Kept) -> None:
    kept.events, kept.away_for = ["T-1"], 3
    with ThreadPoolExecutor(2) as threads:
        async with hooker(desk):
            await woken(desk)
        async with hooker(desk), carrier(desk, kept, threads):
            await desk.skip(minutes=5)
            kept.events = ["T-2"]
            await desk.client.get_workflow_handle("webhook/wh_1").signal("look")
            await desk.skip(minutes=1)
    assert [each.state for each in kept.log] == ["delivered", "delivered"]
    assert kept.posted == ["msg_1", "msg_2"]


async def test_a_receiver_that_hangs_does_not_hold_up_the_turn_for_all_that_waits(desk: Desk, kept: Kept) -> None:
    kept.answers, kept.events = lambda _: BUSY, [f"T-{n}" for n in range(50)]
    with ThreadPoolExecutor(2) as threads:
        async with hooker(desk), carrier(desk, kept, threads):
            await woken(desk)
            await desk.skip(milliseconds=500)
    assert len(kept.posted) == 3
