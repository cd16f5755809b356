"""Everything that the API is handed. It imports neither stores nor channels; these are the shapes that it needs."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from api.boards import Lines, Watched
from api.figures import Figures
from api.intake.bell import Drain
from api.intake.connectwise_keys import ConnectWiseKeys
from api.learning import Audits, Exercises, Library, Read, Readings, ReviewBook, Search
from api.lines import Correspondence, PolicyFault, PolicyLine
from api.linked import Linked
from api.subscribed import HookBell, WebhookLog, Webhooks
from escalation.alerts.books import BodyBook, SourceBook
from escalation.alerts.ports import AlertRecord, Maintenance
from escalation.backtest.kept import Backtest, BacktestBook
from escalation.commands import Accept, Command, Open
from escalation.consultations import Consultation
from escalation.events import Entry, Event
from escalation.explain import Explanation
from escalation.likeness import Likeness
from escalation.majors import Majors
from escalation.messages import Message, Receipt
from escalation.oncall import Absence, Board, LiveAbsence, LiveOverride, RotaOverride, Swap, SwapLine, SwapState
from escalation.policy import Policy, Slice
from escalation.ports import PersonView, ProblemRecord, ReadSide, Relief, SigningKeys, Token
from escalation.psa.ports import Wakes
from escalation.pulse import Pulse
from escalation.review.decision import Approve, Waive
from escalation.review.effect import Solving
from escalation.review.view import ReviewView
from escalation.ticket import Ticket
from escalation.verifying import Asked, Proof
from escalation.view import HandoffView, SlaView, TicketView


class Tickets(Protocol):
    """The tickets as their workflows know them; api.gateway has the one over Temporal."""

    async def open(
        self, ticket_id: str, command: Open, policy: Slice, fingerprint: str, now: datetime
    ) -> TicketView: ...

    async def command(self, ticket_id: str, command: Command, key: str) -> TicketView: ...

    async def note_stale(self, ticket_id: str, command: Accept) -> None: ...

    async def view(self, ticket_id: str) -> TicketView: ...

    async def sla(self, ticket_id: str, at: datetime) -> SlaView: ...

    async def handoff(self, ticket_id: str) -> HandoffView: ...

    async def explain(self, ticket_id: str) -> Explanation: ...


class Reviews(Protocol):
    """The reviews that wait for a person; NotFound where none of this ticket was ever begun."""

    async def decide(self, ticket_id: str, decision: Approve | Waive, key: str) -> ReviewView: ...


class Record(Protocol):
    """The problems on record."""

    def problems(self, clients: tuple[str, ...] | None = None) -> Sequence[ProblemRecord]: ...


class Story(Protocol):
    """The journal, for reading; and for what is said of a ticket that is over."""

    def entries(self, ticket_id: str) -> Sequence[Entry]: ...

    def append_afterwards(
        self, ticket_id: str, request_id: str, judged: Callable[[Ticket, Sequence[Event]], Sequence[Event]]
    ) -> tuple[Ticket, Sequence[Entry]]: ...

    def held(
        self, since: datetime | None, until: datetime | None, clients: tuple[str, ...] | None
    ) -> Iterable[Sequence[Entry]]: ...


class Postman(Protocol):
    """Takes messages over for delivery; a repeat of one that it has is harmless."""

    async def take(self, messages: Sequence[Message]) -> None: ...


class Pulses(Protocol):
    """The state of the desk in numbers, in as many statements whatever its size."""

    def pulse(self, at: datetime) -> Pulse: ...


class People(Protocol):
    """Who is at the desk, and whether they are away at a moment."""

    def people(self, at: datetime) -> Sequence[PersonView]: ...

    def person(self, person_id: str, at: datetime) -> PersonView | None: ...


class Rotas(Protocol):
    """Who is on call and who is away, and what people change about it; UnknownName for a stranger or no rota."""

    def board(self) -> Board: ...

    def override(self, change: RotaOverride, by: str, uid: str | None = None) -> LiveOverride: ...

    def take_back(self, override: int) -> bool: ...

    def be_away(self, absence: Absence, by: str, uid: str | None = None) -> LiveAbsence: ...

    def be_back(self, person: str, at: datetime) -> None: ...

    def drop_absence(self, absence: int) -> bool: ...

    def drop_imported(self, uid: str, *, person: str | None = None, rota: str | None = None) -> bool: ...

    def prune_imported(
        self, series: str, kept: frozenset[str], *, person: str | None = None, rota: str | None = None
    ) -> int: ...

    def propose(self, swap: Swap, by: str, at: datetime) -> SwapLine: ...

    def swaps(self) -> Sequence[SwapLine]: ...

    def swap(self, number: int) -> SwapLine | None: ...

    def decide(self, number: int, state: SwapState, by: str, at: datetime) -> bool: ...


class Watch(Protocol):
    """What relieves people who are away or go home; `look`: something has changed."""

    async def look(self) -> None: ...


class Consultations(Protocol):
    """Questions to people about tickets that are not theirs, and that no answer is on record for."""

    def asked_of(self, person: str, clients: tuple[str, ...] | None, limit: int) -> Sequence[Consultation]: ...


class Letters(Protocol):
    """What was said to people about a ticket, in order."""

    def for_ticket(self, ticket_id: str) -> Sequence[Correspondence]: ...


class Receipts(Protocol):
    """What providers report of messages, and which page somebody answers."""

    def knows(self, key: str) -> bool: ...

    def settle(self, key: str, outlet: str, receipt: Receipt) -> None: ...

    def paged(self, person: str, ticket_id: str) -> Message | None: ...


@dataclass(frozen=True)
class TwilioAccount:
    """By which token Twilio signs what it sends here, and under which address it knows us."""

    token: str = field(repr=False)
    public_url: str


class ContactMethods(Protocol):
    """Which ways to people were tried."""

    def proofs(self) -> Sequence[Proof]: ...

    def ask(self, person: str, method: str, mark: str, code_hash: str, at: datetime) -> bool: ...

    def answer(self, person: str, method: str, judged: Callable[[Asked], bool], at: datetime) -> bool: ...


class Policies(Protocol):
    """The published versions; KeyError for one that never was."""

    def current(self) -> Policy: ...

    def version(self, version: str) -> Policy: ...

    def all(self) -> Sequence[PolicyLine]: ...

    def document(self, version: str) -> str: ...

    def choose(self, version: str, *, by: str, at: datetime) -> None: ...


class Judging(Protocol):
    """Has what is on record judged; safe to ask twice."""

    async def begin(self, backtest: Backtest) -> None: ...


class Publisher(Protocol):
    """Reads policy documents; PolicyUnsound or VersionTaken for one that cannot be published."""

    def read(self, document: str, *, at: datetime) -> Policy: ...

    def check(self, document: str, *, at: datetime) -> Sequence[PolicyFault]: ...

    def publish(self, document: str, *, by: str, at: datetime) -> str: ...


class Tokens(Protocol):
    """The tokens that open the API; all live ones by the SHA-256 of their secret."""

    def verify(self, secret: str, at: datetime) -> Token | None: ...

    def snapshot(self, at: datetime) -> Mapping[bytes, Token]: ...


Probe = Callable[[], Awaitable[bool]]
"""Whether a part that the API needs answers; an exception counts as no."""


@dataclass(frozen=True)
class Services:
    """What the API works with; `temporal_ui` is the address of the namespace's page, or empty.

    When `intake_most_waiting` bodies wait to be dealt with, machines are told to come again later.

    Without a `metrics_token`, metrics are read from this machine alone.
    """

    tickets: Tickets
    reviews: Reviews
    review_book: ReviewBook
    audits: Audits
    backtests: BacktestBook
    judging: Judging
    solving: Solving
    read: ReadSide
    lines: Lines
    readings: Readings
    record: Record
    journal: Story
    library: Library
    read_document: Callable[[str], Read]
    letters: Letters
    receipts: Receipts
    contact_methods: ContactMethods
    webhooks: Webhooks
    webhook_log: WebhookLog
    hook_bell: HookBell
    keys: SigningKeys
    consultations: Consultations
    majors: Majors
    likeness: Likeness
    exercises: Exercises
    search: Search
    postman: Postman
    figures: Figures
    people: People
    rotas: Rotas
    relief: Relief
    watch: Watch
    watched: Watched
    linked: Linked
    psa: Wakes
    policies: Policies
    publisher: Publisher
    tokens: Tokens
    sources: SourceBook
    bodies: BodyBook
    intake: Drain
    alerts: AlertRecord
    maintenance: Maintenance
    now: Callable[[], datetime]
    probes: Mapping[str, Probe]
    pulse: Pulses
    temporal_ui: str = ""
    intake_most_waiting: int = 50_000
    connectwise_keys: ConnectWiseKeys = field(default_factory=ConnectWiseKeys)
    metrics_token: str = field(default="", repr=False)
    twilio: TwilioAccount | None = None
