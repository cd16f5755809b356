"""What the rules' shell asks of the outside. Each port is one class of activities and one store or channel.

Nothing here does anything: stores and channels implement these, activities and the API are handed them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol

from pydantic import AwareDatetime

from escalation.events import Entry, Need
from escalation.guide import Guide
from escalation.links import SigningKey
from escalation.messages import Address, Message, Receipt
from escalation.oncall import Board
from escalation.outbox import Begun
from escalation.policy import Policy
from escalation.queues import Queues
from escalation.quiet import Held
from escalation.recurrence import Kin
from escalation.terms import Facts, Priority, Role
from escalation.ticket import Ticket


class Unavailable(Exception):
    """The store cannot be reached just now; asking again later is right."""


class Named(Facts):
    """Whom the desk named, and by which step of the chain (`on_shift`, `on_call`, `off_shift`, `lead`, `manager`,
    `named`, `fallback`). For a rota that nobody answers, nobody (`nobody`); `until` is when that duty or gap ends."""

    person: str
    via: str
    until: AwareDatetime | None = None
    alike: tuple[str, ...] | None = None
    guide: Guide | None = None


class Ask(Facts):
    """A question to the desk; `key` makes it safe to repeat: the same key gives the same answer.

    `kin` asks as well which tickets are alike, `sop` for the procedure to work by.
    """

    key: str
    ticket_id: str
    need: Need
    at: AwareDatetime
    kin: Kin | None = None
    sop: str | None = None


class Library(Protocol):
    """The procedures that tickets are worked by."""

    def guide(self, sop: str) -> Guide | None:
        """The published revision of an SOP; None where none is published."""
        ...


class ProblemRecord(Facts):
    """A fault that keeps coming back, and the tickets that it made."""

    id: str
    client: str
    category: str
    tickets: tuple[str, ...]


class Record(Protocol):
    """What is known of other tickets."""

    def client_of(self, ticket_id: str) -> str | None:
        """Whose ticket it is; None for one that is not there."""
        ...

    def alike(self, kin: Kin) -> list[str]:
        """The other tickets of the same kind, the latest first."""
        ...


class Desk(Protocol):
    """Names the receiver, atomically."""

    def name(self, ask: Ask) -> Named:
        """The one person for this need; UnknownName if a person asked for by id is not of the desk."""
        ...


class Relieved(Facts):
    """A ticket that somebody else should have, and why its owner no longer."""

    ticket_id: str
    person: str
    why: Literal["absence", "left", "shift_end"]


class Sweep(Facts):
    """Which tickets change hands, and when to look again; None while nothing is to be seen ahead."""

    relieved: tuple[Relieved, ...]
    next_at: AwareDatetime | None = None


class Handover(Facts):
    """A pressing ticket whose owner's shift is about to end."""

    ticket_id: str
    person: str
    priority: Priority
    shift_ends_at: AwareDatetime


class Relief(Protocol):
    """Whose tickets somebody else should have."""

    def held_by(self, person: str) -> list[str]: ...

    def sweep(self, since: datetime, now: datetime) -> Sweep: ...

    def handovers(self, now: datetime, until: datetime) -> list[Handover]: ...


class Cover(Protocol):
    """Every rota with what changes it by hand."""

    def board(self) -> Board: ...


class Journal(Protocol):
    """The append-only record, and in the same transaction everything that is read from it."""

    def append(self, entries: Sequence[Entry]) -> None:
        """Add the entries of one ticket; those already there, by (ticket, seq), are passed over."""
        ...

    def entries(self, ticket_id: str) -> list[Entry]:
        """The whole story, in order; empty for a ticket that is not there."""
        ...


class StoredTicket(Facts):
    """A ticket as the read side knows it."""

    ticket: Ticket
    next_deadline: str | None = None
    next_due_at: AwareDatetime | None = None
    imported: bool = False


