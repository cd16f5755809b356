"""The monthly audit: a sample of escalations that people judge, and why each ticket at Tier 3 was there."""

from collections.abc import Sequence
from typing import Literal

from escalation.audit.alarm import Figure
from escalation.audit.sampling import stratified
from escalation.audit.seen import AtTierThree, Seen, Upward
from escalation.audit.window import Window
from escalation.routine import MayFinish, is_routine
from escalation.terms import Facts

SAMPLE_SIZE = 20


class MonthlyAudit(Facts):
    """What people are asked to judge, and how it was drawn: the same seed and month draw the same again.

    Escalations past the guard of Tier 3 are all in the sample, `overridden` of them, and the others are drawn.
    `routine` is the share of the tickets at Tier 3 whose category Tier 1 or 2 may finish alone.
    """

    kind: Literal["monthly"] = "monthly"
    window: Window
    seed: str
    population: int
    strata: dict[str, int]
    overridden: int = 0
    sample: tuple[Upward, ...]
    tier_3: tuple[AtTierThree, ...]
    routine: Figure


def monthly_audit(
    seen: Seen, tier_3: Sequence[AtTierThree], may_finish: MayFinish, window: Window, seed: str, size: int = SAMPLE_SIZE
) -> MonthlyAudit:
    """The audit of what was seen: a sample of all escalations, and every ticket that came to Tier 3."""
    overridden = [up for up in seen.upwards if up.override]
    others = [up for up in seen.upwards if not up.override]
    drawn = stratified(others, max(0, size - len(overridden)), seed, name=lambda up: up.item, stratum=stratum)
    routine = sum(is_routine(each.category, may_finish) for each in tier_3)
    return MonthlyAudit(
        window=window,
        seed=seed,
        population=len(seen.upwards),
        strata=_counted(others),
        overridden=len(overridden),
        sample=tuple(sorted([*overridden, *drawn], key=lambda up: up.item)),
        tier_3=tuple(sorted(tier_3, key=lambda each: each.ticket_id)),
        routine=Figure.part("tickets at Tier 3 that Tier 1 or 2 may finish", routine, len(tier_3)),
    )


def stratum(up: Upward) -> str:
    """Escalations of one kind are drawn from together: from which tier, on which shift, and by whom or what."""
    came_from = f"Tier {up.from_tier}" if up.from_tier else "triage"
    return f"{came_from}, {up.shift or 'no shift'}, {'by itself' if up.auto else up.technician or 'nobody'}"


def _counted(ups: Sequence[Upward]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for up in ups:
        counted[stratum(up)] = counted.get(stratum(up), 0) + 1
    return dict(sorted(counted.items()))
