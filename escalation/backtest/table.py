"""The sums of back-tests side by side: one row for each thing that was counted."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from escalation.backtest.report import Sums


class Row(NamedTuple):
    """What is counted, as recorded, and under each other policy."""

    name: str
    was: int
    would: tuple[int, ...]

    @property
    def most(self) -> int:
        """The largest of them."""
        return max(self.was, *self.would)


class Group(NamedTuple):
    """Rows that belong together, under the name of what they count."""

    name: str
    rows: tuple[Row, ...]

    @property
    def most(self) -> int:
        """The largest number in it, against which bars are drawn."""
        return max((row.most for row in self.rows), default=0)


_GROUPS = (
    ("Escalations", "escalations"),
    ("Promises broken", "breaches"),
    ("Tickets worked at", "worked_at"),
    ("Hours at", "hours_at"),
)


def side_by_side(recorded: Sums, replayed: Sequence[Sums]) -> Iterator[Group]:
    """Escalations, broken promises, tickets and hours by tier, and pages; without groups of which there is nothing."""
    groups = [_group(name, counted, recorded, replayed) for name, counted in _GROUPS]
    pages = Group("Pages", (Row("pages", recorded.pages, tuple(each.pages for each in replayed)),))
    yield from (group for group in (*groups, pages) if group.rows)


def causes(recorded: Sums, replayed: Sequence[Sums]) -> Group:
    """Escalations by what caused them: a trigger, a coded reason, or a person's word."""
    return _group("By trigger or coded reason", "by_cause", recorded, replayed)


def _group(name: str, counted: str, recorded: Sums, replayed: Sequence[Sums]) -> Group:
    was: Counter[str] = getattr(recorded, counted)
    would: list[Counter[str]] = [getattr(each, counted) for each in replayed]
    names = sorted(set(was).union(*would))
    return Group(name, tuple(Row(each, was[each], tuple(one[each] for one in would)) for each in names))
