"""Holidays as a document may write them, and the plain dates that they become when it is read."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import holidays
import pytest
from pydantic import ValidationError

from escalation.calendar import Calendar
from escalation.holidays import HolidayReader
from tierline.public_holidays import holiday_reader

OFFICE = {"zone": "America/Chicago", "hours": {"mon-fri": ["08:00-18:00"]}}


def read(years: range = range(2026, 2028), **calendar: Any) -> Calendar:
    return Calendar.model_validate(OFFICE | calendar, context=holiday_reader(years).context())


def test_a_country_becomes_the_dates_of_its_holidays_on_days_that_would_be_open() -> None:
    official = holidays.country_holidays("US", subdiv="IL", years=[2026, 2027])
    read_in = read(holidays={"country": "US", "subdivision": "IL"})
    assert set(read_in.holidays) == {day for day in official if day.weekday() < 5 and day.year in (2026, 2027)}
    assert date(2026, 2, 12) in read_in.holidays  # Lincoln's birthday is kept in Illinois
    assert date(2026, 2, 12) not in read(holidays={"country": "US"}).holidays


def test_extra_days_are_added_and_days_and_names_are_taken_away() -> None:
    said = {
        "country": "US",
        "extra": ["2026-11-27", "12-31"],
        "not": ["Juneteenth National Independence Day", date(2026, 11, 11), "Independence Day"],
    }
    found = read(range(2026, 2027), holidays=said).holidays
    assert date(2026, 11, 27) in found
    assert date(2026, 12, 31) in found
    for worked in (date(2026, 6, 19), date(2026, 11, 11), date(2026, 7, 3)):  # the third: the fourth, observed
        assert worked not in found
    assert date(2026, 9, 7) in found


def test_a_plain_list_may_hold_days_of_every_year() -> None:
    assert read(holidays=["2026-05-01", "12-24"]).holidays == (
        date(2026, 5, 1),
        date(2026, 12, 24),
        date(2027, 12, 24),
    )


def test_a_special_day_of_every_year_opens_no_weekend_and_no_holiday() -> None:
    """In 2027 Christmas Eve is the holiday observed for a Christmas Day on a Saturday; in 2028 a Sunday."""
    half = read(range(2026, 2030), holidays={"country": "US"}, special_days={"12-24": ["08:00-12:00"]})
    assert half.special_days == {date(2026, 12, 24): ("08:00-12:00",), date(2029, 12, 24): ("08:00-12:00",)}


def test_a_date_written_out_wins_over_the_day_of_every_year() -> None:
    half = read(special_days={"2026-12-24": ["08:00-15:00"], "12-24": ["08:00-12:00"]})
    assert half.special_days[date(2026, 12, 24)] == ("08:00-15:00",)
    assert half.special_days[date(2027, 12, 24)] == ("08:00-12:00",)


def test_the_29th_of_february_comes_in_the_years_that_have_it() -> None:
    assert read(range(2026, 2030), holidays=["02-29"]).holidays == (date(2028, 2, 29),)


def test_what_a_country_keeps_later_changes_nothing_that_was_read() -> None:
    """A later release of the package knows another holiday; the policy that was published does not hear of it."""

    def later(country: str, subdivision: str | None, years: Iterable[int]) -> dict[date, list[str]]:
        return {date(2026, 3, 3): ["New Holiday"]}

    published = read(holidays={"country": "PL"}).model_dump_json()
    again = Calendar.model_validate_json(published, context=HolidayReader(range(2026, 2028), later).context())
    assert again == Calendar.model_validate_json(published) == read(holidays={"country": "PL"})
    assert date(2026, 3, 3) not in again.holidays


@pytest.mark.parametrize(
    ("calendar", "words"),
    [
        ({"holidays": {"country": "XX"}}, "XX"),
        ({"holidays": {"country": "US", "subdivision": "ZZ"}}, "ZZ"),
        ({"holidays": {"country": "US", "not": ["Boxing Day"]}}, "Boxing Day is no holiday of US"),
        ({"holidays": {"country": "US", "not": ["07-08"]}}, "07-08 is no holiday of US"),
        ({"holidays": {"land": "US"}}, "country: Field required"),
        ({"holidays": ["02-30"]}, "no day 02-30"),
        ({"holidays": ["Easter"]}, "valid date"),
        ({"special_days": {"Easter": []}}, "valid date"),
    ],
)
def test_what_is_no_holiday_is_refused_by_name(calendar: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        read(**calendar)


def test_a_country_is_refused_where_nobody_says_which_years_are_meant() -> None:
    with pytest.raises(ValidationError, match="only when a policy document is read"):
        Calendar.model_validate(OFFICE | {"holidays": {"country": "US"}})
