"""Entries of a calendar that repeat, written out over the time ahead by the library recurring-ical-events.

A rule can ask for work without end, so only those are followed whose work is bounded: by the day at the most, and up to
the end of the time ahead. What is refused says why.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import recurring_ical_events
from icalendar import Calendar, Component, Event

MOST = 400  # occurrences of one entry
_LONGEST_AGO = timedelta(days=3660)
_FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_TIMES = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})
_BY_DAY = frozenset({"FREQ", "COUNT", "UNTIL", "INTERVAL", "WKST", "BYDAY", "BYMONTH"})
"""What a rule by day or week may say: a day that never comes would be looked for, day by day, to the year 9999."""


class NotFollowed(Exception):
    """A rule that is not followed; the message says why."""


def repeats(event: Event) -> bool:
    """Whether the entry stands for more than one."""
    return "RRULE" in event or "RDATE" in event


def occurrences(parts: Sequence[Event], zones: Iterable[Component], start: datetime, end: datetime) -> list[Event]:
    """The entry with its exceptions, as each time between the moments on which it takes place; NotFollowed if not."""
    calendar = Calendar()
    for zone in zones:
        calendar.add_component(zone)
    for event in parts:
        calendar.add_component(_bounded(event, start, end) if repeats(event) else event)
    try:
        found = [each for each in recurring_ical_events.of(calendar).between(start, end) if isinstance(each, Event)]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError) as error:
        raise NotFollowed("its rule cannot be read") from error
    if len(found) > MOST:
        raise NotFollowed(f"it takes place more than {MOST} times in the time ahead")
    return found


def _bounded(event: Event, start: datetime, end: datetime) -> Event:
    """The entry with a rule that ends with the time ahead, whatever it says."""
    fields: Any = event
    rule, first = fields.get("RRULE"), fields["DTSTART"].dt if "DTSTART" in event else None
    if rule is None:
        return event
    if isinstance(rule, list) or "EXRULE" in event:
        raise NotFollowed("it has more than one rule")
    if _asked(rule, "FREQ") not in _FREQUENCIES or not _TIMES.isdisjoint(rule):
        raise NotFollowed("it repeats more often than daily")
    interval = _asked(rule, "INTERVAL", 1)
    if not isinstance(interval, int) or interval < 1:
        raise NotFollowed("its interval is not a number above zero")
    began = _moment(first)
    if began is None or began < start - _LONGEST_AGO:
        raise NotFollowed("it has no beginning in the last ten years")
    if _asked(rule, "FREQ") in ("DAILY", "WEEKLY"):
        skips = interval > 1 and _asked(rule, "FREQ") == "DAILY" and not {"BYDAY", "BYMONTH"}.isdisjoint(rule)
        if skips or not _BY_DAY.issuperset(rule):
            raise NotFollowed("its rule is by days that need not ever come")
    if "COUNT" in rule:
        return event
    until = _moment(_asked(rule, "UNTIL"))
    if until is not None and until <= end:
        return event
    last: date = end.date()
    if isinstance(first, datetime):
        last = end if first.tzinfo else end.replace(tzinfo=None)
    copied = event.copy(recursive=True)
    fields = copied
    fields["RRULE"]["UNTIL"] = [last]
    return copied


def _asked(rule: Any, name: str, default: object = None) -> Any:
    said = rule.get(name, default)
    return said[0] if isinstance(said, list) and said else said


def _moment(said: object) -> datetime | None:
    """Near enough for a bound: a time without a zone is taken for UTC."""
    if isinstance(said, datetime):
        return said if said.tzinfo else said.replace(tzinfo=UTC)
    return datetime(said.year, said.month, said.day, tzinfo=UTC) if isinstance(said, date) else None
