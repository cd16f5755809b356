"""The published figures of escalation, as they are told: which there are, and what each says."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field


class _Figures(BaseModel):
    model_config = ConfigDict(frozen=True)


class TierRate(_Figures):
    """Of the tickets worked at a tier, those that it escalated."""

    worked: int
    escalated: int
    pct: float | None

    @classmethod
    def of(cls, escalated: int, worked: int) -> "TierRate":
        """So many of so many."""
        return cls(worked=worked, escalated=escalated, pct=_percent(escalated, worked))


class Share(_Figures):
    """A count of tickets, and its part of all tickets in per cent."""

    n: int
    pct: float | None

    @classmethod
    def part(cls, n: int, of: int) -> "Share":
        """n of so many."""
        return cls(n=n, pct=_percent(n, of))


class Spread(_Figures):
    """How durations are spread, in hours; quantiles interpolate between neighbours."""

    n: int
    mean_h: float | None
    median_h: float | None
    p75_h: float | None
    p90_h: float | None

    @classmethod
    def of(cls, n: int, total: timedelta, quantiles: Sequence[float]) -> "Spread":
        """Of n durations, their sum, and their median and upper quantiles in hours, not yet rounded."""
        if not n:
            return cls(n=0, mean_h=None, median_h=None, p75_h=None, p90_h=None)
        median, p75, p90 = (round(hours, 4) for hours in quantiles)
        return cls(n=n, mean_h=round(hours_in(total) / n, 4), median_h=median, p75_h=p75, p90_h=p90)


class ReEscalation(_Figures):
    """The four readings of re-escalation, in per cent of the tickets that were escalated."""

    of: int
    sent_down_or_second_escalation_pct: float | None
    sent_down_after_escalation_pct: float | None
    two_or_more_escalations_pct: float | None
    again_from_same_tier_pct: float | None

    @classmethod
    def counted(cls, of: int, *, either: int, sent_down: int, twice: int, same_tier: int) -> "ReEscalation":
        """From how many of the escalated tickets each reading holds for."""
        return cls(
            of=of,
            sent_down_or_second_escalation_pct=_percent(either, of),
            sent_down_after_escalation_pct=_percent(sent_down, of),
            two_or_more_escalations_pct=_percent(twice, of),
            again_from_same_tier_pct=_percent(same_tier, of),
        )


class NeverAccepted(_Figures):
    """Escalations that nobody accepted, of all escalations."""

    n: int
    of: int


class NearMisses(_Figures):
    """Escalations considered and not made; rate = near misses / (near misses + escalated tickets)."""

    n: int
    rate: float | None

    @classmethod
    def beside(cls, n: int, escalated: int) -> "NearMisses":
        """So many, beside the tickets that were escalated."""
        return cls(n=n, rate=round(n / (n + escalated), 4) if n + escalated else None)


class InScope(_Figures):
    """Escalations of what the tier may finish alone, of all escalations; by who made them, and by category."""

    n: int
    of: int
    by_technician: dict[str, int]
    by_category: dict[str, int]

    @classmethod
    def made(cls, of: int, by_technician: Mapping[str, int], by_category: Mapping[str, int]) -> "InScope":
        """Over-escalation: who hands up what need not be, and of which kind; the most frequent first."""
        n = sum(by_technician.values())
        return cls(n=n, of=of, by_technician=_ranked(by_technician), by_category=_ranked(by_category))


class TierThreeUse(_Figures):
    """What Tier 3 is used for: of the tickets that came to it, those of a category that a tier below may finish.

    `reserved` are the others, those that Tier 3 is there for; `by_category` counts the routine ones, the most frequent
    first.
    """

    n: int
    routine: int
    reserved: int
    routine_pct: float | None
    by_category: dict[str, int]

    @classmethod
    def counted(cls, n: int, by_category: Mapping[str, int]) -> "TierThreeUse":
        """Of so many tickets those that are routine, by their category."""
        routine = sum(by_category.values())
        return cls(
            n=n,
            routine=routine,
            reserved=n - routine,
            routine_pct=_percent(routine, n),
            by_category=_ranked(by_category),
        )


class NoteQuality(_Figures):
    """What receivers said of the handoff notes that they rated."""

    rated: int
    complete: int
    usable: int
    unusable: int


class SlaFigures(_Figures):
    """Promises kept and broken, among the tickets that were promised something."""

    cases: int
    response_breached: int
    responded: int
    resolved: int
    resolution_breached: int
    resolution_breached_if_holds_did_not_pause: int
    excluded: int = Field(default=0, exclude_if=lambda excluded: not excluded)
    """Breaches left out above, because a service manager approved it."""


class EscalationFigures(_Figures):
    """All figures over a set of tickets; `sla` where promises are judged, what follows of the desk's own tickets only.

    `time_to_resolve_in_business_hours` is what the resolution's clock counted until it was stopped: the hours in which
    the promise to the client counts, without the holds that pause it.
    """

    cases: int
    events: int
    tier_moves: dict[str, int]
    escalation_rate: dict[str, TierRate]
    escalated_cases: Share
    re_escalation: ReEscalation
    time_to_escalate: Spread
    opening_to_first_escalation: Spread
    handoff_delay_accepted: Spread
    never_accepted: NeverAccepted
    time_to_resolve: Spread
    time_to_resolve_net_of_waits: Spread
    reopened_cases: Share
    sla: SlaFigures | None = Field(default=None, exclude_if=lambda sla: sla is None)
    near_misses: NearMisses | None = Field(default=None, exclude_if=lambda near_misses: near_misses is None)
    notes: NoteQuality | None = Field(default=None, exclude_if=lambda notes: notes is None)
    in_scope: InScope | None = Field(default=None, exclude_if=lambda in_scope: in_scope is None)
    tier_3: TierThreeUse | None = Field(default=None, exclude_if=lambda tier_3: tier_3 is None)
    time_to_resolve_in_business_hours: Spread | None = Field(default=None, exclude_if=lambda took: took is None)


def hours_in(duration: timedelta) -> float:
    """The duration as hours."""
    return duration.total_seconds() / 3600


def _percent(n: int, of: int) -> float | None:
    return round(100 * n / of, 2) if of else None


def _ranked(counted: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counted.items(), key=lambda each: (-each[1], each[0])))
