"""A line of figures from period to period, small enough that several stand side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

WIDTH, HEIGHT = 420.0, 132.0
LEAST = 3  # fewer periods show no trend
_LEFT, _RIGHT, _TOP, _BOTTOM = 40.0, 14.0, 12.0, 112.0
_NICE = (1, 2, 2.5, 5, 10)


class Point(NamedTuple):
    """A period that has a figure."""

    place: int
    value: float
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """The drawing: the stretches without a gap, its points, its marks on the left, and the line of a limit."""

    paths: tuple[str, ...]
    points: tuple[Point, ...]
    marks: tuple[tuple[float, float], ...]
    limit_y: float | None
    left: float
    right: float
    bottom: float


def line(values: Sequence[float | None], limit: float | None = None) -> Line:
    """The figures from left to right, from nought on; None leaves a gap."""
    top = nice_top(max([*(value for value in values if value is not None), limit or 0, 1]))
    apart = (WIDTH - _LEFT - _RIGHT) / max(len(values) - 1, 1)

    def y_of(value: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * value / top, 1)

    points = [
        Point(place, value, round(_LEFT + place * apart, 1), y_of(value))
        for place, value in enumerate(values)
        if value is not None
    ]
    return Line(
        paths=tuple(_paths(points)),
        points=tuple(points),
        marks=tuple((value, y_of(value)) for value in (0, top / 2, top)),
        limit_y=None if limit is None else y_of(limit),
        left=_LEFT,
        right=WIDTH - _RIGHT,
        bottom=_BOTTOM,
    )


def nice_top(most: float) -> float:
    """The next round number above, so that its half is one too."""
    power = 1.0
    while power * 10 < most:
        power *= 10
    return next(power * step for step in _NICE if power * step >= most)


def _paths(points: Sequence[Point]) -> list[str]:
    stretches = groupby(enumerate(points), key=lambda each: each[1].place - each[0])
    found = [[point for _, point in stretch] for _, stretch in stretches]
    return [" ".join(f"{'L' if n else 'M'}{p.x},{p.y}" for n, p in enumerate(one)) for one in found if len(one) > 1]
