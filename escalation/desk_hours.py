"""Whether the desk was open when a ticket came in: what happens after hours is measured apart."""

from collections.abc import Collection
from datetime import datetime

from escalation.calendar import Calendar, is_open

BUSINESS, AFTER = "business_hours", "after_hours"
_WEEK = {"daily": ("00:00-24:00",)}


def hours_of(shifts: Collection[Calendar], at: datetime) -> str:
    """`business_hours` while any shift is open, else `after_hours`; a shift that never closes says nothing."""
    closing = [shift for shift in shifts if shift.hours != _WEEK]
    return BUSINESS if any(is_open(shift, at) for shift in closing) else AFTER
