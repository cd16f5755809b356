"""Days on which a calendar is closed, as a document may write them, and as plain dates.

A document may name a country (`{country: US, subdivision: IL}`) or a day of every year (`12-24`). Whoever reads the
document says which years are meant and what a country's holidays are, in pydantic's validation context; the model
itself only ever holds dates. So what is published, and what a ticket is pinned to, never changes by itself.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, ValidationInfo

from escalation.hours import week_of
from escalation.offsets import written

_DAY_OF_YEAR = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")

DayOfYear = Annotated[str, StringConstraints(pattern=rf"^{_DAY_OF_YEAR.pattern}$")]
"""A day of every year, such as `12-24`."""


class CountryHolidays(BaseModel):
    """The public holidays of a country, or of a part of it; `extra` adds days, `not` takes away days or names."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    country: str
    subdivision: str | None = None
    extra: tuple[date | DayOfYear, ...] = ()
    worked: tuple[date | str, ...] = Field(default=(), alias="not")


PublicHolidays = Callable[[str, str | None, Iterable[int]], Mapping[date, Collection[str]]]
"""The holidays of a country and subdivision in these years, by name; ValueError for a place that is not known."""


@dataclass(frozen=True)
class HolidayReader:
    """What the reader of a document knows: which years it is to hold, and the holidays of each country."""

    years: range
    public_holidays: PublicHolidays

    def context(self) -> dict[str, "HolidayReader"]:
        """The validation context with which a document is read."""
        return {_READER: self}


_READER = "holidays"
_OBSERVED = " (observed)"


def expanded_days(value: object, info: ValidationInfo) -> object:
    """Plain dates for a country or for days of the year; dates as they are."""
    if isinstance(value, Mapping):
        days = _of_country(_country(value), _reader(info))
        week = week_of(info.data.get("hours", {"daily": ("00:00-24:00",)}))
        return [day for day in days if week[day.weekday()]]  # a ticket need not carry those of days that are closed
    if isinstance(value, list | tuple):
        return [day for each in value for day in _each_year(each, info)]
    return value


def expanded_special_days(value: object, info: ValidationInfo) -> object:
    """Each day of the year in each of the years, where the calendar would be open; a date that is written out stays."""
    if not isinstance(value, Mapping):
        return value
    yearly = {day: hours for key, hours in value.items() if _is_yearly(key) for day in _each_open_year(key, info)}
    return yearly | {_as_date(key): hours for key, hours in value.items() if not _is_yearly(key)}


def with_offsets(calendar: object, info: ValidationInfo) -> object:
    """The calendar with its zone's offsets in the years for which the document is read."""
    reader = (info.context or {}).get(_READER)
    if not (isinstance(reader, HolidayReader) and isinstance(calendar, Mapping)) or calendar.get("offsets"):
        return calendar
    try:
        return {**calendar, "offsets": written(str(calendar.get("zone")), reader.years)}
    except ValueError:  # no such zone, which is told of the zone
        return calendar


def _each_open_year(key: str, info: ValidationInfo) -> Iterator[date]:
    """Half a Christmas Eve opens no Saturday, and no day that is a holiday anyway."""
    week, closed = week_of(info.data.get("hours", {})), set(info.data.get("holidays", ()))
    yield from (day for day in _in_years(key, _reader(info).years) if week[day.weekday()] and day not in closed)


def _country(value: object) -> CountryHolidays:
    try:
        return CountryHolidays.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _of_country(said: CountryHolidays, reader: HolidayReader) -> list[date]:
    listed = reader.public_holidays(said.country, said.subdivision, reader.years)
    left = {day: set(names) for day, names in listed.items()}
    for each in said.worked:
        if not _take_away(each, left, reader.years):
            raise ValueError(f"{each} is no holiday of {said.country} that `not` could take away")
    return sorted({*left, *(day for each in said.extra for day in _dates(each, reader.years))})


def _take_away(what: date | str, left: dict[date, set[str]], years: Iterable[int]) -> bool:
    """Take a day away, or a name on every day that has no other; whether there was such a one."""
    if days := set(_dates(what, years)):
        found = days & left.keys()
        for day in found:
            del left[day]
    else:
        names = {str(what), f"{what}{_OBSERVED}"}
        found = {day for day, called in left.items() if called & names}
        for day in found:
            left[day] -= names
            if not left[day]:
                del left[day]
    return bool(found)


def _dates(what: object, years: Iterable[int]) -> list[date]:
    """The dates that are meant; none where it is a name."""
    if _is_yearly(what):
        return _in_years(str(what), years)
    day = _as_date(what)
    return [day] if isinstance(day, date) else []


def _each_year(day: object, info: ValidationInfo) -> Iterable[object]:
    return _in_years(str(day), _reader(info).years) if _is_yearly(day) else (day,)


def _in_years(day: str, years: Iterable[int]) -> list[date]:
    """That day in each year that has it; 29 February comes every four years."""
    found = []
    for year in years:
        try:
            found.append(date.fromisoformat(f"{year:04}-{day}"))
        except ValueError:
            continue
    if not found:
        raise ValueError(f"there is no day {day} in any of the years")
    return found


def _is_yearly(day: object) -> bool:
    return isinstance(day, str) and _DAY_OF_YEAR.fullmatch(day) is not None


def _as_date(key: object) -> object:
    try:
        return date.fromisoformat(key) if isinstance(key, str) else key
    except ValueError:
        return key


def _reader(info: ValidationInfo) -> HolidayReader:
    found = (info.context or {}).get(_READER)
    if not isinstance(found, HolidayReader):
        raise ValueError("a country or a day of every year becomes dates only when a policy document is read")
    return found
