"""Major incidents as people read of them: who leads, what the clients heard, and when they hear next."""

from collections.abc import Sequence
from typing import Protocol

from pydantic import AwareDatetime

from escalation.durations import Duration
from escalation.terms import Facts, Priority


class MajorWord(Facts):
    """What the clients of a major incident were told."""

    at: AwareDatetime
    by: str
    text: str


class MajorIncident(Facts):
    """A ticket that is a major incident, or was one: `ended_at`. `updates` are the latest first."""

    ticket_id: str
    subject: str
    client: str
    category: str | None = None
    priority: Priority
    stage: str
    since: AwareDatetime
    ended_at: AwareDatetime | None = None
    commander: str
    communicator: str
    update_every: Duration
    update_due_at: AwareDatetime
    missed: int = 0
    children: int = 0
    updates: tuple[MajorWord, ...] = ()


class Majors(Protocol):
    """The major incidents on record."""

    def incidents(self, clients: tuple[str, ...] | None, *, running: bool, limit: int) -> Sequence[MajorIncident]:
        """Those of these clients, None for all, the latest first; `running`: only those that are one now."""
        ...
