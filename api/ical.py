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
from api.ical_series import NotFollowed, occurrences, repeats
from escalation.oncall import HORIZON, Duty
from escalation.terms import LINE
from escalation.zones import zone_named

MEDIA_TYPE = "text/calendar; charset=utf-8"
AHEAD = timedelta(days=180)
BEHIND = HORIZON  # looked back over, so that a duty that lasts has its own beginning and with it its identifier
_PRODUCT = "-//Tierline//On call//EN"
_MOST = 1_000  # entries of one calendar
_MOST_SERIES = 50
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


@dataclass(frozen=True)
class Series:
    """An entry that repeats, after each of its times: those that count. Others that were kept before do no more."""

    uid: str
    kept: frozenset[str]


def entries(text: bytes, zone: str, now: datetime) -> Iterator[Entry | Unread | Series]:
    """What the calendar holds, and each time of what repeats over half a year from `now`. Days and times without a
    zone are of `zone`. InvalidRequest if it is no calendar."""
    try:
        calendar = Calendar.from_ical(text)
        events = [event for event in calendar.walk("VEVENT") if isinstance(event, Event)]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        fault = {"field": "body", "message": "is no iCalendar document"}
        raise InvalidRequest("This is no iCalendar document (RFC 5545).", errors=[fault]) from error
    if len(events) > _MOST:
        raise InvalidRequest(f"A calendar may hold {_MOST} entries at the most.")
    here, left = zone_named(zone), _MOST
    repeating = {str(event.get("uid", "")): list[Event]() for event in events if repeats(event)}
    for event in events:
        if (uid := str(event.get("uid", ""))) in repeating and uid:
            repeating[uid].append(event)
        else:
            left -= 1
            yield _read(event, here)
    zones = calendar.walk("VTIMEZONE")
    for number, (uid, parts) in enumerate(repeating.items()):
        if not parts:
            continue
        try:
            if number >= _MOST_SERIES:
                raise NotFollowed(f"a calendar may hold {_MOST_SERIES} entries that repeat at the most")
            times = occurrences(parts, zones, now, now + AHEAD)
            if len(times) > left:
                raise NotFollowed(f"with it the calendar would hold more than {_MOST} entries")
        except NotFollowed as reason:
            yield Unread(uid[:LINE], str(reason))
            continue
        left -= len(times)
        yield from _series(uid, times, here)


def _series(uid: str, times: Iterable[Event], zone: ZoneInfo) -> Iterator[Entry | Unread | Series]:
    """Each time under a name of its own, that of the moment at which the rule has it."""
    kept = set[str]()
    for event in times:
        ruled = event.get("recurrence-id")
        moment = _moment(ruled.dt if ruled is not None else event.start, zone)
        event["uid"] = f"{uid[: LINE - 20]}#{moment:%Y%m%dT%H%M%SZ}"
        said = _read(event, zone)
        if isinstance(said, Entry) and said.cancelled:
            continue
        if isinstance(said, Entry):
            kept.add(said.uid)
        yield said
    yield Series(uid[: LINE - 20], frozenset(kept))


def _read(event: Event, zone: ZoneInfo) -> Entry | Unread:
    uid = str(event.get("uid", ""))[:LINE]
    if not uid:
        return Unread("", "it has no UID, so it could not be known again")
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
