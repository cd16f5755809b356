"""What the figures need to know of one ticket, in words that a raw log, an import and the read side can all say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Literal

from escalation.lifecycle import Stage
from escalation.terms import Tier


class Pickup(StrEnum):
    """How the receiving tier took up what was handed to it."""

    DIRECT = "direct"  # accepted in the same moment
    QUEUED = "queued"  # accepted later
    PENDING = "pending"  # not yet accepted, and still there
    LEFT_UNACCEPTED = "left_unaccepted"
    COMPLETED_UNACCEPTED = "completed_unaccepted"
    COMPLETED_DIRECT = "completed_direct"  # arrived and completed in one moment


NEVER_ACCEPTED = frozenset({Pickup.LEFT_UNACCEPTED, Pickup.COMPLETED_UNACCEPTED})
Outcome = Literal["open", "resolved", "cancelled"]
OUTCOMES: Mapping[str, Outcome] = {
    Stage.RESOLVED: "resolved",
    Stage.CLOSED: "resolved",
    Stage.CANCELLED: "cancelled",
}  # of a stage; in every other the ticket is open


@dataclass(frozen=True, slots=True)
class Stay:
    """A maximal time at one tier; `queued` if it began unaccepted, `ended_at` None while it lasts."""

    tier: Tier
    began_at: datetime
    queued: bool
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    completed: bool = False  # completed here before anybody accepted

    @property
    def pickup(self) -> Pickup:
        if self.accepted_at is not None:
            return Pickup.QUEUED if self.queued else Pickup.DIRECT
        if not self.queued:
            return Pickup.COMPLETED_DIRECT
        if self.completed:
            return Pickup.COMPLETED_UNACCEPTED
        return Pickup.PENDING if self.ended_at is None else Pickup.LEFT_UNACCEPTED

    @property
    def handoff_delay(self) -> timedelta | None:
        """From arrival to acceptance: zero if it arrived accepted, None if nobody accepted."""
        return None if self.accepted_at is None else self.accepted_at - self.began_at


@dataclass(frozen=True, slots=True)
class Move:
    """A stay that followed a stay."""

    left: Stay
    entered: Stay

    @property
    def upward(self) -> bool:
        return self.entered.tier > self.left.tier

    @property
    def in_tier(self) -> timedelta:
        """Time in the tier that was left."""
        return self.entered.began_at - self.left.began_at

    @property
    def name(self) -> str:
        return f"{self.left.tier}->{self.entered.tier}"


@dataclass(frozen=True, slots=True)
class Wait:
    """A hold, from its beginning to its end; None while it lasts."""

    began_at: datetime
    ended_at: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the two clocks of a ticket read when they stopped; None where the clock still runs."""

    response: timedelta | None = None
    response_breached: bool = False
    resolution: timedelta | None = None
    resolution_breached: bool = False
    resolution_gross: timedelta | None = None  # had holds not paused the clock
    gross_breached: bool = False
    excluded: int = 0  # breaches that do not count, by approval
    response_breached_at: datetime | None = None
    resolution_breached_at: datetime | None = None

    @property
    def breaches(self) -> Sequence[datetime]:
        """When each broken promise was due."""
        return [at for at in (self.response_breached_at, self.resolution_breached_at) if at is not None]


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """One ticket's life, as far as the figures go."""

    ticket_id: str
    opened_at: datetime
    stays: tuple[Stay, ...]
    waits: tuple[Wait, ...] = ()
    first_response_at: datetime | None = None
    completed_at: datetime | None = None  # the first completion that was not a cancellation
    completed_as: str = ""
    resolved_tier: Tier | None = None
    reopens: int = 0
    near_misses: int = 0
    in_scope: tuple[tuple[str, str], ...] = ()  # by whom and of which category, escalated though in the tier's scope
    ratings: tuple[str, ...] = ()  # of the handoff notes, by those who received them
    events: int = 0
    queued: timedelta = timedelta()  # in all, owned but not accepted
    teams: tuple[str, ...] = ()  # one after the other
    priority: str | None = None
    client: str | None = None
    category: str | None = None
    technician: str | None = None
    shift: str | None = None
    partner: str | None = None
    hours: str | None = None  # whether the desk was open when it came in
    kept: Kept | None = None  # as its own clocks recorded it
    taken_in_at: datetime | None = None  # later than `opened_at` if it took in an older duplicate
    outcome: Outcome = "open"
    routine: bool = False  # of a category that Tier 1 or 2 may finish alone

    @property
    def came_in_at(self) -> datetime:
        return self.taken_in_at or self.opened_at

    @property
    def moves(self) -> Sequence[Move]:
        return [Move(left, entered) for left, entered in pairwise(self.stays)]

    @property
    def escalations(self) -> Sequence[Move]:
        return [move for move in self.moves if move.upward]

    @property
    def sent_down_after_escalation(self) -> bool:
        ups = [move.upward for move in self.moves]
        return True in ups and False in ups[ups.index(True) :]

    @property
    def escalated_again_from_same_tier(self) -> bool:
        left = [move.left.tier for move in self.escalations]
        return len(set(left)) < len(left)

    @property
    def time_to_resolve(self) -> timedelta | None:
        return None if self.completed_at is None else self.completed_at - self.opened_at

    def waits_until(self, end: datetime | None) -> list[tuple[datetime, datetime]]:
        """The waits as far as they lie before `end`; without an end, those that are over."""
        if end is None:
            return [(wait.began_at, wait.ended_at) for wait in self.waits if wait.ended_at is not None]
        cut = ((wait.began_at, min(wait.ended_at or end, end)) for wait in self.waits)
        return [(began_at, ended_at) for began_at, ended_at in cut if began_at < ended_at]

    @property
    def waited_before_resolve(self) -> timedelta:
        """Time on hold until the first completion, or so far."""
        return sum((end - start for start, end in self.waits_until(self.completed_at)), timedelta())
