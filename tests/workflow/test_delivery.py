"""Messages on their way: each by itself, and none of them in the way of a ticket."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.worker import Worker

from activities.postman import DeliveryActivities
from escalation.messages import Address, Message, Receipt, TemporarilyUndeliverable
from escalation.policy import Policy
from tests.workflow.desk import Desk
from workflows.delivery import DeliveryWorkflow
from workflows.options import deliveries
from workflows.sandbox import runner

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


@dataclass
class Chat:
    """An outlet that may be shut or hang; remembers what went out."""

    shut_for: int = 0
    opened: threading.Event = field(default_factory=threading.Event)
    out: list[str] = field(default_factory=list)
    name: str = "chat"

    def send(self, message_key: str, subject: str, body: str, urgent: bool) -> Receipt:
        assert self.opened.wait(20)
        if self.shut_for:
            self.shut_for -= 1
            raise TemporarilyUndeliverable("shut", timedelta(seconds=1))
        self.out.append(message_key)
        return Receipt(channel="chat", state="sent", provider_id=None, detail="", at=NOW)


@dataclass
class Ways:
    """Outlets, directory, policies and outbox in one, for one policy."""

    policy: Policy
    chat: Chat
    receipts: dict[str, list[str]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    configured: bool = True
    known: Address = field(default_factory=lambda: Address(email="a@desk.example"))

    def pick(self, to: Address, urgent: bool) -> Sequence[Chat]:
        return (self.chat,) if to.email else ()

    def current(self) -> Policy:
        return self.policy

    def version(self, version: str) -> Policy:
        return self.policy

    def address(self, person: str) -> Address:
        return self.known

    def holders(self, role: str, tier: int | None, at: datetime) -> list[str]:
        return ["grace"]

    def display_name(self, person: str) -> str:
        return person.title()

    def queue(self, messages: Sequence[Message], state: str) -> None:
        self.states.update({message.key: state for message in messages})

    def settled(self, key: str) -> frozenset[str]:
        return frozenset(self.receipts.get(key, ()))

    def settle(self, key: str, outlet: str, receipt: Receipt) -> None:
        self.receipts.setdefault(key, []).append(outlet)


def page(key: str) -> Message:
    said = ("ticket_id", "summary", "client_name", "priority", "owner_name", "service_manager_name", "reason")
    params = dict.fromkeys((*said, "accept_by_local", "due_local"), "x")
    return Message(
        key=key,
        ticket_id="T-1",
        template="page_owner",
        urgent=True,
        to="tomas",
        recipient_kind="person",
        params=params,
        at=NOW,
    )


@pytest.fixture
def ways(policy: Policy) -> Ways:
    return Ways(policy, Chat())


async def begun(desk: Desk, *keys: str) -> str:
    handle = await desk.client.start_workflow(
        "Delivery", [page(key) for key in keys], id=f"delivery/{keys[0]}", task_queue="sent-from"
    )
    return handle.id


def starter(desk: Desk) -> Worker:
    return Worker(desk.client, task_queue="sent-from", workflows=[DeliveryWorkflow], workflow_runner=runner())


def sender(desk: Desk, ways: Ways, threads: ThreadPoolExecutor) -> Worker:
    """As many slots as a small worker has."""
    return Worker(
        desk.client,
        task_queue=deliveries("sent-from"),
        activities=[DeliveryActivities(ways, ways, ways, ways).deliver],
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
