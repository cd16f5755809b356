"""What was to be said to people, and what came of it: a line for each message, a receipt for each way, every try."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from escalation.messages import ANSWERED, Message, Receipt
from escalation.outbox import SETTLED, Attempt, Begun, forward, together
from escalation.quiet import Held
from escalation.terms import Facts
from stores.database import transaction
from stores.nul import holds_nul, without_nul
from stores.schema import attempts, messages, receipts

# Two messages to one person that come due together: one of them takes the other along, and not each the other.
_ONE_PERSON = text("SELECT pg_advisory_xact_lock(hashtext('bundle/' || :person))")


class SentBy(Facts):
    """How far a message has come by one way out."""

    outlet: str
    receipt: Receipt


class Correspondence(Facts):
    """A message and how it went: `no_channel`, or the furthest that it came by any way; and every try."""

    message: Message
    state: str
    receipts: tuple[SentBy, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    held: Held | None = None
    sent_with: str | None = None


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
        asked = select(receipts.c.outlet).where(receipts.c.message_key == key, receipts.c.state.in_(SETTLED))
        with transaction(self._engine) as connection:
            return frozenset(connection.execute(asked).scalars())

    def hold(self, key: str, held: Held) -> None:
        """Record that a message waits; one that is on its way already does not."""
        waits = {"state": "held", "held_until": held.until, "held_because": held.because}
        fresh = (messages.c.key == key) & messages.c.state.in_(("queued", "held"))
        with transaction(self._engine) as connection:
            connection.execute(update(messages).where(fresh).values(waits))

    def gather(self, message: Message, until: datetime) -> list[Message] | None:
        """What waits for the same person until then and goes with it from now on; None if it goes with another.

        Asked again, it is the same and whatever has come since.
        """
        others = (messages.c.recipient == message.to) & (messages.c.recipient_kind == "person")
        waiting = others & (messages.c.state == "held") & (messages.c.held_until <= until)
        free = waiting & messages.c.bundled_into.is_(None) & (messages.c.key != message.key)
        mine = messages.c.bundled_into == message.key
        with transaction(self._engine) as connection:
            connection.execute(_ONE_PERSON, {"person": message.to})
            own = connection.execute(select(messages.c.bundled_into).where(messages.c.key == message.key)).scalar()
            if own is not None:
                return None
            connection.execute(update(messages).where(free).values(bundled_into=message.key))
            rows = connection.execute(select(messages).where(mine).order_by(messages.c.at, messages.c.key))
            return [_message(row) for row in rows]

    def begin(self, key: str, outlet: str, at: datetime) -> Begun:
        """Record that a try begins; one that began earlier and never ended has no known outcome."""
        mine = (attempts.c.message_key == key) & (attempts.c.outlet == outlet)
        lost = update(attempts).where(mine, attempts.c.outcome == "sending").values(outcome="unknown")
        with transaction(self._engine) as connection:
            _hold(connection, key)
            connection.execute(lost)
            asked = select(func.count(), func.count().filter(attempts.c.outcome == "unknown")).where(mine)
            known, unknown = connection.execute(asked).one()
            begun = Begun(n=known + 1, repeat=unknown > 0)
            row = {"message_key": key, "outlet": outlet, "began_at": at, "outcome": "sending", **begun._asdict()}
            connection.execute(insert(attempts), row)
            channel = outlet.rpartition(":")[0] or outlet
            said = Receipt(channel=channel, state="sending", provider_id=None, detail="", at=at)
            _move(connection, key, outlet, said)
        return begun

    def end(self, key: str, outlet: str, n: int, receipt: Receipt, *, unknown: bool = False) -> None:
        """Record what came of the n-th try, and how far the message has come by that."""
        this = (attempts.c.message_key == key) & (attempts.c.outlet == outlet) & (attempts.c.n == n)
        outcome = "unknown" if unknown else receipt.state
        said = {"outcome": outcome, "ended_at": receipt.at, "detail": receipt.detail}
        with transaction(self._engine) as connection:
            _hold(connection, key)
            connection.execute(update(attempts).where(this).values(said))
            _move(connection, key, outlet, receipt)

    def settle(self, key: str, outlet: str, receipt: Receipt) -> None:
        """Record how far the message has come by one outlet; a word that says less than is known changes nothing."""
        with transaction(self._engine) as connection:
            _hold(connection, key)
            _move(connection, key, outlet, receipt)

    def knows(self, key: str) -> bool:
        """Whether there is a message of this key."""
        with transaction(self._engine) as connection:
            return connection.execute(select(messages.c.key).where(messages.c.key == key)).first() is not None

    def paged(self, person: str, ticket_id: str) -> Message | None:
        """The last page about this ticket that asked this person to take it up."""
        asked = (
            select(messages)
            .where(messages.c.ticket_id == ticket_id, messages.c.recipient == person)
            .where(messages.c.template.in_(ANSWERED))
            .order_by(messages.c.at.desc())
            .limit(1)
        )
        with transaction(self._engine) as connection:
            row = connection.execute(asked).first()
        return _message(row) if row else None

    def for_ticket(self, ticket_id: str) -> list[Correspondence]:
        """Everything said about the ticket, in order."""
        asked = select(messages).where(messages.c.ticket_id == ticket_id).order_by(messages.c.at, messages.c.key)
        with transaction(self._engine) as connection:
            rows = connection.execute(asked).all()
            keys = [row.key for row in rows]
            sent, tried = _receipts(connection, keys), _attempts(connection, keys)
        return [
            Correspondence(
                message=_message(row),
                state=row.state,
                receipts=tuple(sent.get(row.key, ())),
                attempts=tuple(tried.get(row.key, ())),
                held=Held(until=row.held_until, because=row.held_because) if row.held_until else None,
                sent_with=row.bundled_into,
            )
            for row in rows
        ]


def _hold(connection: Connection, key: str) -> None:
    """Whoever else has a word about this message waits until we are done."""
    connection.execute(select(messages.c.key).where(messages.c.key == key).with_for_update())


def _move(connection: Connection, key: str, outlet: str, said: Receipt) -> None:
    mine = (receipts.c.message_key == key) & (receipts.c.outlet == outlet)
    row = said.model_dump() | {"message_key": key, "outlet": outlet}
    if connection.execute(insert(receipts).on_conflict_do_nothing().returning(receipts.c.outlet), row).first() is None:
        known = connection.execute(select(receipts).where(mine).with_for_update()).one()
        if forward(known.state, said.state) != said.state or known.state == said.state:
            return
        changed = {"state": said.state, "detail": said.detail, "at": said.at}
        changed["provider_id"] = said.provider_id or known.provider_id
        connection.execute(update(receipts).where(mine).values(changed))
    states = connection.execute(select(receipts.c.state).where(receipts.c.message_key == key)).scalars()
    connection.execute(update(messages).where(messages.c.key == key).values(state=together(states)))


def _receipts(connection: Connection, keys: Iterable[str]) -> dict[str, list[SentBy]]:
    found: defaultdict[str, list[SentBy]] = defaultdict(list)
    asked = select(receipts).where(receipts.c.message_key.in_(list(keys))).order_by(receipts.c.at, receipts.c.outlet)
    for row in connection.execute(asked):
        said = {name: getattr(row, name) for name in Receipt.model_fields}
        found[row.message_key].append(SentBy(outlet=row.outlet, receipt=Receipt.model_validate(said)))
    return found


def _attempts(connection: Connection, keys: Iterable[str]) -> dict[str, list[Attempt]]:
    found: defaultdict[str, list[Attempt]] = defaultdict(list)
    asked = select(attempts).where(attempts.c.message_key.in_(list(keys))).order_by(attempts.c.began_at, attempts.c.n)
    for row in connection.execute(asked):
        said = {name: getattr(row, name) for name in Attempt.model_fields}
        found[row.message_key].append(Attempt.model_validate(said))
    return found


def _row(message: Message) -> dict[str, Any]:
    if holds_nul(message):
        message = Message.model_validate(without_nul(message.model_dump(mode="json")))
    row = message.model_dump(exclude={"via"})
    return row | {"recipient": row.pop("to")}


def _message(row: Row[*tuple[Any, ...]]) -> Message:
    said = {name: getattr(row, name) for name in Message.model_fields if name not in ("to", "via")}
    return Message.model_validate(said | {"to": row.recipient})
