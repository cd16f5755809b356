"""Whether a tier, a category and the signs of this policy could make one way to satisfy a condition true together."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import product

from escalation.lint.wanted import Way
from escalation.policy import Policy
from escalation.situation import access_of


def possible(policy: Policy, way: Way, below: int | None = None) -> bool:
    """Whether some ticket could be so, at a tier below the given one if there is any; True where a tier is missing."""
    tiers = [tier for tier in sorted(tiers_of(way)) if below is None or tier < below]
    if any(tier not in policy.scope for tier in (1, 2, 3)):
        return True  # which is said elsewhere
    return any(_fits(policy, way, tier, name) for tier, name in product(tiers, _categories(policy, way)))


def tiers_of(way: Way) -> set[int]:
    """The tiers at which the way leaves a ticket."""
    wanted = way.get("tier")
    every = {1, 2, 3} if wanted is None or wanted.among is None else {v for v in wanted.among if isinstance(v, int)}
    return {tier for tier in every & {1, 2, 3} if wanted is None or wanted.least is None or tier >= wanted.least}


def _categories(policy: Policy, way: Way) -> Iterator[str | None]:
    asked = way["category"].among if "category" in way else None
    yield from (name for name in policy.categories if asked is None or name in asked)
    if asked is None:
        yield None


def _fits(policy: Policy, way: Way, tier: int, category: str | None) -> bool:
    """Each field that follows from others, as the engine has it; a known issue brings any category into scope."""
    limits = policy.scope[tier]
    outside = category is not None and not any(fnmatchcase(category, pattern) for pattern in limits.may)
    emergency = category is not None and policy.categories[category].emergency
    signs = way["flags"].flags if "flags" in way else set()
    shown = bool(signs & {flag.value for flag in limits.must_escalate})
    may_be = {
        "beyond_scope": {False, outside},
        "emergency_category": {emergency},
        "must_escalate": {shown, bool(limits.must_escalate)},
        "access_beyond_tier": {False, bool(access_of(policy, max(policy.scope)) - access_of(policy, tier))},
        "skill_beyond_tier": {
            False,
            bool({skill for each in policy.scope.values() for skill in each.skills} - set(limits.skills)),
        },
    }
    return all(wanted & values for name, values in may_be.items() if (wanted := _asked(way, name)) is not None)


def _asked(way: Way, name: str) -> set[object] | None:
    return way[name].among if name in way else None
