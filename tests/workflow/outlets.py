"""Ways out kept in memory: an outlet that can be shut or hang, and everything that a delivery asks for beside it."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from escalation.messages import Address, Message, Receipt, TemporarilyUndeliverable, WayBack
from escalation.outbox import SETTLED, Begun
from escalation.policy import Policy
from escalation.quiet import Held

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


@dataclass
class Chat:
    """An outlet that may be shut or hang; remembers what went out."""

    shut_for: int = 0
    opened: threading.Event = field(default_factory=threading.Event)
    out: list[str] = field(default_factory=list)
    name: str = "chat"
    said: list[str] = field(default_factory=list)
    asks: timedelta | None = timedelta(seconds=1)
    unknown: bool = False

    def send(self, message_key: str, subject: str, body: str, urgent: bool, back: WayBack) -> Receipt:
        assert self.opened.wait(20)
        if self.shut_for:
            self.shut_for -= 1
            raise TemporarilyUndeliverable("shut", self.asks, unknown=self.unknown)
        self.out.append(message_key)
        self.said.append(body)
        return Receipt(channel=self.name, state="accepted", provider_id=None, detail="", at=NOW)


@dataclass
class Ways:
    """Outlets, directory, policies and outbox in one, for one policy."""

    policy: Policy
    chat: Chat
    others: tuple[Chat, ...] = ()
    receipts: dict[str, list[str]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)
    along: dict[str, str] = field(default_factory=dict)
    leaders: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    tries: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    configured: bool = True
    known: Address = field(default_factory=lambda: Address(email="a@desk.example"))

    def pick(self, to: Address, urgent: bool, via: str | None = None) -> Sequence[Chat]:
        return (*self.others, self.chat) if to.email else ()

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

    def answer(self, message: Message, person: str, channel: str, now: datetime) -> str:
        return f"https://desk.example/a/{person}.{channel}"

    def queue(self, messages: Sequence[Message], state: str) -> None:
        self.states.update({message.key: state for message in messages})

    def settled(self, key: str) -> frozenset[str]:
        return frozenset(self.receipts.get(key, ()))

    def hold(self, key: str, held: Held) -> None:
        self.held[key] = held

    def gather(self, message: Message, until: datetime) -> Sequence[Message] | None:
        with self.lock:
            if message.key in self.along:
                return None
            free = [
                key
                for key, held in self.held.items()
                if held.until <= until and key not in (message.key, *self.along, *self.leaders)
            ]
            self.leaders.append(message.key)
            self.along |= dict.fromkeys(free, message.key)
            return [
                page(key).model_copy(update={"urgent": False})
                for key, leader in self.along.items()
                if leader == message.key
            ]

    def begin(self, key: str, outlet: str, at: datetime) -> Begun:
        tries = self.tries.setdefault((key, outlet), [])
        tries[:] = ["unknown" if outcome == "sending" else outcome for outcome in tries]
        tries.append("sending")
        return Begun(n=len(tries), repeat="unknown" in tries)

    def end(self, key: str, outlet: str, n: int, receipt: Receipt, *, unknown: bool = False) -> None:
        self.tries[key, outlet][n - 1] = "unknown" if unknown else receipt.state
        if receipt.state in SETTLED:
            self.settle(key, outlet, receipt)

    def settle(self, key: str, outlet: str, receipt: Receipt) -> None:
        self.receipts.setdefault(key, []).append(outlet)
        self.states[key] = receipt.state


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
