"""Whether the desk was open when a ticket came in: what happens after hours is measured apart."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from escalation.calendar import Calendar, is_open, openings

BUSINESS, AFTER = "business_hours", "after_hours"
_WEEK = {"daily": ("00:00-24:00",)}
_A_MOMENT = timedelta(microseconds=1)


def hours_of(shifts: Collection[Calendar], at: datetime) -> str:
    """`business_hours` while any shift is open, else `after_hours`; a shift that never closes says nothing."""
    return BUSINESS if any(is_open(shift, at) for shift in _closing(shifts)) else AFTER


def open_spans(shifts: Collection[Calendar], first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When `hours_of` says `business_hours` for a moment from the first to the last; spans may overlap."""
    for shift in _closing(shifts):
        yield from openings(shift, first, last + _A_MOMENT)


def _closing(shifts: Collection[Calendar]) -> list[Calendar]:
    return [shift for shift in shifts if shift.hours != _WEEK]
