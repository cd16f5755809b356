"""What the SOPs tell people about escalating, as far as the engine does the same: the two must not contradict."""

from escalation.durations import Duration
from escalation.terms import Facts, Name, Priority, Tier


class Sop(Facts):
    """A standard operating procedure: when it has people escalate, and how soon it says that somebody takes it up."""

    title: str
    escalate: dict[Priority, tuple[Name, ...]] = {}
    """The triggers that send a ticket of this priority up."""
    failed_attempts: dict[Tier, int] = {}
    """After how many failed attempts each tier hands the ticket up."""
    accept_within: dict[Priority, Duration] = {}
    messages: tuple[Name, ...] = ()
    """What the client is told on the way."""
