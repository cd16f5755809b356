"""The opening hours of a calendar laid out as UTC intervals, so that a question costs two binary searches.

A span of wall-clock time is open whenever the wall clock reads inside it: an hour that daylight saving skips
is not counted, an hour that it repeats is counted twice. A span belongs to the day on which it begins: the night
shift before a holiday is worked to its end, the one that would begin on the holiday is not.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

from escalation.hours import Span, day_of, week_of
from escalation.offsets import Offsets, read, stretches
from escalation.zones import zone_named

_DAY = timedelta(days=1)
_NONE = timedelta()

Hours = tuple[tuple[str, tuple[str, ...]], ...]
SpecialDays = tuple[tuple[date, tuple[str, ...]], ...]


class Year(NamedTuple):
    """The open intervals of one UTC year, in order; opened[i] is the open time up to the end of interval i."""

    starts: list[datetime]
    ends: list[datetime]
    opened: list[timedelta]
    total: timedelta

    def before(self, at: datetime) -> timedelta:
        last = bisect_right(self.starts, at) - 1
        return self.opened[last] - max(self.ends[last] - at, _NONE) if last >= 0 else _NONE


class Timetable:
    """A calendar laid out year by year, on demand; equal calendars share one."""

    def __init__(
        self,
        where: ZoneInfo,
        week: tuple[tuple[Span, ...], ...],
        own: Mapping[date, tuple[Span, ...]],
        pinned: Offsets | None = None,
    ) -> None:
        self.made_of = where, week, own, pinned
        self._zone, self._week, self._own, self._pinned = self.made_of
        self._years: dict[int, Year] = {}

    def year(self, number: int) -> Year:
        if number not in self._years:
            self._years[number] = self._laid_out(number)
        return self._years[number]

    def _laid_out(self, number: int) -> Year:
        starts: list[datetime] = []
        ends: list[datetime] = []
        for start, end in self._intervals(number):
            if ends and start <= ends[-1]:  # 24:00 runs on into 00:00, a night shift into a special day
                ends[-1] = max(ends[-1], end)
            else:
                starts.append(start)
                ends.append(end)
        opened = list(accumulate(end - start for start, end in zip(starts, ends, strict=True)))
        return Year(starts, ends, opened, opened[-1] if opened else _NONE)

    def _intervals(self, number: int) -> Iterator[tuple[datetime, datetime]]:
        first, after = datetime(number, 1, 1, tzinfo=UTC), datetime(number + 1, 1, 1, tzinfo=UTC)
        for since, until, offset in stretches(self._offset, first, after):
            today = datetime.combine((since + offset).date(), time(), UTC) - offset
            midnight = today - _DAY  # the night shift that began on the day before may still be open
            while midnight < until:
                local = (midnight + offset).date()
                for opens, closes in self._own.get(local, self._week[local.weekday()]):
                    start, end = max(midnight + opens, since), min(midnight + closes, until)
                    if start < end:
                        yield start, end
                midnight += _DAY

    def _offset(self, at: datetime) -> timedelta:
        pinned = self._pinned.at(at) if self._pinned else None
        return pinned if pinned is not None else at.astimezone(self._zone).utcoffset() or _NONE


@lru_cache(maxsize=1024)
def timetable(
    where: str, hours: Hours, holidays: tuple[date, ...], special_days: SpecialDays, offsets: str
) -> Timetable:
    """The timetable of a calendar; a special day has its own hours, even where it is a holiday.

    The offsets that the calendar carries come before what the zone files say today.
    """
    closed: dict[date, tuple[Span, ...]] = dict.fromkeys(holidays, ())
    own = closed | {day: day_of(texts, day) for day, texts in special_days}
    return Timetable(zone_named(where), week_of(dict(hours)), own, read(offsets) if offsets else None)
