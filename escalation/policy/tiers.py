"""What each tier may do, and where a kind of fault starts."""

from pydantic import Field

from escalation.durations import Duration
from escalation.terms import Facts, Flag, Scope, Tier


class Category(Facts):
    """What a kind of fault needs: where it starts, which skill, which SOP."""

    tier: Tier = Field(default=1, ge=1, le=3)
    skill: str
    sop: str | None = None
    emergency: bool = False


class TierLimits(Facts):
    """What one tier may do alone; `skills` are those that it can be expected to hold.

    `time_box` is how long it may keep a ticket that it took up, `idle` how long nothing may happen to one; both count
    in the calendar of the accept target, and None sets no limit.
    """

    may: tuple[str, ...] = ("*",)
    must_escalate: tuple[Flag, ...] = ()
    access: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    failed_attempts: int | None = None
    time_box: Duration | None = None
    idle: Duration | None = None


class ImpactRule(Facts):
    """The impact of a fault, read off its reach; the first rule that fits wins."""

    scopes: tuple[Scope, ...] = ()
    users: int | None = None
    flags: tuple[Flag, ...] = ()
    impact: int = Field(ge=1, le=3)


class Bounces(Facts):
    """How often a ticket may go back and forth, and how often a customer may have to call."""

    returns: int = 2
    contacts: int = 3
    technicians: int = 3
