"""Handing messages over for delivery, and delivering them: apart from the ticket, which waits for neither."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

import structlog
from temporalio import activity
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory, WorkflowAlreadyStartedError

from activities.holding import Planned
from activities.measures import UNCOUNTED, Measures
from activities.sending_record import Record
from activities.wording import Wording
from escalation.messages import Address, Message, Receipt, TemporarilyUndeliverable, Undeliverable, WayBack
from escalation.ports import Directory, Outbox, Unavailable

log = structlog.get_logger()

MAY_BE_A_REPEAT = "(This may be a repeat: nobody knows whether it reached you before.)"
UNDELIVERED = "undelivered"
RECORD_WITHIN = timedelta(seconds=1)  # a database that hangs without a word must not keep a page from leaving


class Outlet(Protocol):
    """One channel with one address on it."""

    @property
    def name(self) -> str: ...

    def send(self, message_key: str, subject: str, body: str, urgent: bool, back: WayBack) -> Receipt: ...


class Outlets(Protocol):
    """The ways out that are configured."""

    @property
    def configured(self) -> bool: ...

    def pick(self, to: Address, urgent: bool, via: str | None = None) -> Sequence[Outlet]: ...


class TemporalPostman:
    """Starts one delivery workflow for each batch of messages; its id makes a repeat harmless."""

    def __init__(self, client: Client, task_queue: str, outbox: Outbox, *, configured: bool) -> None:
        self._client, self._task_queue, self._outbox, self._configured = client, task_queue, outbox, configured

    async def take(self, messages: Sequence[Message]) -> None:
        """Take messages over; with no way out configured they are recorded as such, and nothing is started.

        A batch that was not confirmed comes again with later messages behind it, so its id counts them: started
        under the id of the shorter batch, the later ones would be taken for a repeat and never leave.
        """
        try:
            await asyncio.wait_for(asyncio.to_thread(self._record, messages), RECORD_WITHIN.total_seconds())
        except TimeoutError:
            log.warning("outbox away", messages=len(messages), error="no answer")
        if not self._configured:
            return
        try:
            await self._client.start_workflow(
                "Delivery",
                list(messages),
                id=f"delivery/{messages[0].key}/{len(messages)}",
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                task_queue=self._task_queue,
                static_summary=f"{len(messages)} message(s) of {messages[0].ticket_id}",
            )
        except WorkflowAlreadyStartedError:
            return

    def _record(self, messages: Sequence[Message]) -> None:
        try:
            self._outbox.queue(messages, "queued" if self._configured else "no_channel")
        except Unavailable as away:
            log.warning("outbox away", messages=len(messages), error=str(away))


class DeliveryActivities:
    """One message, by every way that its urgency calls for."""

    def __init__(
        self,
        directory: Directory,
        wording: Wording,
        outlets: Outlets,
        outbox: Outbox,
        measures: Measures = UNCOUNTED,
    ) -> None:
        self._directory, self._wording, self._outlets = directory, wording, outlets
        self._measures, self._record = measures, Record(outbox)

    @activity.defn
    def deliver(self, message: Message) -> list[str]:
        """Send by each outlet that has not sent it yet; the outlets by which it is out now.

        At least once: an outcome that nobody knows is tried again, and the text says that it may be a repeat. A
        temporary failure raises, and Temporal retries.
        """
        return self._send(message, ())

    @activity.defn
    def deliver_held(self, due: Planned) -> list[str]:
        """The same for what may wait: what else waits for the same person goes with it. What went with another message
        is not sent again."""
        along = self._record.gathered(due.message, due.at)
        return [] if along is None else self._send(due.message, self._writable(along))

    @activity.defn
    def give_up(self, message: Message, why: str) -> None:
        """Put on record that it can never be sent: a page must not look as if it were still on its way."""
        self._end(message, why, "failed_perm")

    @activity.defn
    def let_expire(self, message: Message, why: str) -> None:
        """Put on record that it was tried until it was no use any more."""
        self._end(message, why, "expired")

    def _end(self, message: Message, why: str, state: Literal["failed_perm", "expired"]) -> None:
        self._measures.tried("none", "given_up")
        log.error("not delivered", key=message.key, urgent=message.urgent, error=why)
        for each in (message, *(self._record.gathered(message, datetime.now(UTC)) or ())):
            self._record.given_up(each.key, why, state)

    def _send(self, message: Message, along: Sequence[Message]) -> list[str]:
        settled = self._record.settled(message.key)
        out, temporary, ways = list(settled), list[TemporarilyUndeliverable](), 0
        for person, address in self._addresses(message):
            for outlet in self._outlets.pick(address, message.urgent, message.via):
                ways += 1
                name = f"{outlet.name}:{person}"
                if name in settled:
                    continue
                later = self._try(message, along, person, outlet, name)
                temporary += [later] if later else []
                out += [] if later else [name]
        if temporary:
            raise _undelivered(temporary)
        if not ways:
            self._nobody_reached(message, along)
        return out

    def _writable(self, along: Sequence[Message]) -> list[Message]:
        """Those that can be written; one that cannot is on record as such, and spoils no other."""
        fine = list[Message]()
        for each in along:
            try:
                self._wording.text(each, "")
            except ApplicationError as unfit:
                self._record.given_up(each.key, str(unfit), "failed_perm")
            else:
                fine.append(each)
        return fine

    def _try(
        self, message: Message, along: Sequence[Message], person: str, outlet: Outlet, name: str
    ) -> TemporarilyUndeliverable | None:
        """One try at one way; why it is to be tried again, if it is."""
        link = self._wording.link(message, person, outlet.name, datetime.now(UTC))
        subject, body = self._wording.together(message, link, along)
        begun = self._record.begin(message.key, name)
        if begun.repeat:
            body = f"{body}\n\n{MAY_BE_A_REPEAT}"
        try:
            receipt = outlet.send(message.key, subject, body, message.urgent, WayBack(link=link, record=name))
            self._measures.tried(outlet.name, "sent")
            self._record.taken(message.key, name, begun, receipt)
        except TemporarilyUndeliverable as later:
            self._measures.tried(outlet.name, "later")
            self._record.later(message.key, name, begun, later)
            return later
        except Undeliverable as never:
            self._measures.tried(outlet.name, "failed")
            receipt = self._record.never(message.key, name, begun, never)
        self._record.went_with(along, name, receipt)
        return None

    def _nobody_reached(self, message: Message, along: Sequence[Message]) -> None:
        """A page to somebody without a fitting address must not look as if it were still on its way."""
        self._measures.tried("none", "no_way")
        log.warning("no way to its recipient", key=message.key, urgent=message.urgent)
        for each in (message, *along):
            self._record.nowhere(each.key, f"no way that is configured leads to this {message.recipient_kind}")

    def _addresses(self, message: Message) -> list[tuple[str, Address]]:
        match message.recipient_kind:
            case "contact":
                return [(message.to, Address(email=message.to))]
            case "person":
                return [(message.to, self._directory.address(message.to))]
            case "role":
                people = self._directory.holders(message.to, None, message.at)
                return [(person, self._directory.address(person)) for person in people]


def _undelivered(temporary: Sequence[TemporarilyUndeliverable]) -> ApplicationError:
    return ApplicationError(
        "; ".join(map(str, temporary)),
        type=UNDELIVERED,
        next_retry_delay=max((t.retry_after for t in temporary if t.retry_after), default=None),
        category=ApplicationErrorCategory.BENIGN,  # expected while a channel is down: one line, no traceback
    )
