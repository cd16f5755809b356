"""The published figures of escalation, folded once from the facts of each ticket.

Definitions: an escalation is a stay followed by one at a higher tier; the rate of a tier is the tickets with an
escalation out of it over the tickets with a stay in it; time to escalate is the time in the tier that was left;
never accepted is a handoff that arrived unaccepted and was left or completed so. Times are wall-clock hours.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Literal

from escalation.compliance import Judge
from escalation.facts import NEVER_ACCEPTED, Kept, Move, TicketFacts
from escalation.published import (
    EscalationFigures,
    InScope,
    NearMisses,
    NeverAccepted,
    NoteQuality,
    ReEscalation,
    Share,
    SlaFigures,
    Spread,
    TierRate,
    TierThreeUse,
    hours_in,
)

GroupBy = Literal["client", "category", "technician", "shift", "partner", "hours", "priority"]
HIGHEST_TIER = 3
UNNAMED = "(none)"
QUANTILES = (0.5, 0.75, 0.9)


def escalation_figures(
    tickets: Iterable[TicketFacts], judge: Judge | None = None, *, own: bool = False
) -> EscalationFigures:
    """The figures over these tickets; with a judge also whether promises were kept.

    Of the desk's `own` tickets, which tell more than a log does, also near misses, notes, over-escalation, what Tier 3
    is used for, and the time to resolve in business hours.
    """
    facts = list(tickets)
    kept = [kept for ticket in facts if (kept := judge(ticket)) is not None] if judge else []
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
        sla=_sla(kept) if judge else None,
        near_misses=_near_misses(facts, len(escalated)) if own else None,
        notes=_notes(facts) if own else None,
        in_scope=_in_scope(facts, len(ups)) if own else None,
        tier_3=_tier_three(facts) if own else None,
        time_to_resolve_in_business_hours=_in_business_hours(kept) if own else None,
    )


def grouped(
    tickets: Iterable[TicketFacts], by: GroupBy, judge: Judge | None = None, *, own: bool = False
) -> dict[str, EscalationFigures]:
    """The same figures for each client, category, technician, shift … in the order of their names.

    By `hours`: for what came in while the desk was open, and after hours.
    """
    groups: defaultdict[str, list[TicketFacts]] = defaultdict(list)
    for ticket in tickets:
        groups[getattr(ticket, by) or UNNAMED].append(ticket)
    return {name: escalation_figures(groups[name], judge, own=own) for name in sorted(groups)}


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


def _tier_three(facts: Sequence[TicketFacts]) -> TierThreeUse:
    there = [ticket for ticket in facts if worked_at(ticket, HIGHEST_TIER)]
    return TierThreeUse.counted(len(there), Counter(ticket.category or "" for ticket in there if ticket.routine))


def _in_business_hours(kept: Sequence[Kept]) -> Spread:
    return spread([took for each in kept if (took := each.resolution) is not None])


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


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Linear interpolation between the two neighbours, as most statistics packages do by default."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
