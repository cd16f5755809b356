"""Where mail rests until it is dealt with, as whoever deals with it needs it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol

from escalation.alerts.arrived import Arrived
from escalation.mail.judging import Thread
from escalation.mail.letter import Letter
from escalation.terms import Facts, Line

Outcome = Literal["opened", "said", "noted", "bounced", "ignored", "aside"]


class Raw(Facts):
    """A mail as the mailbox gives it; `uid` is its number there. One that is too large comes with its headers alone."""

    uid: Line
    arrived_at: datetime
    body: bytes
    too_large: bool = False


class Sent(Facts):
    """A mail of ours, by the message that it was and the way that it took."""

    key: str
    outlet: str


class LetterBook(Protocol):
    """Every mail as it came, and what became of it."""

    def keep(self, mails: Sequence[Raw], now: datetime) -> None:
        """Keep them all; one that is known already is no second one."""
        ...

    def waiting(self, limit: int) -> Sequence[Arrived]:
        """The oldest that nobody has dealt with."""
        ...

    def undone(self, mails: Sequence[Raw]) -> frozenset[str]:
        """Those that nobody has dealt with yet, by their uids."""
        ...

    def threads(self, letter: Letter) -> Sequence[Thread]:
        """The tickets that it answers or names, the likeliest first."""
        ...

    def lately(self, sender: str, since: datetime, before: int) -> int:
        """How many mails of this sender were dealt with since then, but for those from number `before` on."""
        ...

    def sent(self, message_ids: Sequence[str]) -> Sequence[Sent]:
        """Which of our own mails these are."""
        ...

    def done(self, number: int, letter: Letter, outcome: Outcome, ticket_id: str | None, now: datetime) -> None:
        """It is dealt with; safe to repeat."""
        ...

    def put_aside(self, number: int, code: str, reason: str) -> None:
        """Into quarantine, where people see it, and from where it can be replayed; safe to repeat."""
        ...


class Mailbox(Protocol):
    """Where mail comes in. Blocking; Unavailable while it cannot be reached."""

    def new(self, limit: int) -> Sequence[Raw]:
        """The oldest that lie there."""
        ...

    def put_away(self, uids: Sequence[str]) -> None:
        """Into the folder of mail that was dealt with."""
        ...
