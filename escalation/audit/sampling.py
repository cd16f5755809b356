"""A sample that anybody can draw again: the same tickets and seed give the same sample, in whatever order they come.

Each ticket has a lot of its own, the SHA-256 of seed and id; those with the smallest lots of each stratum are drawn.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import TypeVar

Drawn = TypeVar("Drawn")


def lot(seed: str, name: str) -> str:
    """The ticket's place in the drawing."""
    return sha256(f"{seed}\x1f{name}".encode()).hexdigest()


def stratified(
    population: Iterable[Drawn], size: int, seed: str, *, name: Callable[[Drawn], str], stratum: Callable[[Drawn], str]
) -> list[Drawn]:
    """At most `size` of them: of each stratum its share, and at least one while that is possible; in order of name."""
    strata: defaultdict[str, list[Drawn]] = defaultdict(list)
    for each in population:
        strata[stratum(each)].append(each)
    quotas = allocated({key: len(members) for key, members in strata.items()}, size, seed)
    drawn: list[Drawn] = []
    for key, members in strata.items():
        drawn += sorted(members, key=lambda each: lot(seed, name(each)))[: quotas[key]]
    return sorted(drawn, key=name)


def allocated(sizes: dict[str, int], size: int, seed: str) -> dict[str, int]:
    """How many of each stratum: one each, and of the rest by largest remainder (Hare); ties are drawn by lot."""
    if size <= 0:
        return dict.fromkeys(sizes, 0)
    if sum(sizes.values()) <= size:
        return dict(sizes)
    if len(sizes) >= size:
        chosen = sorted(sizes, key=lambda key: (-sizes[key], lot(seed, key)))[:size]
        return {key: int(key in chosen) for key in sizes}
    left = size - len(sizes)
    others = {key: n - 1 for key, n in sizes.items()}
    return _by_remainder(others, left, seed)


def _by_remainder(others: dict[str, int], left: int, seed: str) -> dict[str, int]:
    whole = sum(others.values())
    exact = {key: left * n / whole for key, n in others.items()}
    quotas = {key: 1 + int(share) for key, share in exact.items()}
    missing = left + len(others) - sum(quotas.values())
    by_remainder: Sequence[str] = sorted(exact, key=lambda key: (-(exact[key] % 1), lot(seed, key)))
    for key in by_remainder[:missing]:
        quotas[key] += 1
    return quotas
