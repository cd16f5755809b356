"""What is promised about time: to clients by agreement, and how a timer keeps it."""

from datetime import timedelta

from pydantic import Field

from escalation.durations import Duration
from escalation.terms import Facts, Name, Priority


class Target(Facts):
    """A promise about time: how long, counted in which calendar (`client` is the client's own)."""

    time: Duration
    calendar: str = "client"


class Promises(Facts):
    """What an agreement promises for one priority."""

    response: Target
    resolution: Target
    reply: Target | None = None
    """How soon a person answers what the customer wrote; None promises nothing."""
    update_every: Target | None = None
    """How long the customer goes at most without hearing from a person while the ticket is open; None: as long as it
    takes."""


class Agreement(Facts):
    """What a client was promised, by priority; one without any promise is for those who are out of contract."""

    promises: dict[Priority, Promises] = {}


class AutoEscalation(Facts):
    """When an unresolved Tier 1 ticket moves up by itself: this long before its resolution is due."""

    trigger: Name = "S1"
    share: float = Field(default=0.2, gt=0, lt=1)
    at_least: Duration = timedelta(minutes=30)
