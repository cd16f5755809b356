"""Durations as people write them: `15m`, `4h`, `2h30m`, `3d`."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_PART = re.compile(r"(\d+)([dhms])")
_WHOLE = re.compile(r"(?:\d+[dhms])+")


def parse_duration(text: object) -> object:
    """A timedelta for `15m`, `4h`, `2h30m` or seconds; anything else is left for pydantic to refuse."""
    if isinstance(text, str) and _WHOLE.fullmatch(text):
        return timedelta(seconds=sum(int(n) * _UNITS[unit] for n, unit in _PART.findall(text)))
    return text


def format_duration(value: timedelta) -> str:
    """`2h30m` for two and a half hours; the largest unit first, whole seconds."""
    left, parts = int(value.total_seconds()), []
    for unit, seconds in _UNITS.items():
        count, left = divmod(left, seconds)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


Duration = Annotated[timedelta, BeforeValidator(parse_duration), PlainSerializer(format_duration, return_type=str)]