class TicketFilter(Facts):
    """Which tickets to list; clients None means all of them.

    `open`: in triage or at a tier. `words`: the ticket's id, or part of its subject. `owes_note`: who owes it the rest
    of a note. `to_be_decided`: whether a breach of it counts. `ids`: of these alone.
    `parent`: the children of this one. `major`: those that are a major incident now.
    """

    stage: str | None = None
    owner: str | None = None
    client: str | None = None
    priority: Priority | None = None
    kind: str | None = None
    sla: str | None = None
    accepted: bool | None = None
    stagnant: bool | None = None
    under_escalated: bool | None = None
    uncovered: bool | None = None
    clients: tuple[str, ...] | None = None
    running: bool | None = None
    open: bool | None = None
    emergency: bool | None = None
    on_hold: bool | None = None
    imported: bool | None = None
    category: str | None = None
    coordinator: str | None = None
    words: str | None = None
    owes_note: str | None = None
    to_be_decided: bool | None = None
    ids: tuple[str, ...] | None = None
    pinned_to: str | None = None
    pinned_elsewhere_than: str | None = None
    parent: str | None = None
    major: bool | None = None


class Page(Facts):
    """One page of tickets, newest first, and where the next begins."""

    tickets: tuple[StoredTicket, ...]
    next_cursor: str | None = None


class ReadSide(Protocol):
    """What dashboards and lists read."""

    def ticket(self, ticket_id: str) -> StoredTicket | None: ...

    def tickets(self, wanted: TicketFilter, limit: int, cursor: str | None) -> Page: ...

    def queues(self, at: datetime, clients: tuple[str, ...] | None = None) -> Queues: ...


class PersonView(Facts):
    """Somebody of the desk, as the API shows them."""

    id: str
    name: str
    role: str
    tier: int | None
    skills: tuple[str, ...]
    calendar: str
    capacity: int
    open: int
    absent_until: AwareDatetime | None = None


class OnCallNow(Facts):
    """Who answers for a rota, why they, and until when."""

    rota: str
    person: str | None
    tier: int | None = None
    why: str = ""
    until: AwareDatetime | None = None


class Token(Facts):
    """Who holds a token, and what it lets them do; `clients` None means every client."""

    id: str
    person: str
    role: Role
    clients: tuple[str, ...] | None = None
    expires_at: AwareDatetime | None = None


class Policies(Protocol):
    """The published versions."""

    def current(self) -> Policy: ...

    def version(self, version: str) -> Policy: ...


class Directory(Protocol):
    """How people are reached, and what they are called."""

    def address(self, person: str) -> Address:
        """Where this person can be reached; an empty address for somebody unknown."""
        ...

    def holders(self, role: str, tier: int | None, at: datetime) -> list[str]:
        """Who acts in this role at that moment: the manager on call, the leads of the tier, or all with the role."""
        ...

    def display_name(self, person: str) -> str:
        """The name that a client reads; the id where nothing else is known."""
        ...


class SigningKeys(Protocol):
    """The keys that sign links in messages."""

    def live(self, at: datetime) -> Sequence[SigningKey]:
        """Those that verify at that moment, first the one that signs; none before the first was made."""
        ...


class Outbox(Protocol):
    """What was to be said, and what came of it; idempotent on each message's key and outlet."""

    def queue(self, messages: Sequence[Message], state: str) -> None:
        """Record messages as `queued` or `no_channel`; those known already stay as they are."""
        ...

    def settled(self, key: str) -> frozenset[str]:
        """The outlets by which this message went out, or never can."""
        ...

    def hold(self, key: str, held: Held) -> None:
        """Record that a message waits."""
        ...

    def gather(self, message: Message, until: datetime) -> Sequence[Message] | None:
        """What waits for the same person until then and goes with it from now on; None if it goes with another."""
        ...

    def begin(self, key: str, outlet: str, at: datetime) -> Begun:
        """Record that a try begins; it is a repeat where an earlier one has no known outcome."""
        ...

    def end(self, key: str, outlet: str, n: int, receipt: Receipt, *, unknown: bool = False) -> None:
        """Record what came of a try; `unknown`: it may have gone out all the same."""
        ...

    def settle(self, key: str, outlet: str, receipt: Receipt) -> None:
        """Record how far the message has come by one outlet; a word that says less than is known changes nothing."""
        ...
