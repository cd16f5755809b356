"""Mail as it came, among what machines sent, and what became of each; which ticket a mail is about."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.dialects.postgresql import insert

from escalation.alerts.arrived import Arrived
from escalation.alerts.books import Arrival
from escalation.alerts.source import MAIL
from escalation.mail import Letter, NotAMail, Thread, read
from escalation.mail.books import Outcome, Raw, Sent
from escalation.mail.judging import named_in
from escalation.mail.threading import ticket_marked
from escalation.ticket import Ticket
from stores.database import transaction
from stores.inbox import Bodies
from stores.schema import intake_bodies, letters, messages, receipts, tickets

_MINE = intake_bodies.c.source == MAIL
_WAITS = intake_bodies.c.state == "received"
_WHOLE = [intake_bodies.c[name] for name in ("number", "source", "received_at", "headers", "body")]
ARRIVED, TOO_LARGE = "arrived-at", "too-large"  # noted beside the mail, as a header would be
_MOST_HOPS = 5


class Letters:
    """Implements `escalation.mail.books.LetterBook`."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._bodies = engine, Bodies(engine)

    def keep(self, mails: Sequence[Raw], now: datetime) -> None:
        """Keep them all; one that is known already is no second one."""
        if mails:
            self._bodies.store([_arrival(mail, now) for mail in mails])

    def waiting(self, limit: int) -> list[Arrived]:
        """The oldest that nobody has dealt with."""
        asked = select(*_WHOLE).where(_MINE, _WAITS).order_by(intake_bodies.c.number).limit(limit)
        with transaction(self._engine) as connection:
            return [Arrived.model_validate(row, from_attributes=True) for row in connection.execute(asked)]

    def undone(self, mails: Sequence[Raw]) -> frozenset[str]:
        """Those that nobody has dealt with yet, by their uids."""
        keys = {sha256(_key(mail).encode()).digest(): mail.uid for mail in mails}
        asked = select(intake_bodies.c.sender_key).where(_MINE, ~_WAITS, intake_bodies.c.sender_key.in_(list(keys)))
        with transaction(self._engine) as connection:
            done = {bytes(key) for key in connection.execute(asked).scalars() if key is not None}
        return frozenset(mail.uid for mail in mails if sha256(_key(mail).encode()).digest() not in done)

    def threads(self, letter: Letter) -> list[Thread]:
        """The tickets that it answers or names, the likeliest first; a ticket that was merged leads to the other."""
        with transaction(self._engine) as connection:
            known = _tickets_of(connection, letter.references)
            marked = [ticket_marked(each) or known.get(each) for each in letter.references]
            wanted = dict.fromkeys([*(each for each in marked if each), *named_in(letter.subject)])
            found = [_thread(connection, each) for each in wanted]
        return list({thread.ticket_id: thread for thread in found if thread}.values())

    def lately(self, sender: str, since: datetime, before: int) -> int:
        """How many mails of this sender were dealt with since then, but for those from number `before` on."""
        asked = select(func.count()).where(letters.c.sender == sender, letters.c.at > since, letters.c.number < before)
        with transaction(self._engine) as connection:
            return int(connection.execute(asked).scalar_one())

    def sent(self, message_ids: Sequence[str]) -> list[Sent]:
        """Which of our own mails these are."""
        asked = select(receipts.c.message_key, receipts.c.outlet).where(receipts.c.provider_id.in_(list(message_ids)))
        with transaction(self._engine) as connection:
            return [Sent(key=row.message_key, outlet=row.outlet) for row in connection.execute(asked)]

    def done(self, number: int, letter: Letter, outcome: Outcome, ticket_id: str | None, now: datetime) -> None:
        """It is dealt with; safe to repeat."""
        self._note(number, letter, outcome, ticket_id, now)
        self._bodies.take([number])

    def put_aside(self, number: int, code: str, reason: str) -> None:
        """Into quarantine, where people see it, and from where it can be replayed; safe to repeat."""
        self._bodies.put_aside(number, code, reason)

    def _note(self, number: int, letter: Letter, outcome: Outcome, ticket_id: str | None, now: datetime) -> None:
        said = {"message_id": letter.message_id, "sender": letter.sender, "ticket_id": ticket_id, "outcome": outcome}
        noted = insert(letters).values(number=number, at=now, **said)
        noted = noted.on_conflict_do_update(index_elements=["number"], set_=said | {"at": now})
        with transaction(self._engine) as connection:
            connection.execute(noted)


def _arrival(mail: Raw, now: datetime) -> Arrival:
    noted = {ARRIVED: mail.arrived_at.isoformat()} | ({TOO_LARGE: "yes"} if mail.too_large else {})
    return Arrival(source=MAIL, received_at=now, sender_key=_key(mail), headers=noted, body=mail.body)


def _key(mail: Raw) -> str:
    """The sender's own id of the mail, and the sender: another's mail cannot pass for it; else the mail itself."""
    try:
        letter = read(mail.body, mail.arrived_at)
    except NotAMail:
        return sha256(mail.body).hexdigest()
    return f"{letter.message_id} {letter.sender}" if letter.message_id else sha256(mail.body).hexdigest()


def _tickets_of(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Tickets by the ids of mails about them, whoever wrote those."""
    wanted = list(ids)
    came = select(letters.c.message_id, letters.c.ticket_id)
    came = came.where(letters.c.message_id.in_(wanted), letters.c.ticket_id.is_not(None))
    went = select(receipts.c.provider_id, messages.c.ticket_id).join(messages, messages.c.key == receipts.c.message_key)
    went = went.where(receipts.c.provider_id.in_(wanted))
    return {row[0]: row[1] for asked in (came, went) for row in connection.execute(asked)}


def _thread(connection: Connection, ticket_id: str) -> Thread | None:
    wanted: str | None = ticket_id
    for _ in range(_MOST_HOPS):
        state = connection.execute(select(tickets.c.state).where(tickets.c.ticket_id == wanted)).scalar_one_or_none()
        if state is None:
            return None
        ticket = Ticket.model_validate(state)
        if ticket.merged_into is None:
            break
        wanted = ticket.merged_into
    return Thread(ticket_id=ticket.id, client=ticket.client, contact=ticket.contact.email or "", stage=ticket.stage)
