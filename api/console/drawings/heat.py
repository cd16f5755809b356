"""A heat map of the week: a field for each hour of each weekday, in five steps of one colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from escalation.figures import Cell, HeatMap
from escalation.figures.heat import Happened

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
STEPS = 5
LEAST = 20  # fewer show chance, not a pattern
_LEFT, _TOP, _GAP = 44, 22, 2
_WIDE, _TURNED = (38, 28), (44, 26)  # of a field, when hours run across, and when they run down


class Field(NamedTuple):
    """One hour of the week, how often it happened then, and the step of its colour from 0 to 5."""

    weekday: int
    hour: int
    n: int
    step: int
    x: int
    y: int

    @property
    def when(self) -> str:
        """`Monday 10:00`."""
        return when(self.weekday, self.hour)


class Mark(NamedTuple):
    """A word at the edge."""

    words: str
    x: int
    y: int


@dataclass(frozen=True)
class Week:
    """The drawing."""

    width: int
    height: int
    field: tuple[int, int]
    fields: tuple[Field, ...]
    days: tuple[Mark, ...]
    hours: tuple[Mark, ...]


def week(heat: HeatMap, what: Happened, *, turned: bool = False) -> Week:
    """The week with its hours from left to right; turned, from top to bottom, as a narrow page wants it."""
    wide, high = _TURNED if turned else _WIDE
    most = max(getattr(cell, what) for cell in heat.cells)

    def place(weekday: int, hour: int) -> tuple[int, int]:
        across, down = (weekday - 1, hour) if turned else (hour, weekday - 1)
        return _LEFT + across * (wide + _GAP), _TOP + down * (high + _GAP)

    def at_edge(words: str, weekday: int, hour: int, *, left: bool) -> Mark:
        x, y = place(weekday, hour)
        return Mark(words, _LEFT - 8, y + high // 2) if left else Mark(words, x + wide // 2, _TOP - 8)

    fields = [_field(cell, getattr(cell, what), most, place(cell.weekday, cell.hour)) for cell in heat.cells]
    return Week(
        width=max(field.x for field in fields) + wide + _GAP,
        height=max(field.y for field in fields) + high + _GAP,
        field=(wide, high),
        fields=tuple(fields),
        days=tuple(at_edge(day[:3], n, 0, left=not turned) for n, day in enumerate(DAYS, start=1)),
        hours=tuple(at_edge(f"{hour:02}", 1, hour, left=turned) for hour in range(24)),
    )


def when(weekday: int, hour: int) -> str:
    """`Monday 10:00`."""
    return f"{DAYS[weekday - 1]} {hour:02}:00"


def busiest(heat: HeatMap, what: Happened) -> Cell | None:
    """The hour in which it happened most, the first of them; None where it never happened."""
    first = max(heat.cells, key=lambda cell: getattr(cell, what))
    return first if getattr(first, what) else None


def steps(most: int) -> Sequence[tuple[int, int, int]]:
    """What each step stands for: the step, from how many, up to how many; only those that can occur."""
    of = {n: _step(n, most) for n in range(1, most + 1)}
    found = [(step, [n for n, own in of.items() if own == step]) for step in range(1, STEPS + 1)]
    return [(step, ns[0], ns[-1]) for step, ns in found if ns]


def _field(cell: Cell, n: int, most: int, at: tuple[int, int]) -> Field:
    return Field(cell.weekday, cell.hour, n, _step(n, most), *at)


def _step(n: int, most: int) -> int:
    """Nothing is 0; everything else lies in one of five equal parts."""
    return -(-STEPS * n // most) if n else 0
