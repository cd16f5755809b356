"""Shares of a whole as one bar of several parts, in numbers for SVG."""

from collections.abc import Mapping
from typing import NamedTuple

from api.console.drawing import share


class Part(NamedTuple):
    """One part: from where and how wide, both in per cent of the bar."""

    name: int
    n: int
    x: float
    width: float


def parts_of(counted: Mapping[int, int]) -> list[Part]:
    """The parts in order of their names; what is not there has none."""
    whole, sofar, parts = sum(counted.values()), 0, []
    for name, n in sorted(counted.items()):
        if n:
            parts.append(Part(name, n, share(sofar, whole), share(n, whole)))
            sofar += n
    return parts
