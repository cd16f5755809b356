"""Schedules as calendars that other programs read, and absences and covers out of calendars that they write.

RFC 5545 by the library icalendar. Times go out in UTC under identifiers that stay the same, so that a program that
reads the feed again changes its entries and does not double them. What comes in is known by its own identifier.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from api.faults import InvalidRequest
from escalation.oncall import HORIZON, Duty
from escalation.terms import LINE
from escalation.zones import zone_named

MEDIA_TYPE = "text/calendar; charset=utf-8"
AHEAD = timedelta(days=180)
BEHIND = HORIZON  # looked back over, so that a duty that lasts has its own beginning and with it its identifier
_PRODUCT = "-//Tierline//On call//EN"
_MOST = 1_000  # entries of one calendar
_READ_AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class Entry:
    """One entry of a calendar that came in: an absence, or somebody's cover of a rota."""

    uid: str
    start: datetime
    end: datetime
    summary: str
    attendee: str = ""
    cancelled: bool = False


@dataclass(frozen=True)
class Unread:
    """An entry that says nothing we can keep, and why."""

    uid: str
    why: str


def feed(title: str, duties: Iterable[tuple[str, Duty]], names: dict[str, str], at: datetime) -> bytes:
    """The calendar of these duties, each with its rota; what is over, gaps and closed hours are no entries."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", _READ_AGAIN, parameters={"VALUE": "DURATION"})
    for rota, duty in duties:
        if duty.person is not None and duty.end > at:
            calendar.add_component(_event(rota, duty, names.get(duty.person, duty.person), at))
    return bytes(calendar.to_ical())


def _event(rota: str, duty: Duty, name: str, at: datetime) -> Event:
    event = Event()
    start = duty.start.astimezone(UTC)
    event.add("uid", f"{rota}/{start:%Y%m%dT%H%M%SZ}@tierline")
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", start)
    event.add("dtend", duty.end.astimezone(UTC))
    event.add("summary", f"On call, {rota}: {name}")
    event.add("description", str(duty))
    event.add("transp", "TRANSPARENT")  # being on call does not make anybody busy
    return event


def entries(text: bytes, zone: str) -> Iterator[Entry | Unread]:
    """What the calendar holds; days and times without a zone are of `zone`. InvalidRequest if it is no calendar."""
    try:
        calendar = Calendar.from_ical(text)
        events = [event for event in calendar.walk("VEVENT") if isinstance(event, Event)]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        fault = {"field": "body", "message": "is no iCalendar document"}
        raise InvalidRequest("This is no iCalendar document (RFC 5545).", errors=[fault]) from error
    if len(events) > _MOST:
        raise InvalidRequest(f"A calendar may hold {_MOST} entries at the most.")
    for event in events:
        yield _read(event, zone_named(zone))


def _read(event: Event, zone: ZoneInfo) -> Entry | Unread:
    uid = str(event.get("uid", ""))[:LINE]
    if not uid:
        return Unread("", "it has no UID, so it could not be known again")
    if "RRULE" in event or "RDATE" in event:
        return Unread(uid, "it repeats; a calendar that comes in has every entry on its own")
    try:
        start, end = _moment(event.start, zone), _moment(event.end, zone)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return Unread(uid, "its beginning or its end cannot be read")
    if end <= start:
        return Unread(uid, "it ends before it begins")
    attendee = event.get("attendee", "")
    return Entry(
        uid=uid,
        start=start,
        end=end,
        summary=str(event.get("summary", ""))[:LINE],
        attendee=str(attendee[0] if isinstance(attendee, list) and attendee else attendee).lower(),
        cancelled=str(event.get("status", "")).upper() == "CANCELLED",
    )


def _moment(said: date | datetime, zone: ZoneInfo) -> datetime:
    """A day begins at its midnight there; a time without a zone is the wall clock's there."""
    if not isinstance(said, datetime):
        said = datetime.combine(said, time())
    return (said if said.tzinfo else said.replace(tzinfo=zone)).astimezone(UTC)
