"""At which hours escalations pile up, beyond how many tickets leave a tier then.

What is compared is not the hour at which tickets come in: an escalation comes some time after that, and a desk that
sleeps at night would pile up every morning. Of what leaves Tier 1 or 2 in an hour, solved, sent down or handed up, the
share that is handed up should be the same at all hours.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from escalation.audit.exact import hypergeometric_tail
from escalation.audit.patterns import Finding, Table

OF_THE_WEEK, OF_THE_DAY = "hour of the week", "hour of the day"
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_Cell = tuple[int, int]  # weekday from Monday, hour


@dataclass
class _Hours:
    """What left a tier, and what of it went up, by the hour of the week; and the dates on which that was."""

    left: Counter[_Cell] = field(default_factory=Counter)
    escalated: Counter[_Cell] = field(default_factory=Counter)
    dates: defaultdict[_Cell, set[date]] = field(default_factory=lambda: defaultdict(set))


def by_hour(leavings: Iterable[tuple[datetime, bool]], zone: tzinfo, least: int) -> Iterator[Table]:
    """A table for each hour of the week and of the day in which enough left, by the clocks of this zone.

    `leavings` say when a ticket left a tier, and whether upwards. An hour of the day is tested without its strongest
    weekday: it has to hold on the others too.
    """
    hours = _Hours()
    for at, escalated in leavings:
        there = at.astimezone(zone)
        cell = there.weekday(), there.hour
        hours.left[cell] += 1
        if escalated:
            hours.escalated[cell] += 1
            hours.dates[cell].add(there.date())
    for day, hour in sorted(hours.left):
        if hours.left[day, hour] >= least:
            yield _table(hours, [(day, hour)], OF_THE_WEEK, f"{_WEEKDAYS[day]} {hour:02}:00")
    for hour in range(24):
        cells = [(day, hour) for day in range(7)]
        if sum(hours.left[cell] for cell in cells) >= least:
            yield _table(hours, cells, OF_THE_DAY, f"{hour:02}:00", _without_the_strongest(hours, cells))


def folded(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Without the single hours of the week of an hour that is named for the whole week already."""
    all_found = tuple(findings)
    whole = {each.name for each in all_found if each.of_what == OF_THE_DAY}
    return tuple(e for e in all_found if e.of_what != OF_THE_WEEK or e.name.partition(" ")[2] not in whole)


def _table(hours: _Hours, cells: list[_Cell], of_what: str, name: str, p: float | None = None) -> Table:
    n, of = sum(hours.escalated[cell] for cell in cells), sum(hours.left[cell] for cell in cells)
    days = len(set().union(*(hours.dates[cell] for cell in cells)))
    return Table("time_of_day", of_what, name, n, of, hours.escalated.total(), hours.left.total(), p, days)


def _without_the_strongest(hours: _Hours, cells: list[_Cell]) -> float:
    strongest = max(cells, key=lambda cell: (hours.escalated[cell], cell))
    others = [cell for cell in cells if cell != strongest]
    return hypergeometric_tail(
        sum(hours.escalated[cell] for cell in others),
        sum(hours.left[cell] for cell in others),
        hours.escalated.total() - hours.escalated[strongest],
        hours.left.total() - hours.left[strongest],
    )
