"""A zone's offsets from UTC over some years, in one line: with it a calendar needs no zone files for those years.

A published policy carries the line, and so does each ticket's slice. Decisions are made again when a workflow is
replayed; with zone files of a later release they would come out otherwise, and the replay would fail.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from escalation.zones import zone_named

_DAY, _NONE = timedelta(days=1), timedelta()


class Offsets(NamedTuple):
    """What holds from `since` up to `until`: offsets[0], and offsets[n] from changes[n - 1] on."""

    since: datetime
    until: datetime
    changes: tuple[datetime, ...]
    offsets: tuple[timedelta, ...]

    def at(self, at: datetime) -> timedelta | None:
        """The offset at that moment; None outside the years."""
        if not self.since <= at < self.until:
            return None
        return self.offsets[bisect_right(self.changes, at)]


def written(zone: str, years: range) -> str:
    """`2025-2026 -6 2025-03-09T08 -5 11-02T07 -6 …`: the years, the offset, and each change with what it brings."""
    where = zone_named(zone)
    since, until = datetime(years.start, 1, 1, tzinfo=UTC), datetime(years.stop, 1, 1, tzinfo=UTC)
    words, year = [f"{years.start}-{years.stop - 1}"], 0
    for begins, _, offset in stretches(lambda at: at.astimezone(where).utcoffset() or _NONE, since, until):
        if begins != since:
            words.append(f"{begins:%m-%dT%H:%M}" if begins.year == year else f"{begins:%Y-%m-%dT%H:%M}")
            words[-1] = words[-1].removesuffix(":00")
            year = begins.year
        words.append(_offset(offset))
    return " ".join(words)


@lru_cache(maxsize=256)
def read(text: str) -> Offsets:
    """The line read back; ValueError for what is none."""
    years, *words = text.split()
    first, _, last = years.partition("-")
    since, until = datetime(int(first), 1, 1, tzinfo=UTC), datetime(int(last) + 1, 1, 1, tzinfo=UTC)
    changes, year = [], first
    for word in words[1::2]:
        year, day = (word[:4], word[5:]) if len(word.partition("T")[0]) == len("2025-03-09") else (year, word)
        minutes = "" if ":" in day else ":00"
        changes.append(datetime.fromisoformat(f"{year}-{day}{minutes}").replace(tzinfo=UTC))
    offsets = tuple(map(_length, words[::2]))
    if len(offsets) != len(changes) + 1:
        raise ValueError(f"{text!r} does not say which offset holds when")
    return Offsets(since, until, tuple(changes), offsets)


def stretches(
    offset_at: Callable[[datetime], timedelta], since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The stretches of time over which a zone keeps one UTC offset."""
    probe = since
    while probe < until:
        upcoming = min(probe + _DAY, until)
        if offset_at(upcoming) != offset_at(since):
            changed = _change(offset_at, probe, upcoming)
            yield since, changed, offset_at(since)
            since = changed
        probe = upcoming
    if since < until:
        yield since, until, offset_at(since)


def _change(offset_at: Callable[[datetime], timedelta], before: datetime, after: datetime) -> datetime:
    """The instant in (before, after] from which the offset of `after` holds; zones change on whole seconds."""
    old = offset_at(before)
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(before + timedelta(seconds=middle)) == old:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)


def _offset(offset: timedelta) -> str:
    """`-6`, `+5:30`: hours, and minutes where there are any."""
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"{'-' if offset < _NONE else '+'}{hours}" + (f":{minutes:02}" if minutes else "")


def _length(text: str) -> timedelta:
    hours, _, minutes = text[1:].partition(":")
    length = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return -length if text.startswith("-") else length
