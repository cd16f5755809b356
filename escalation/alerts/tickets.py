"""The tickets that alerts have made: what is to become of each, and what it has still to hear."""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime

from escalation.alerts.alert import Link, Severity
from escalation.alerts.fault import Key, Place
from escalation.commands import Open
from escalation.terms import Facts, Line

TicketState = Literal["wanted", "open", "refused", "over"]
Outcome = Literal[
    "opened", "joined", "linked", "recorded", "maintenance", "flapping", "cleared", "acknowledged", "late", "unknown"
]
"""What became of an alert. `joined`: part of a storm. `linked`: more of the same. `recorded`: too mild for a ticket.
`late`: older than what is known already. `unknown`: a clear of what never fired."""


class Noted(Facts):
    """One alert on record, with the ticket it went to, and whether it had somebody paged."""

    source: Line
    event_id: Line
    number: int
    client: Line
    fault: Line
    action: Line
    severity: Severity
    severity_unknown: bool = False
    summary: Line
    kind: Line = ""
    asset: Line | None = None
    occurred_at: AwareDatetime
    received_at: AwareDatetime
    outcome: Outcome
    ticket_id: Line | None = None
    paged: bool = False
    links: tuple[Link, ...] = ()


class AlertTicket(Facts):
    """A ticket of alerts; it is `wanted` until it is opened.

    Of its `total` alerts it has been told of `told`, and of its worst severity `told_worst`; `live` are the faults on
    it that are not over. `tell_at` is when it hears of the rest. `into` is the storm whose part it turned out to be.
    `under` is the parent that it is to be a child of, and `attached` whether that was asked of it.
    `window` is the maintenance window that keeps its pages back, until `quiet_until`.
    """

    id: Line
    client: Line
    site: Line = ""
    lane: Line = ""
    opener: Key
    state: TicketState = "wanted"
    command: Open
    emergency: bool = False
    made_at: AwareDatetime
    last_at: AwareDatetime
    total: int = 0
    told: int = 0
    live: int = 0
    worst: Severity = 4
    told_worst: Severity = 4
    latest: Line = ""
    storm: bool = False
    flapping: int = 0
    clear: bool = False
    window: int | None = None
    quiet_until: AwareDatetime | None = None
    window_over: bool = False
    into: Line | None = None
    under: Line | None = None
    attached: bool = False
    told_at: AwareDatetime | None = None
    tell_at: AwareDatetime | None = None

    @property
    def place(self) -> Place:
        """Where the storm is, if it is one."""
        return self.client, self.site, self.lane

    def told_soon(self, now: datetime, every: timedelta) -> datetime:
        """When it may hear of what is new."""
        return self.tell_at or (max(now, self.told_at + every) if self.told_at else now)


class Standing(Facts):
    """A ticket as the read side knows it: whether somebody has claimed it, since when it is resolved, or over."""

    claimed: bool = False
    over: bool = False
    resolved_at: AwareDatetime | None = None
