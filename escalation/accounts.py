"""Who spent the time: a clock's whole life as stretches that leave out no second, and their sums."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from escalation.calendar import Calendar
from escalation.durations import Duration
from escalation.records import Spell
from escalation.sla import ELSEWHERE, RESOLVED, Clock, Stretch
from escalation.terms import Facts

ZERO = timedelta()
COUNTED, CLOSED, WORKING, DUPLICATE, TRIAGE = "counted", "closed", "working", "duplicate", "triage"


class Spent(Facts):
    """The counted time, split three ways, each of which adds up to all of it; and the open time that did not count."""

    counted: Duration
    by_owner: dict[str, Duration]
    by_tier: dict[str, Duration]
    by_hold: dict[str, Duration]
    paused: dict[str, Duration]


def stretches(clock: Clock, calendar: Calendar, spells: Sequence[Spell], now: datetime) -> tuple[Stretch, ...]:
    """From the clock's start to its end, or to now; one begins exactly where the other ends.

    What the calendar of an earlier policy counted is taken over as it was counted.
    """
    end, kept = clock.stopped_at or now, clock.carried
    if not kept:
        return tuple(_joined(_pieces(clock, calendar, spells, clock.started_at, end)))
    before = _pieces(clock, calendar, spells, clock.started_at, kept[0].start)
    after = _pieces(clock, calendar, spells, kept[-1].end, end)
    return (*_joined(before), *kept, *_joined(after))


def carried(clock: Clock, calendar: Calendar, spells: Sequence[Spell], now: datetime) -> tuple[Stretch, ...]:
    """The clock's life so far, settled by this calendar: open and closed hours of one spell together."""
    settled: list[Stretch] = []
    for piece in stretches(clock, calendar, spells, now):
        why = COUNTED if piece.why == CLOSED else piece.why
        same = piece.model_copy(update={"why": why})
        if settled and _says(settled[-1]) == _says(same) and settled[-1].end >= clock.started_at:
            last = settled.pop()
            same = same.model_copy(update={"start": last.start, "counted": last.counted + same.counted})
        settled.append(same)
    return tuple(settled)


def spent(pieces: Iterable[Stretch], calendar: Calendar) -> Spent:
    """The sums of the stretches of one clock."""
    owners, tiers, holds, paused = (defaultdict[str, timedelta](timedelta) for _ in range(4))
    counted = ZERO
    for piece in pieces:
        time = piece.counted
        if piece.why == COUNTED:
            counted += time
            owners[piece.owner or DUPLICATE] += time
            tiers[_tier(piece)] += time
            holds[piece.hold or WORKING] += time
        elif piece.why not in (CLOSED, RESOLVED, ELSEWHERE):
            paused[piece.why] += _open_time(calendar, piece)
    return Spent(counted=counted, by_owner=owners, by_tier=tiers, by_hold=holds, paused=paused)


def _pieces(
    clock: Clock, calendar: Calendar, spells: Sequence[Spell], start: datetime, end: datetime
) -> Iterator[Stretch]:
    opens, closes = _opening(calendar, start, end)
    cuts = {start, end, *opens, *closes}
    cuts |= {moment for pause in clock.pauses for moment in (pause.start, pause.end) if moment}
    cuts |= {spell.since for spell in spells}
    inside = sorted(cut for cut in cuts if start <= cut <= end)
    begun = [spell.since for spell in spells]
    for left, right in pairwise(inside):
        yield _piece(clock, left, right, opens, closes, _at(spells, begun, left))


def _piece(
    clock: Clock, start: datetime, stop: datetime, opens: list[datetime], closes: list[datetime], spell: Spell | None
) -> Stretch:
    reason = next((p.reason for p in clock.pauses if p.start <= start and (p.end is None or start < p.end)), None)
    last = bisect_right(opens, start) - 1
    why = reason or (COUNTED if last >= 0 and start < closes[last] else CLOSED)
    had = spell or Spell(since=start)
    hold = had.hold if had.hold != reason else None
    counted = stop - start if why == COUNTED else ZERO
    return Stretch(start=start, end=stop, counted=counted, why=why, owner=had.owner, tier=had.tier, hold=hold)


def _joined(pieces: Iterable[Stretch]) -> Iterator[Stretch]:
    """Neighbours that say the same as one."""
    last: Stretch | None = None
    for piece in pieces:
        if last and _says(last) == _says(piece):
            last = last.model_copy(update={"end": piece.end, "counted": last.counted + piece.counted})
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last


def _says(piece: Stretch) -> tuple[object, ...]:
    return piece.why, piece.owner, piece.tier, piece.hold


def _at(spells: Sequence[Spell], begun: Sequence[datetime], moment: datetime) -> Spell | None:
    place = bisect_right(begun, moment) - 1
    return spells[place] if place >= 0 else None


def _tier(piece: Stretch) -> str:
    if not piece.owner:
        return DUPLICATE
    return f"tier_{piece.tier}" if piece.tier else TRIAGE


def _open_time(calendar: Calendar, piece: Stretch) -> timedelta:
    opens, closes = _opening(calendar, piece.start, piece.end)
    cut = ((max(o, piece.start), min(c, piece.end)) for o, c in zip(opens, closes, strict=True))
    return sum((stop - start for start, stop in cut), ZERO)


def _opening(calendar: Calendar, start: datetime, end: datetime) -> tuple[list[datetime], list[datetime]]:
    """Where the calendar opens and closes, of every span that touches these moments."""
    opens: list[datetime] = []
    closes: list[datetime] = []
    for number in range(start.year, end.year + 1):
        year = calendar.timetable.year(number)
        for opened, closed in zip(year.starts, year.ends, strict=True):
            if opened < end and closed > start:
                opens.append(opened)
                closes.append(closed)
    return opens, closes
