"""Opening hours as people write them: `mon-fri: ["08:00-12:00", "13:00-17:00"]`, `fri: ["22:00-06:00"]`."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import pairwise

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)
_WEEK = 7 * DAY
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")

Span = tuple[timedelta, timedelta]
"""From when to when, as offsets from the midnight that begins the day; a night shift ends after 24 hours."""


def week_of(hours: Mapping[str, Iterable[str]]) -> tuple[tuple[Span, ...], ...]:
    """The spans of each weekday from Monday; ValueError names the text at fault."""
    week: list[list[tuple[Span, str]]] = [[] for _ in DAYS]
    for days, texts in hours.items():
        named = _weekdays(days)
        for text in texts:
            span = _span(text, days)
            for day in named:
                week[day].append((span, text))
    _refuse_overlaps([(day, span, text) for day, spans in enumerate(week) for span, text in spans])
    return tuple(tuple(sorted(span for span, _ in spans)) for spans in week)


def day_of(texts: Iterable[str], day: object) -> tuple[Span, ...]:
    """The spans of one date that has its own hours; ValueError names the text at fault."""
    spans = sorted((_span(text, str(day)), text) for text in texts)
    for (earlier, first), (later, second) in pairwise(spans):
        if later[0] < earlier[1]:
            raise ValueError(f"{day}: {first!r} and {second!r} overlap")
    return tuple(span for span, _ in spans)


def _refuse_overlaps(spans: list[tuple[int, Span, str]]) -> None:
    """The week is a ring: a shift of Sunday night runs into Monday."""
    placed = sorted((day * DAY + opens, day * DAY + closes, day, text) for day, (opens, closes), text in spans)
    if placed:
        opens, closes, day, text = placed[0]
        placed.append((opens + _WEEK, closes + _WEEK, day, text))
    for (_, closes, day, text), (opens, _, other, second) in pairwise(placed):
        if opens < closes:
            where = DAYS[day] if day == other else f"{DAYS[day]} and {DAYS[other]}"
            raise ValueError(f"{where}: {text!r} and {second!r} overlap")


def _weekdays(text: str) -> list[int]:
    """Monday is 0; a range may run over the weekend, as in "sun-thu"."""
    if text == "daily":
        return list(range(7))
    first, dash, last = text.partition("-")
    if first not in DAYS or (dash and last not in DAYS):
        raise ValueError(f"unknown day {text!r}: say mon … sun, a range such as mon-fri, or daily")
    start, stop = DAYS.index(first), DAYS.index(last or first)
    return [(start + step) % 7 for step in range((stop - start) % 7 + 1)]


def _span(text: str, where: str) -> Span:
    if not (match := _SPAN.fullmatch(text)):
        raise ValueError(f"{where}: {text!r} is not a span of hours HH:MM-HH:MM (the end may be 24:00)")
    opens = timedelta(hours=int(match[1]), minutes=int(match[2]))
    closes = timedelta(hours=int(match[3]), minutes=int(match[4])) if match[3] else DAY
    if closes == opens:
        raise ValueError(f"{where}: {text!r} ends as it begins (around the clock is 00:00-24:00)")
    return opens, closes if closes > opens else closes + DAY
