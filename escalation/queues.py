"""The state of the desk: what waits at each tier, and how much each person holds."""

from pydantic import AwareDatetime

from escalation.terms import Facts


class TierQueue(Facts):
    """What waits at one tier."""

    tier: int
    open: int
    waiting: int
    unaccepted: int
    oldest_unaccepted_at: AwareDatetime | None
    at_risk: int
    breached: int


class PersonLoad(Facts):
    """How much one person holds."""

    person: str
    name: str
    tier: int | None
    open: int
    capacity: int


class Queues(Facts):
    """The state of the desk."""

    at: AwareDatetime
    triage: int
    tiers: tuple[TierQueue, ...]
    load: tuple[PersonLoad, ...]
