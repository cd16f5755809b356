"""What the drain of the inbox asks of the outside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from pydantic import AwareDatetime

from escalation.alerts.alert import Hint
from escalation.alerts.fault import Heard
from escalation.alerts.intakes import Intakes
from escalation.alerts.tickets import AlertTicket, Noted
from escalation.alerts.windows import Planned, Window
from escalation.commands import HearAlerts, Open
from escalation.policy import Alerting, Slice
from escalation.terms import Facts


class AlertBook(Protocol):
    """Everything that monitoring said, and the tickets that it made; each call is one transaction, safe to repeat."""

    def hear(self, said: Sequence[Heard], intakes: Intakes) -> None:
        """Judge alerts in their order, and write down what they change; those on record already change nothing."""
        ...

    def pass_time(self, now: datetime, intakes: Intakes) -> None:
        """Judge what time brings: holds that are over, windows that begin or end."""
        ...

    def wanted(self, limit: int) -> Sequence[AlertTicket]:
        """Tickets to be opened: emergencies first, and then those that have waited longest."""
        ...

    def opened(self, ticket_id: str, now: datetime) -> None:
        """It is open."""
        ...

    def refused(self, ticket_id: str) -> AlertTicket | None:
        """It cannot be opened as it is; the next alert of its fault tries anew. The ticket as it stood."""
        ...

    def to_tell(self, now: datetime, limit: int) -> Sequence[AlertTicket]:
        """Open tickets that have something to hear by now."""
        ...

    def told(self, sent: AlertTicket, now: datetime, rules: Alerting, *, over: bool) -> None:
        """It has heard what there was when it was sent, and may be over by it."""
        ...

    def gone(self, ticket_id: str, now: datetime, intakes: Intakes) -> None:
        """It was over already: what has fired since it last heard is judged anew."""
        ...

    def next_at(self) -> datetime | None:
        """When there is something to do that nobody will say anything about."""
        ...


class AlertRecord(Protocol):
    """What was said of a ticket's faults, for reading."""

    def of_ticket(self, ticket_id: str, limit: int, before: int | None = None) -> Sequence["Linked"]:
        """Its alerts, the latest first, older than the number `before`."""
        ...


class Linked(Noted):
    """An alert of a ticket, with its place among all alerts."""

    seq: int


class Maintenance(Protocol):
    """Maintenance windows; `clients` None means those of every client."""

    def plan(self, wanted: Planned, by: str, at: datetime, request_id: str | None = None) -> Window:
        """Put it on record; the same request again gives the same window."""
        ...

    def windows(self, since: datetime, clients: tuple[str, ...] | None) -> Sequence[Window]:
        """Those that end after a moment, the next to start first."""
        ...

    def window(self, number: int) -> Window | None: ...

    def end(self, number: int, by: str, at: datetime) -> Window | None:
        """End it now; one that is over stays as it is."""
        ...


class Told(Facts):
    """How a ticket stands after it was told something."""

    over: bool


class TicketClosedError(Exception):
    """The ticket is over, or nobody knows it: it cannot be told anything."""


class TicketRefusedError(Exception):
    """The rules refuse it; asking again would change nothing."""


class AlertDesk(Protocol):
    """Opens tickets and tells them; Unavailable while that cannot be done or known, and then it is safe to repeat."""

    async def open(self, ticket_id: str, command: Open, policy: Slice) -> None:
        """TicketRefusedError where it can never be."""
        ...

    async def tell(self, ticket_id: str, command: HearAlerts) -> Told:
        """TicketClosedError where it is over."""
        ...

    async def attach(self, ticket_id: str, parent: str, request_id: str) -> None:
        """Make it a child of another ticket, unless somebody has claimed it."""
        ...

    async def fold(self, ticket_id: str, into: str, request_id: str) -> bool:
        """Merge it into a storm's ticket, unless somebody has claimed it; whether that was done."""
        ...


class Hints(Protocol):
    """Where word of changed records goes."""

    def take(self, hints: Sequence[tuple[Hint, AwareDatetime]]) -> None:
        """Each with when it came in; a repeat is harmless."""
        ...
