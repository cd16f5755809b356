"""The published figures of escalation, folded once from the facts of each ticket.

Definitions: an escalation is a stay followed by one at a higher tier; the rate of a tier is the tickets with an
escalation out of it over the tickets with a stay in it; time to escalate is the time in the tier that was left;
never accepted is a handoff that arrived unaccepted and was left or completed so. Times are wall-clock hours.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from escalation.compliance import Judge
from escalation.facts import NEVER_ACCEPTED, Kept, Move, TicketFacts

GroupBy = Literal["client", "category", "technician", "shift", "partner", "hours", "priority"]
HIGHEST_TIER = 3
UNNAMED = "(none)"
QUANTILES = (0.5, 0.75, 0.9)


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
    """All figures over a set of tickets; `sla`, and `near_misses` with `in_scope` and `notes`, only when asked for."""

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


def escalation_figures(
    tickets: Iterable[TicketFacts], judge: Judge | None = None, *, near_misses: bool = False
) -> EscalationFigures:
    """The figures over these tickets; with a judge also whether promises were kept."""
    facts = list(tickets)
    ups = [move for ticket in facts for move in ticket.escalations]
    resolved = [(ticket, took) for ticket in facts if (took := ticket.time_to_resolve) is not None]
    escalated = [ticket for ticket in facts if ticket.escalations]
    return EscalationFigures(
        cases=len(facts),
        events=sum(ticket.events for ticket in facts),
        tier_moves=dict(sorted(Counter(move.name for ticket in facts for move in ticket.moves).items())),
        escalation_rate={str(tier): _rate(facts, tier) for tier in range(1, HIGHEST_TIER)},
        escalated_cases=Share.part(len(escalated), len(facts)),
        re_escalation=_re_escalation(escalated),
        time_to_escalate=spread([move.in_tier for move in ups]),
        opening_to_first_escalation=spread(
            [ticket.escalations[0].entered.began_at - ticket.opened_at for ticket in escalated]
        ),
        handoff_delay_accepted=spread([d for move in ups if (d := move.entered.handoff_delay) is not None]),
        never_accepted=_never_accepted(ups),
        time_to_resolve=spread([took for _, took in resolved]),
        time_to_resolve_net_of_waits=spread([took - ticket.waited_before_resolve for ticket, took in resolved]),
        reopened_cases=Share.part(sum(ticket.reopens > 0 for ticket in facts), len(facts)),
        sla=_sla([kept for ticket in facts if (kept := judge(ticket)) is not None]) if judge else None,
        near_misses=_near_misses(facts, len(escalated)) if near_misses else None,
        notes=_notes(facts) if near_misses else None,
        in_scope=_in_scope(facts, len(ups)) if near_misses else None,
    )


def grouped(
    tickets: Iterable[TicketFacts], by: GroupBy, judge: Judge | None = None, *, near_misses: bool = False
) -> dict[str, EscalationFigures]:
    """The same figures for each client, category, technician, shift … in the order of their names.

    By `hours`: for what came in while the desk was open, and after hours.
    """
    groups: defaultdict[str, list[TicketFacts]] = defaultdict(list)
    for ticket in tickets:
        groups[getattr(ticket, by) or UNNAMED].append(ticket)
    return {name: escalation_figures(groups[name], judge, near_misses=near_misses) for name in sorted(groups)}


def worked_at(ticket: TicketFacts, tier: int) -> bool:
    """Whether it was ever at this tier."""
    return any(stay.tier == tier for stay in ticket.stays)


def escalated_from(ticket: TicketFacts, tier: int) -> bool:
    """Whether this tier ever escalated it."""
    return any(move.left.tier == tier for move in ticket.escalations)


def spread(durations: Iterable[timedelta]) -> Spread:
    """How they are spread."""
    ordered = sorted(durations)
    hours = [hours_in(duration) for duration in ordered]
    quantiles = [_quantile(hours, share) for share in QUANTILES] if hours else []
    return Spread.of(len(hours), sum(ordered, timedelta()), quantiles)


def hours_in(duration: timedelta) -> float:
    """The duration as hours."""
    return duration.total_seconds() / 3600


def _rate(facts: Sequence[TicketFacts], tier: int) -> TierRate:
    return TierRate.of(
        sum(escalated_from(ticket, tier) for ticket in facts), sum(worked_at(ticket, tier) for ticket in facts)
    )


def _re_escalation(escalated: Sequence[TicketFacts]) -> ReEscalation:
    return ReEscalation.counted(
        len(escalated),
        either=sum(ticket.sent_down_after_escalation or len(ticket.escalations) > 1 for ticket in escalated),
        sent_down=sum(ticket.sent_down_after_escalation for ticket in escalated),
        twice=sum(len(ticket.escalations) > 1 for ticket in escalated),
        same_tier=sum(ticket.escalated_again_from_same_tier for ticket in escalated),
    )


def _never_accepted(ups: Sequence[Move]) -> NeverAccepted:
    return NeverAccepted(n=sum(move.entered.pickup in NEVER_ACCEPTED for move in ups), of=len(ups))


def _near_misses(facts: Sequence[TicketFacts], escalated: int) -> NearMisses:
    return NearMisses.beside(sum(ticket.near_misses for ticket in facts), escalated)


def _notes(facts: Sequence[TicketFacts]) -> NoteQuality:
    said = Counter(rating for ticket in facts for rating in ticket.ratings)
    return NoteQuality(rated=said.total(), complete=said["complete"], usable=said["usable"], unusable=said["unusable"])


def _in_scope(facts: Sequence[TicketFacts], escalations: int) -> InScope:
    made = [each for ticket in facts for each in ticket.in_scope]
    by, of = Counter(who for who, _ in made), Counter(category or UNNAMED for _, category in made)
    return InScope.made(escalations, by, of)


def _sla(kept: Sequence[Kept]) -> SlaFigures:
    return SlaFigures(
        cases=len(kept),
        response_breached=sum(ticket.response_breached for ticket in kept),
        responded=sum(ticket.response is not None for ticket in kept),
        resolved=sum(ticket.resolution is not None for ticket in kept),
        resolution_breached=sum(ticket.resolution_breached for ticket in kept),
        resolution_breached_if_holds_did_not_pause=sum(ticket.gross_breached for ticket in kept),
        excluded=sum(ticket.excluded for ticket in kept),
    )


def _percent(n: int, of: int) -> float | None:
    return round(100 * n / of, 2) if of else None


def _ranked(counted: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counted.items(), key=lambda each: (-each[1], each[0])))


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Linear interpolation between the two neighbours, as most statistics packages do by default."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
