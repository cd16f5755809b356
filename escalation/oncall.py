"""Who is on call: rotas by local wall time, overrides to the second.

Shift n is [b(n), b(n+1)), where b(n) is the n-th handover in local wall time turned into UTC. The end of a shift is
the start of the next, so there is neither gap nor overlap, on days of daylight saving too.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, field_validator

from escalation.calendar import Calendar, is_open
from escalation.terms import Facts, Name

_EPOCH = date(2024, 1, 1)  # a Monday
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_STEP = {"daily": 1, "weekly": 7}


class Rota(Facts):
    """People who take turns; `handover` is `18:00` for a daily rota, `mon 09:00` for a weekly one."""

    zone: str
    rotation: Literal["daily", "weekly"] = "weekly"
    handover: str = "mon 09:00"
    members: tuple[Name, ...] = Field(min_length=1)
    active: dict[str, tuple[str, ...]] | None = None

    @field_validator("handover")
    @classmethod
    def _readable(cls, text: str) -> str:
        day, _, clock = text.rpartition(" ")
        if day and day not in _DAYS:
            raise ValueError(f"handover {text!r} must start with one of {', '.join(_DAYS)}")
        time.fromisoformat(clock)
        return text


class RotaOverride(Facts):
    """Somebody takes a rota over from `start` up to, and not including, `end`."""

    rota: Name
    who: Name
    start: AwareDatetime
    end: AwareDatetime


def boundary(rota: Rota, n: int) -> datetime:
    """The UTC moment at which shift n begins."""
    day, _, clock = rota.handover.rpartition(" ")
    first = _EPOCH + timedelta(days=_DAYS.index(day) if day and rota.rotation == "weekly" else 0)
    local = datetime.combine(first + timedelta(days=n * _STEP[rota.rotation]), time.fromisoformat(clock))
    return local.replace(tzinfo=ZoneInfo(rota.zone)).astimezone(UTC)


def shift_at(rota: Rota, at: datetime) -> int:
    """The number of the shift that holds the moment `at`."""
    n = (at - boundary(rota, 0)).days // _STEP[rota.rotation]
    while boundary(rota, n) > at:
        n -= 1
    while boundary(rota, n + 1) <= at:
        n += 1
    return n


def on_call(name: str, rota: Rota, overrides: tuple[RotaOverride, ...], at: datetime) -> str | None:
    """The person on call on the rota at `at`; None outside its active hours. A later override wins."""
    for override in reversed(overrides):
        if override.rota == name and override.start <= at < override.end:
            return override.who
    if rota.active is not None and not is_open(Calendar(zone=rota.zone, hours=rota.active), at):
        return None
    return rota.members[shift_at(rota, at) % len(rota.members)]
