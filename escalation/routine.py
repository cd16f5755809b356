"""What Tier 3 is not there for: tickets of a category that a tier below may finish alone."""

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

from escalation.terms import Tier

MayFinish = Mapping[Tier, Sequence[str]]
"""The patterns of the categories that a tier may finish alone."""


def is_routine(category: str | None, may_finish: MayFinish) -> bool:
    """Whether a tier below the third may finish such a ticket alone."""
    patterns = [pattern for tier, held in may_finish.items() if tier < 3 for pattern in held]
    return category is not None and any(fnmatchcase(category, pattern) for pattern in patterns)


def routine_of(categories: Iterable[str | None], may_finish: MayFinish) -> list[str]:
    """Those of the categories that are routine."""
    return [each for each in categories if each is not None and is_routine(each, may_finish)]
