"""The holidays of a country, from the `holidays` package, for the years that a policy is read for."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from escalation.holidays import HolidayReader

_BEFORE, _AFTER = 1, 3  # years around the present one: tickets still open from the last, promises into the next


def holiday_reader(years: range | None = None) -> HolidayReader:
    """What a policy document is read with; from last year to three years ahead unless other years are asked for."""
    now = datetime.now(UTC).year
    return HolidayReader(years or range(now - _BEFORE, now + _AFTER + 1), public_holidays)


def public_holidays(country: str, subdivision: str | None, years: Iterable[int]) -> dict[date, list[str]]:
    """Each day with what is kept on it; ValueError for a place that the package does not know."""
    import holidays  # slow to import, and only a document that names a country needs it

    try:
        found = holidays.country_holidays(country, subdiv=subdivision, years=list(years), language="en_US")
    except NotImplementedError as unknown:
        raise ValueError(f"{unknown} among the countries of the holidays package") from None
    return {day: found.get_list(day) for day in found if day.year in years}
