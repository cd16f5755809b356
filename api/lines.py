"""Lines that stores list, by the names that the API reads of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from escalation.messages import Message, Receipt
from escalation.outbox import Attempt
from escalation.policy.amendments import PolicyChange
from escalation.quiet import Held
from escalation.review.incident import Published, Review


class ReviewLine(Protocol):
    """A review: its draft, where it stands, and how it was decided."""

    @property
    def review(self) -> Review: ...

    @property
    def state(self) -> str: ...

    @property
    def overdue_at(self) -> datetime | None: ...

    @property
    def decided_by(self) -> str | None: ...

    @property
    def decided_at(self) -> datetime | None: ...

    @property
    def reason(self) -> str: ...

    @property
    def answers(self) -> Mapping[str, str]: ...

    @property
    def changes(self) -> Sequence[PolicyChange]: ...

    @property
    def published(self) -> Published | None: ...


class SopRevision(Protocol):
    """One revision of a document."""

    @property
    def sop(self) -> str: ...

    @property
    def revision(self) -> int: ...

    @property
    def title(self) -> str: ...

    @property
    def body(self) -> str: ...

    @property
    def state(self) -> str: ...

    @property
    def author(self) -> str: ...

    @property
    def approver(self) -> str: ...

    @property
    def review(self) -> str | None: ...

    @property
    def published_at(self) -> datetime: ...


class SentBy(Protocol):
    """What one way out did with a message."""

    @property
    def outlet(self) -> str: ...

    @property
    def receipt(self) -> Receipt: ...


class Correspondence(Protocol):
    """A message, and what came of it."""

    @property
    def message(self) -> Message: ...

    @property
    def state(self) -> str: ...

    @property
    def receipts(self) -> Sequence[SentBy]: ...

    @property
    def attempts(self) -> Sequence[Attempt]: ...

    @property
    def held(self) -> Held | None: ...

    @property
    def sent_with(self) -> str | None: ...


class PolicyFault(Protocol):
    """What is wrong with a policy document, and on which line."""

    @property
    def line(self) -> int: ...

    @property
    def place(self) -> str: ...

    @property
    def message(self) -> str: ...


class PolicyLine(Protocol):
    """A published version in short."""

    @property
    def version(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def published_by(self) -> str: ...

    @property
    def published_at(self) -> datetime: ...

    @property
    def current(self) -> bool: ...
