"""What a review may change in a policy: where a kind of fault starts, what a tier may do, when a trigger fires, access.

Each says what is added and what is taken away, and not what there is afterwards: so two reviews that were written
against the same version both count, whichever comes first.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from escalation.durations import Duration, format_duration
from escalation.terms import Facts, Name, Tier
from escalation.triggers import Condition

TierNumber = Annotated[Tier, Field(ge=1, le=3)]


class _Change(Facts):
    """What nothing reads is refused: a misspelt change would change nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TierChange(_Change):
    """What one tier may do alone from now on, or no longer, and its limits; None leaves a limit as it is."""

    may_also: tuple[Name, ...] = ()
    may_no_longer: tuple[Name, ...] = ()
    failed_attempts: int | None = Field(default=None, ge=1, le=100)
    time_box: Duration | None = None
    idle: Duration | None = None


class ScopeChange(_Change):
    """More specific criteria: where a category starts, what the tiers may do, when triggers fire."""

    kind: Literal["scope"] = "scope"
    category: Name | None = None
    start_tier: TierNumber | None = None
    tiers: dict[TierNumber, TierChange] = {}
    triggers: dict[Name, Condition] = {}


class AccessGrant(_Change):
    """A tier gets access to systems that it did not have."""

    kind: Literal["access_grant"] = "access_grant"
    tier: TierNumber
    access: Annotated[tuple[Name, ...], Field(min_length=1)]


PolicyChange = Annotated[ScopeChange | AccessGrant, Field(discriminator="kind")]


def lacking(change: ScopeChange | AccessGrant) -> str | None:
    """What the change leaves out; None if it can be made."""
    if isinstance(change, AccessGrant):
        return None
    if (change.category is None) != (change.start_tier is None):
        return "start_tier" if change.start_tier is None else "category"
    if change.category is None and not change.triggers and not any(map(_says, change.tiers.values())):
        return "category"
    return None


def in_words(change: ScopeChange | AccessGrant) -> tuple[str, ...]:
    """The change as people read it, one sentence for each thing."""
    match change:
        case AccessGrant(tier=tier, access=access):
            return (f"Tier {tier} gets access to {', '.join(access)}.",)
        case ScopeChange(category=category, start_tier=start_tier):
            starts = [f"{category} starts at Tier {start_tier}."] if category else []
            tiers = (told for tier, each in change.tiers.items() for told in _tier_in_words(tier, each))
            return (*starts, *tiers, *(f"Trigger {name} fires on another condition." for name in change.triggers))


def _says(change: TierChange) -> bool:
    return change != TierChange()


def _tier_in_words(tier: int, change: TierChange) -> Iterator[str]:
    if change.may_also:
        yield f"Tier {tier} may also do {', '.join(change.may_also)}."
    if change.may_no_longer:
        yield f"Tier {tier} no longer does {', '.join(change.may_no_longer)} alone."
    if change.failed_attempts is not None:
        yield f"Tier {tier} has {change.failed_attempts} failed attempts."
    for name, limit in (("time box", change.time_box), ("idle time", change.idle)):
        if limit is not None:
            yield f"The {name} of Tier {tier} is {format_duration(limit)}."
