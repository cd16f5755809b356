"""Moments and durations as people read them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def iso(at: datetime) -> str:
    """For a machine: `2026-11-28T21:05:00Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def clock(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """`14:05` today, `Fri 14:05` within a week of now, else with the date."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    days = (local.date() - today).days
    if days == 0:
        return f"{local:%H:%M}"
    if abs(days) < 7:
        return f"{local:%a %H:%M}"
    year = "" if local.year == today.year else f" {local:%Y}"
    return f"{local.day} {local:%b}{year} {local:%H:%M}"


def day(at: datetime, zone: ZoneInfo) -> str:
    """`Sat 28 Nov 2026`."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y}"


def full(at: datetime, zone: ZoneInfo) -> str:
    """`Sat 28 Nov 2026 14:05:09 CET`."""
    local = at.astimezone(zone)
    return f"{day(at, zone)} {local:%H:%M:%S} {local.tzname()}"


def span(length: timedelta | float) -> str:
    """The two largest parts: `3 d 4 h`, `2 h 5 min`, `40 s`; without a sign."""
    seconds = int(abs(length.total_seconds() if isinstance(length, timedelta) else length))
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        return _two(seconds // _HOUR, "h", seconds % _HOUR // _MINUTE, "min")
    return _two(seconds // _DAY, "d", seconds % _DAY // _HOUR, "h")


def hours(length: timedelta) -> str:
    """The same in hours however many, since forty opening hours are no day and sixteen hours."""
    seconds = int(length.total_seconds())
    return span(length) if seconds < _HOUR else _two(seconds // _HOUR, "h", seconds % _HOUR // _MINUTE, "min")


def until(at: datetime, now: datetime) -> str:
    """`in 2 h 5 min`, or `2 h 5 min ago`."""
    return f"in {span(at - now)}" if at > now else f"{span(now - at)} ago"


def _two(large: int, its: str, small: int, own: str) -> str:
    return f"{large} {its} {small} {own}" if small else f"{large} {its}"
