"""How a ticket ended, and what it took in."""

from datetime import timedelta
from typing import Literal

from pydantic import AwareDatetime

from escalation.durations import Duration
from escalation.events.fact import Fact
from escalation.terms import Tier


class Resolved(Fact):
    """The fault is gone."""

    kind: Literal["resolved"] = "resolved"
    code: str
    cause: str
    resolution: str
    tier: Tier | None = None
    reopen_until: AwareDatetime
    close_at: AwareDatetime


class Closed(Fact):
    """The end of a ticket."""

    kind: Literal["closed"] = "closed"
    reason: str


class Cancelled(Fact):
    """The end of a ticket that was not to be worked on."""

    kind: Literal["cancelled"] = "cancelled"
    reason: str
    merged_into: str | None = None


class Absorbed(Fact):
    """A duplicate came in: its clock was earlier, its watchers come along."""

    kind: Literal["absorbed"] = "absorbed"
    ticket_id: str
    watchers: tuple[str, ...] = ()
    counted_from: AwareDatetime | None = None
    gained: Duration = timedelta()
