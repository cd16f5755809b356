"""What was to be said to people, and what came of it: one line for each message, one receipt for each way out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Row, select, update
from sqlalchemy.dialects.postgresql import insert

from escalation.messages import Message, Receipt
from escalation.terms import Facts
from stores.database import transaction
from stores.nul import holds_nul, without_nul
from stores.schema import messages, receipts

_STATES = {"sent": "sent", "failed_permanently": "failed"}


class SentBy(Facts):
    """What one way out did with a message."""

    outlet: str
    receipt: Receipt


class Correspondence(Facts):
    """A message and how it went: `queued`, `no_channel`, `sent` (by one way at least) or `failed`."""

    message: Message
    state: str
    receipts: tuple[SentBy, ...] = ()


class Outbox:
    """Implements `escalation.ports.Outbox`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def queue(self, wanted: Sequence[Message], state: str) -> None:
        """Record messages as `queued` or `no_channel`; those known already stay as they are."""
        if not wanted:
            return
        rows = [_row(message) | {"state": state} for message in sorted(wanted, key=lambda message: message.key)]
        with transaction(self._engine) as connection:
            connection.execute(insert(messages).on_conflict_do_nothing(), rows)

    def settled(self, key: str) -> frozenset[str]:
        """The outlets by which this message went out, or never can."""
        with transaction(self._engine) as connection:
            outlets = connection.execute(select(receipts.c.outlet).where(receipts.c.message_key == key))
            return frozenset(outlets.scalars())

    def settle(self, key: str, outlet: str, receipt: Receipt) -> None:
        """Record what one outlet did with the message; the first receipt of each outlet stays."""
        row = receipt.model_dump() | {"message_key": key, "outlet": outlet}
        state = _STATES[receipt.state]
        not_yet_sent = (messages.c.key == key) & (messages.c.state != "sent")
        with transaction(self._engine) as connection:
            connection.execute(insert(receipts).on_conflict_do_nothing(), row)
            connection.execute(update(messages).where(not_yet_sent).values(state=state))

    def for_ticket(self, ticket_id: str) -> list[Correspondence]:
        """Everything said about the ticket, in order."""
        asked = select(messages).where(messages.c.ticket_id == ticket_id).order_by(messages.c.at, messages.c.key)
        with transaction(self._engine) as connection:
            rows = connection.execute(asked).all()
            sent = _receipts(connection, [row.key for row in rows])
        return [
            Correspondence(message=_message(row), state=row.state, receipts=tuple(sent.get(row.key, ())))
            for row in rows
        ]


def _receipts(connection: Connection, keys: Iterable[str]) -> dict[str, list[SentBy]]:
    found: defaultdict[str, list[SentBy]] = defaultdict(list)
    asked = select(receipts).where(receipts.c.message_key.in_(list(keys))).order_by(receipts.c.at, receipts.c.outlet)
    for row in connection.execute(asked):
        said = {name: getattr(row, name) for name in Receipt.model_fields}
        found[row.message_key].append(SentBy(outlet=row.outlet, receipt=Receipt.model_validate(said)))
    return found


def _row(message: Message) -> dict[str, Any]:
    if holds_nul(message):
        message = Message.model_validate(without_nul(message.model_dump(mode="json")))
    row = message.model_dump()
    return row | {"recipient": row.pop("to")}


def _message(row: Row[*tuple[Any, ...]]) -> Message:
    said = {name: getattr(row, name) for name in Message.model_fields if name != "to"}
    return Message.model_validate(said | {"to": row.recipient})
