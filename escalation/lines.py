"""A ticket in one line, as boards and lists show it without reading the whole of it; and that a board has changed."""

from typing import Literal

from pydantic import AwareDatetime

from escalation.terms import Facts, Kind, Priority, Tier

Order = Literal["newest", "due", "waiting"]
"""The newest first; the next promise to the client to break first; the longest with its owner first."""


class TicketLine(Facts):
    """What a row says of a ticket; the moments are those of running promises, None where nothing runs.

    `breach_at` is when the next promise to the client breaks, `risk_at` when three quarters of it are used up,
    `accept_by` when whoever owns it must have accepted.
    """

    id: str
    subject: str
    client: str
    category: str | None = None
    kind: Kind = Kind.INCIDENT
    priority: Priority
    vip: bool = False
    stage: str
    tier: Tier | None = None
    owner: str
    owned_since: AwareDatetime
    accepted_at: AwareDatetime | None = None
    coordinator: str
    parent: str | None = None
    on_hold: str | None = None
    emergency: bool = False
    stagnant: bool = False
    uncovered: bool = False
    escalations: int = 0
    returns: int = 0
    opened_at: AwareDatetime
    resolved_at: AwareDatetime | None = None
    closed_at: AwareDatetime | None = None
    next_deadline: str | None = None
    next_due_at: AwareDatetime | None = None
    accept_by: AwareDatetime | None = None
    response_by: AwareDatetime | None = None
    risk_at: AwareDatetime | None = None
    breach_at: AwareDatetime | None = None
    breached: bool = False

    @property
    def waits(self) -> bool:
        """Whether somebody has to take it up; nobody has to take up a child."""
        return self.accepted_at is None and self.parent is None

    @property
    def promise(self) -> str:
        """Which promise to the client breaks next."""
        return "first response" if self.response_by and self.response_by == self.breach_at else "resolution"


class LinePage(Facts):
    """Some lines in the order that was asked, and where the next ones begin."""

    lines: tuple[TicketLine, ...]
    next_cursor: str | None = None


class News(Facts):
    """A mark of everything that people watch; another mark means that something changed."""

    mark: str
