"""Where sources and what they sent rest, as the door, the console and people need it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol

from pydantic import AwareDatetime

from escalation.alerts.arrived import Arrived
from escalation.alerts.source import MapVersion, Scheme, Secret, Sender, Source, SourceKind, SourceMap
from escalation.terms import Facts, Line, Text

BodyState = Literal["received", "taken", "quarantined", "discarded"]


class NewSource(Facts):
    """A source to be."""

    id: Line
    kind: SourceKind
    scheme: Scheme
    header: Line = ""
    note: Line = ""
    map: SourceMap


class Arrival(Facts):
    """A request to be stored; `sender_key` is the sender's own id of it, None where it has none."""

    source: Line
    received_at: AwareDatetime
    sender_key: Line | None = None
    headers: dict[str, str] = {}
    body: bytes


class Aside(Facts):
    """A body in quarantine: why, and when; `by` is who discarded it."""

    number: int
    source: Line
    received_at: AwareDatetime
    state: BodyState
    code: Line = ""
    reason: Text = ""
    read_by: int | None = None
    dealt_at: AwareDatetime | None = None
    dealt_by: Line | None = None
    size: int


class SourceBook(Protocol):
    """The sources; every change of a map is a version of its own."""

    def all(self) -> Sequence[Source]: ...

    def one(self, source: str) -> Source | None: ...

    def versions(self, source: str) -> Sequence[MapVersion]: ...

    def senders(self) -> Sequence[Sender]:
        """All that are not disabled, with their live secrets."""
        ...

    def create(self, new: NewSource, secret: Secret, by: str, at: datetime) -> Source | None:
        """None if there is one of this id already."""
        ...

    def change(self, source: str, how: SourceMap, by: str, at: datetime) -> MapVersion | None:
        """The version that the map is now; the last one where nothing changes; None for no such source."""
        ...

    def describe(self, source: str, note: str) -> bool: ...

    def add_secret(self, source: str, secret: Secret, by: str, at: datetime) -> bool:
        """False where two are live already."""
        ...

    def retire_secret(self, source: str, secret: str, at: datetime) -> bool:
        """False where there is no such live secret, or it is the last."""
        ...

    def disable(self, source: str, at: datetime | None) -> bool:
        """From now on nothing of it is taken; None lets it in again. False for no such source."""
        ...


class BodyBook(Protocol):
    """What came in."""

    def store(self, arrivals: Sequence[Arrival]) -> Sequence[bool]:
        """Keep them all; False for each that its sender sent before."""
        ...

    def count_waiting(self, most: int) -> int:
        """How many nobody has dealt with, counted up to `most`."""
        ...

    def aside(self, source: str | None, limit: int, before: int | None = None) -> Sequence[Aside]:
        """What is in quarantine, the latest first, of one source or of all; older than number `before`."""
        ...

    def body(self, number: int) -> tuple[Aside, Arrived] | None: ...

    def replay(self, number: int) -> bool:
        """Back among those that wait; False if it is not in quarantine."""
        ...

    def replay_all(self, source: str) -> int: ...

    def discard(self, number: int, why: str, by: str, at: datetime) -> bool:
        """Out of sight, and never read again; False if it is not in quarantine."""
        ...
