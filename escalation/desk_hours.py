"""Whether the desk was open when a ticket came in: what happens after hours is measured apart."""

from collections.abc import Collection
from datetime import datetime, timedelta

from escalation.calendar import Calendar, is_open, openings

BUSINESS, AFTER = "business_hours", "after_hours"
_WEEK = {"daily": ("00:00-24:00",)}
_A_MOMENT = timedelta(microseconds=1)


def hours_of(shifts: Collection[Calendar], at: datetime) -> str:
    """`business_hours` while any shift is open, else `after_hours`; a shift that never closes says nothing."""
    return BUSINESS if any(is_open(shift, at) for shift in _closing(shifts)) else AFTER


def opened_and_closed(shifts: Collection[Calendar], first: datetime, last: datetime) -> list[datetime]:
    """The moments from the first to the last at which the desk opens and closes, one after the other, in order.

    `hours_of` says `business_hours` for a moment by which an odd number of them has come.
    """
    edges: list[datetime] = []
    for opens, closes in sorted(
        span for shift in _closing(shifts) for span in openings(shift, first, last + _A_MOMENT)
    ):
        if edges and opens <= edges[-1]:
            edges[-1] = max(edges[-1], closes)
        else:
            edges += (opens, closes)
    return edges


def _closing(shifts: Collection[Calendar]) -> list[Calendar]:
    return [shift for shift in shifts if shift.hours != _WEEK]
