"""What the sync asks of the outside: the other system, what is kept of it, and our own tickets."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Literal, Protocol

from pydantic import AwareDatetime

from escalation.commands import Intake
from escalation.events import Entry
from escalation.psa.asking import Wish
from escalation.psa.link import Link
from escalation.psa.mapping import PsaMap
from escalation.psa.record import Field, NewRecord, Record
from escalation.terms import Facts

RECONCILE_EVERY = timedelta(minutes=5)
COMPARE_EVERY = timedelta(hours=1)


class Changes(Facts):
    """The records that changed, and where to go on from next time."""

    record_ids: tuple[str, ...] = ()
    cursor: str = ""


class Connector(Protocol):
    """One other system. Every call raises PsaAway or PsaRefused; each may be repeated."""

    async def fetch(self, record_id: str) -> Record | None:
        """What a record says now; None for one that is not there any more."""
        ...

    async def changed_since(self, cursor: str) -> Changes:
        """What changed since the cursor, with some overlap; "" for what is there to begin with."""
        ...

    def running(self) -> AsyncIterator[Record]:
        """Every record that is not over there."""
        ...

    async def update(self, record_id: str, changes: Mapping[Field, str], resolution: str) -> None:
        """Write these fields, and the resolution where the status takes one."""
        ...

    async def comment(self, record: Record, text: str, *, public: bool) -> str:
        """Add a comment to a record that nothing was written to since it was fetched; its id there."""
        ...

    async def create(self, new: NewRecord) -> str:
        """Make a record, or find the one with the same mark; its id."""
        ...


class Connection(Facts):
    """One other system that tickets are in step with; the secret is with the store alone."""

    name: str
    connector: str
    url: str
    user: str = ""
    enabled: bool = True
    every: int = 300
    made_by: str = ""
    made_at: AwareDatetime
    cursor: str = ""
    synced_at: AwareDatetime | None = None
    reconciled_at: AwareDatetime | None = None
    compared_at: AwareDatetime | None = None
    away_since: AwareDatetime | None = None
    error: str = ""
    map_version: int = 0


LogKind = Literal["conflict", "refused", "set_back", "refused_there", "not_taken_in", "taken_in", "gone", "failed"]


class LogLine(Facts):
    """Something about a record that people should know of; `key` is the same however often it is found."""

    number: int = 0
    connection: str
    record_id: str
    ticket_id: str | None = None
    kind: LogKind
    key: str
    field: str = ""
    text: str
    at: AwareDatetime


class Standing(Facts):
    """How far a connection is: records run here and not run here, and those whose tickets have gone on unshown."""

    linked: int = 0
    not_run: int = 0
    behind: int = 0
    behind_since: AwareDatetime | None = None


class Book(Protocol):
    """What is kept of the connections; Unavailable while the store is away."""

    def connected(self) -> bool:
        """Whether there is any connection at all."""
        ...

    def connection(self, name: str) -> Connection | None: ...

    def rules(self, name: str) -> PsaMap | None: ...

    def link(self, connection: str, record_id: str) -> Link | None: ...

    def links_of(self, ticket_ids: Sequence[str]) -> Sequence[Link]:
        """The records of these tickets, in every connection."""
        ...

    def versions(self, connection: str, record_ids: Sequence[str]) -> Mapping[str, str]:
        """As what each of these records was last seen; nothing for one never seen."""
        ...

    def keep(self, link: Link) -> None: ...

    def log(self, line: LogLine) -> None: ...

    def untold(self, connection: str, limit: int) -> Sequence[str]:
        """The records whose tickets have gone on since they were last shown."""
        ...

    def running(self, connection: str) -> Sequence[str]:
        """The records whose tickets are not over."""
        ...

    def noted(self, name: str, **said: object) -> None:
        """Note of a connection where it stands: `cursor`, `synced_at`, `reconciled_at`, `away_since`, `error` ..."""
        ...


class Doors(Protocol):
    """Our tickets, by the way that everybody takes; a Refusal where the rules say no, Unavailable for later."""

    async def take_in(self, connection: str, intake: Intake) -> str:
        """The id of the ticket, the same however often it is asked."""
        ...

    async def ask(self, connection: str, ticket_id: str, client: str, wish: Wish, key: str) -> int:
        """One command in the name of the wish's person, once for each key; the ticket's sequence after it."""
        ...


class Stories(Protocol):
    """The journal, for reading."""

    def entries(self, ticket_id: str) -> Sequence[Entry]: ...


class Wakes(Protocol):
    """Has a connection's sync look at records, or at the records of tickets; never in anybody's way."""

    async def changed(self, connection: str, record_ids: Sequence[str]) -> None: ...

    async def moved(self, connection: str, ticket_ids: Sequence[str]) -> None: ...
