"""Opening hours: how much open time lies between two instants, and when a promise counted in open time is due.

Everything is computed on UTC instants; escalation.timetable holds the layout that makes it quick.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import MAXYEAR, UTC, date, datetime, timedelta
from functools import cached_property
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from escalation.holidays import CountryHolidays, DayOfYear, expanded_days, expanded_special_days, with_offsets
from escalation.hours import day_of, week_of
from escalation.offsets import read
from escalation.timetable import Hours, SpecialDays, Timetable, Year, timetable
from escalation.zones import zone_named

_NONE = timedelta()
_YEARS_WITHOUT_OPENING = 2


class NeverOpen(ValueError):
    """The calendar has no opening within two years, so nothing counted in open time ever falls due."""


def _in_order(days: tuple[date, ...]) -> tuple[date, ...]:
    return tuple(sorted(set(days)))


Holidays = Annotated[
    tuple[date, ...],
    BeforeValidator(expanded_days, json_schema_input_type=tuple[date | DayOfYear, ...] | CountryHolidays),
    AfterValidator(_in_order),
]
"""Plain dates. A document may name a country instead, or a day of every year; see escalation.holidays."""


class Calendar(BaseModel):
    """Weekly opening hours in a zone, less holidays; spans of one day given under several keys add up.

    A span that ends before it begins runs into the next day. A special day has hours of its own instead of the
    week's, even where it is a holiday.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    zone: str
    hours: dict[str, tuple[str, ...]]
    holidays: Holidays = ()
    special_days: Annotated[
        dict[date, tuple[str, ...]],
        BeforeValidator(expanded_special_days, json_schema_input_type=dict[date | DayOfYear, tuple[str, ...]]),
    ] = Field(default={})
    offsets: str = ""
    """The zone's offsets from UTC in the years of the policy, written down when it is read; nobody writes them."""

    @model_validator(mode="before")
    @classmethod
    def _with_offsets(cls, said: object, info: ValidationInfo) -> object:
        return with_offsets(said, info)

    @field_validator("offsets")
    @classmethod
    def _readable_offsets(cls, offsets: str) -> str:
        if offsets:
            read(offsets)
        return offsets

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        zone_named(name)
        return name

    @field_validator("hours")
    @classmethod
    def _readable_hours(cls, hours: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        week_of(hours)
        return hours

    @field_validator("special_days")
    @classmethod
    def _readable_days(cls, days: dict[date, tuple[str, ...]]) -> dict[date, tuple[str, ...]]:
        for day, texts in days.items():
            day_of(texts, day)
        return dict(sorted(days.items()))

    def __hash__(self) -> int:
        return hash(self._key)

    @cached_property
    def _key(self) -> tuple[str, Hours, tuple[date, ...], SpecialDays, str]:
        hours, days = tuple(sorted(self.hours.items())), tuple(self.special_days.items())
        return self.zone, hours, self.holidays, days, self.offsets

    @cached_property
    def timetable(self) -> Timetable:
        return timetable(*self._key)

    def closed_also_on(self, days: Iterable[date]) -> "Calendar":
        """The calendar with these holidays beside its own: days on which one client alone is closed."""
        more = _in_order((*self.holidays, *days))
        if more == self.holidays:
            return self
        return Calendar(
            zone=self.zone, hours=self.hours, holidays=more, special_days=self.special_days, offsets=self.offsets
        )


def _utc(at: datetime) -> datetime:
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone")
    return at.astimezone(UTC)


def elapsed(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Open time from `start` to `end`; zero if `end` is not after `start`."""
    start, end = _utc(start), _utc(end)
    if end <= start:
        return _NONE
    table = calendar.timetable
    before = table.year(start.year).before(start)
    whole_years = (table.year(number).total for number in range(start.year, end.year))
    return sum(whole_years, table.year(end.year).before(end)) - before


def due(calendar: Calendar, start: datetime, worked: timedelta) -> datetime:
    """The first instant at which `worked` open time has passed since `start`: `start` itself if none is asked."""
    start = _utc(start)
    if worked <= _NONE:
        return start
    goal = calendar.timetable.year(start.year).before(start) + worked
    for year in _years_with_openings(calendar, start.year):
        if goal <= year.total:
            place = bisect_left(year.opened, goal)
            return year.ends[place] - (year.opened[place] - goal)
        goal -= year.total
    raise NeverOpen(f"{worked} of open time after {start.isoformat()} does not come about before year {MAXYEAR}")


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether `at` lies in an open span; the closing instant itself does not."""
    at = _utc(at)
    year = calendar.timetable.year(at.year)
    last = bisect_right(year.starts, at) - 1
    return last >= 0 and at < year.ends[last]


def next_opening(calendar: Calendar, at: datetime) -> datetime:
    """The first open instant not before `at`: `at` itself while open."""
    at = _utc(at)
    if is_open(calendar, at):
        return at
    for year in _years_with_openings(calendar, at.year):
        place = bisect_left(year.starts, at)
        if place < len(year.starts):
            return year.starts[place]
    raise NeverOpen(f"no opening after {at.isoformat()}")


def openings(calendar: Calendar, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The open spans between two instants, in order; those that lie across one of them are cut there."""
    start, end = _utc(start), _utc(end)
    for number in range(start.year, end.year + 1):
        year = calendar.timetable.year(number)
        for opens, closes in zip(year.starts, year.ends, strict=True):
            if opens < end and closes > start:
                yield max(opens, start), min(closes, end)


def _years_with_openings(calendar: Calendar, first: int) -> Iterator[Year]:
    """The years from `first` on; NeverOpen after more than two without any opening."""
    closed = 0
    for number in range(first, MAXYEAR):
        year = calendar.timetable.year(number)
        closed = 0 if year.total else closed + 1
        if closed > _YEARS_WITHOUT_OPENING:
            raise NeverOpen(f"the calendar has no opening in {_YEARS_WITHOUT_OPENING} years from {first}")
        yield year


AROUND_THE_CLOCK = Calendar(zone="UTC", hours={"daily": ("00:00-24:00",)})
