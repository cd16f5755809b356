"""Durations as people write them: `15m`, `4h`, `2h30m`, `3d`; to the microsecond, since clocks are recorded so too."""

import re
from datetime import timedelta
from functools import lru_cache
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

_UNITS = {
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "us": timedelta(microseconds=1),
}
_PART = re.compile(r"(\d+)(us|[dhms])")
_WHOLE = re.compile(r"(?:\d+(?:us|[dhms]))+")


def parse_duration(text: object) -> object:
    """A timedelta for `15m`, `4h`, `2h30m` or seconds; anything else is left for pydantic to refuse."""
    return _parsed(text) if isinstance(text, str) else text


@lru_cache(maxsize=4096)  # the same few targets and marks stand in every ticket that is read back
def _parsed(text: str) -> timedelta | str:
    if not _WHOLE.fullmatch(text):
        return text
    try:
        return sum((int(n) * _UNITS[unit] for n, unit in _PART.findall(text)), timedelta())
    except (OverflowError, ValueError):  # more days, or more digits, than there are
        return text


def format_duration(value: timedelta) -> str:
    """`2h30m` for two and a half hours, nothing rounded; never days, since 40 opening hours are not 1 day 16 hours."""
    left, parts = value, []
    for unit, one in _UNITS.items():
        if unit == "d":
            continue
        count, left = divmod(left, one)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


Duration = Annotated[timedelta, BeforeValidator(parse_duration), PlainSerializer(format_duration, return_type=str)]
