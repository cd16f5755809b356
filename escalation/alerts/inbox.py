"""What came in and is not dealt with yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from pydantic import AwareDatetime

from escalation.alerts.alert import Reading
from escalation.terms import Facts, Line


class Body(Facts):
    """One request of a sender as it was stored, before anybody read it; numbered as they came."""

    number: int
    source: Line
    received_at: AwareDatetime


class Inbox(Protocol):
    """The bodies that were stored and answered; what is taken, or put aside, is not given again."""

    def waiting(self, limit: int) -> Sequence[Body]:
        """The oldest that nobody has dealt with."""
        ...

    def read(self, body: Body) -> Reading:
        """What it says, by its source's map of today; Unreadable if it says nothing."""
        ...

    def take(self, numbers: Sequence[int]) -> None:
        """They are dealt with; safe to repeat."""
        ...

    def forget(self, before: datetime) -> int:
        """Delete some of what came before and is dealt with, the oldest first; how many that were."""
        ...

    def put_aside(self, number: int, code: str, reason: str) -> None:
        """Into quarantine, where people see it, and from where it can be replayed; safe to repeat."""
        ...
