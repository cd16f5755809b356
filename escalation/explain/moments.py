"""Moments and lengths of time as a sentence has them."""

from datetime import UTC, datetime, timedelta

from escalation.durations import format_duration

_SECOND = timedelta(seconds=1)


def spoken(at: datetime) -> str:
    """`2 Nov 2026 14:12 UTC`, with seconds where there are any."""
    moment = at.astimezone(UTC)
    clock = f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
    return f"{moment.day} {moment:%b %Y} {clock} UTC"


def length(time: timedelta) -> str:
    """`9h36m`; to the second."""
    return format_duration(time - time % _SECOND)
