"""The published figures of escalation, folded once from the facts of each ticket.

Definitions: an escalation is a stay followed by one at a higher tier; the rate of a tier is the tickets with an
escalation out of it over the tickets with a stay in it; time to escalate is the time in the tier that was left;
never accepted is a handoff that arrived unaccepted and was left or completed so. Times are wall-clock hours.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from escalation.compliance import Judge
from escalation.facts import Kept, Move, Pickup, TicketFacts

GroupBy = Literal["client", "category", "technician", "shift", "partner", "hours", "priority"]
HIGHEST_TIER = 3
UNNAMED = "(none)"
_NEVER_ACCEPTED = {Pickup.LEFT_UNACCEPTED, Pickup.COMPLETED_UNACCEPTED}


class _Figures(BaseModel):
    model_config = ConfigDict(frozen=True)


class TierRate(_Figures):
    """Of the tickets worked at a tier, those that it escalated."""

    worked: int
    escalated: int
    pct: float | None


class Share(_Figures):
    """A count of tickets, and its part of all tickets in per cent."""

    n: int
    pct: float | None


class Spread(_Figures):
    """How durations are spread, in hours; quantiles interpolate between neighbours."""

    n: int
    mean_h: float | None
    median_h: float | None
    p75_h: float | None
    p90_h: float | None


class ReEscalation(_Figures):
    """The four readings of re-escalation, in per cent of the tickets that were escalated."""

    of: int
    sent_down_or_second_escalation_pct: float | None
    sent_down_after_escalation_pct: float | None
    two_or_more_escalations_pct: float | None
    again_from_same_tier_pct: float | None


class NeverAccepted(_Figures):
    """Escalations that nobody accepted, of all escalations."""

    n: int
    of: int


class NearMisses(_Figures):
    """Escalations considered and not made; rate = near misses / (near misses + escalated tickets)."""

    n: int
    rate: float | None


class InScope(_Figures):
    """Escalations of what the tier may finish alone, of all escalations; by who made them, and by category."""

    n: int
    of: int
    by_technician: dict[str, int]
    by_category: dict[str, int]


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
        escalated_cases=_share(len(escalated), len(facts)),
        re_escalation=_re_escalation(escalated),
        time_to_escalate=_spread([move.in_tier for move in ups]),
        opening_to_first_escalation=_spread(
            [ticket.escalations[0].entered.began_at - ticket.opened_at for ticket in escalated]
        ),
        handoff_delay_accepted=_spread([d for move in ups if (d := move.entered.handoff_delay) is not None]),
        never_accepted=_never_accepted(ups),
        time_to_resolve=_spread([took for _, took in resolved]),
        time_to_resolve_net_of_waits=_spread([took - ticket.waited_before_resolve for ticket, took in resolved]),
        reopened_cases=_share(sum(ticket.reopens > 0 for ticket in facts), len(facts)),
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


def _rate(facts: Sequence[TicketFacts], tier: int) -> TierRate:
    worked = sum(any(stay.tier == tier for stay in ticket.stays) for ticket in facts)
    escalated = sum(any(move.left.tier == tier for move in ticket.escalations) for ticket in facts)
    return TierRate(worked=worked, escalated=escalated, pct=_percent(escalated, worked))


def _re_escalation(escalated: Sequence[TicketFacts]) -> ReEscalation:
    def of_them(holds: Iterable[bool]) -> float | None:
        return _percent(sum(holds), len(escalated))

    return ReEscalation(
        of=len(escalated),
        sent_down_or_second_escalation_pct=of_them(
            ticket.sent_down_after_escalation or len(ticket.escalations) > 1 for ticket in escalated
        ),
        sent_down_after_escalation_pct=of_them(ticket.sent_down_after_escalation for ticket in escalated),
        two_or_more_escalations_pct=of_them(len(ticket.escalations) > 1 for ticket in escalated),
        again_from_same_tier_pct=of_them(ticket.escalated_again_from_same_tier for ticket in escalated),
    )


def _never_accepted(ups: Sequence[Move]) -> NeverAccepted:
    return NeverAccepted(n=sum(move.entered.pickup in _NEVER_ACCEPTED for move in ups), of=len(ups))


def _near_misses(facts: Sequence[TicketFacts], escalated: int) -> NearMisses:
    n = sum(ticket.near_misses for ticket in facts)
    return NearMisses(n=n, rate=round(n / (n + escalated), 4) if n + escalated else None)


def _notes(facts: Sequence[TicketFacts]) -> NoteQuality:
    said = Counter(rating for ticket in facts for rating in ticket.ratings)
    return NoteQuality(rated=said.total(), complete=said["complete"], usable=said["usable"], unusable=said["unusable"])


def _in_scope(facts: Sequence[TicketFacts], escalations: int) -> InScope:
    """Over-escalation: who hands up what need not be, and of which kind; the most frequent first."""
    made = [each for ticket in facts for each in ticket.in_scope]
    by, of = Counter(who for who, _ in made), Counter(category or UNNAMED for _, category in made)
    return InScope(
        n=len(made), of=escalations, by_technician=dict(by.most_common()), by_category=dict(of.most_common())
    )


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


def _share(n: int, of: int) -> Share:
    return Share(n=n, pct=_percent(n, of))


def _percent(n: int, of: int) -> float | None:
    return round(100 * n / of, 2) if of else None


def _spread(durations: Iterable[timedelta]) -> Spread:
    hours = sorted(duration.total_seconds() / 3600 for duration in durations)
    if not hours:
        return Spread(n=0, mean_h=None, median_h=None, p75_h=None, p90_h=None)
    return Spread(
        n=len(hours),
        mean_h=round(sum(hours) / len(hours), 4),
        median_h=_quantile(hours, 0.5),
        p75_h=_quantile(hours, 0.75),
        p90_h=_quantile(hours, 0.9),
    )


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Linear interpolation between the two neighbours, as most statistics packages do by default."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return round(ordered[below] + (ordered[above] - ordered[below]) * (place - below), 4)
