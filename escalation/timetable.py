"""The opening hours of a calendar laid out as UTC intervals, so that a question costs two binary searches.

A span of wall-clock time is open whenever the wall clock reads inside it: an hour that daylight saving skips
is not counted, an hour that it repeats is counted twice.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")
_DAY = timedelta(days=1)
_NONE = timedelta()

Span = tuple[timedelta, timedelta]


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

    def __init__(self, zone: ZoneInfo, week: tuple[tuple[Span, ...], ...], holidays: frozenset[date]) -> None:
        self._zone, self._week, self._holidays = zone, week, holidays
        self._years: dict[int, Year] = {}

    def year(self, number: int) -> Year:
        if number not in self._years:
            self._years[number] = self._laid_out(number)
        return self._years[number]

    def _laid_out(self, number: int) -> Year:
        starts: list[datetime] = []
        ends: list[datetime] = []
        for start, end in self._intervals(number):
            if ends and ends[-1] == start:  # 24:00 runs on into 00:00
                ends[-1] = end
            else:
                starts.append(start)
                ends.append(end)
        opened = list(accumulate(end - start for start, end in zip(starts, ends, strict=True)))
        return Year(starts, ends, opened, opened[-1] if opened else _NONE)

    def _intervals(self, number: int) -> Iterator[tuple[datetime, datetime]]:
        for since, until, offset in self._stretches(number):
            midnight = datetime.combine((since + offset).date(), time(), UTC) - offset
            while midnight < until:
                local = (midnight + offset).date()
                spans = () if local in self._holidays else self._week[local.weekday()]
                for opens, closes in spans:
                    start, end = max(midnight + opens, since), min(midnight + closes, until)
                    if start < end:
                        yield start, end
                midnight += _DAY

    def _stretches(self, number: int) -> Iterator[tuple[datetime, datetime, timedelta]]:
        """The stretches of the year over which the zone keeps one UTC offset."""
        since = probe = datetime(number, 1, 1, tzinfo=UTC)
        year_end = datetime(number + 1, 1, 1, tzinfo=UTC)
        while probe < year_end:
            upcoming = min(probe + _DAY, year_end)
            if self._offset(upcoming) != self._offset(since):
                changed = self._change(probe, upcoming)
                yield since, changed, self._offset(since)
                since = changed
            probe = upcoming
        if since < year_end:
            yield since, year_end, self._offset(since)

    def _change(self, before: datetime, after: datetime) -> datetime:
        """The instant in (before, after] from which the offset of `after` holds; zones change on whole seconds."""
        old = self._offset(before)
        low, high = 0, int((after - before).total_seconds())
        while high - low > 1:
            middle = (low + high) // 2
            if self._offset(before + timedelta(seconds=middle)) == old:
                low = middle
            else:
                high = middle
        return before + timedelta(seconds=high)

    def _offset(self, at: datetime) -> timedelta:
        return at.astimezone(self._zone).utcoffset() or _NONE


@lru_cache(maxsize=256)
def timetable(zone: str, hours: tuple[tuple[str, tuple[str, ...]], ...], holidays: tuple[date, ...]) -> Timetable:
    return Timetable(ZoneInfo(zone), week_of(dict(hours)), frozenset(holidays))


def week_of(hours: Mapping[str, Iterable[str]]) -> tuple[tuple[Span, ...], ...]:
    """The spans of each weekday from Monday, as offsets from midnight; ValueError names the text at fault."""
    week: list[list[tuple[Span, str]]] = [[] for _ in DAYS]
    for days, texts in hours.items():
        named = _weekdays(days)
        for text in texts:
            span = _span(text, days)
            for day in named:
                week[day].append((span, text))
    for name, spans in zip(DAYS, week, strict=True):
        spans.sort()
        for (earlier, first), (later, second) in pairwise(spans):
            if later[0] < earlier[1]:
                raise ValueError(f"{name}: {first!r} and {second!r} overlap")
    return tuple(tuple(span for span, _ in spans) for spans in week)


def _weekdays(text: str) -> list[int]:
    """Monday is 0; a range may run over the weekend, as in "sun-thu"."""
    if text == "daily":
        return list(range(7))
    first, dash, last = text.partition("-")
    if first not in DAYS or (dash and last not in DAYS):
        raise ValueError(f"unknown day {text!r}: say mon … sun, a range such as mon-fri, or daily")
    start, stop = DAYS.index(first), DAYS.index(last or first)
    return [(start + step) % 7 for step in range((stop - start) % 7 + 1)]


def _span(text: str, days: str) -> Span:
    if not (match := _SPAN.fullmatch(text)):
        raise ValueError(f"{days}: {text!r} is not a span of hours HH:MM-HH:MM (the end may be 24:00)")
    opens = timedelta(hours=int(match[1]), minutes=int(match[2]))
    closes = timedelta(hours=int(match[3]), minutes=int(match[4])) if match[3] else _DAY
    if closes <= opens:
        raise ValueError(f"{days}: {text!r} ends before it begins (split a night shift at 24:00)")
    return opens, closes
