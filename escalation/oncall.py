"""Who is on call: rotas by local wall time, overrides to the second.

Shift n is [b(n), b(n+1)), where b(n) is the n-th handover in local wall time turned into UTC. The end of a shift is
the start of the next, so there is neither gap nor overlap, on days of daylight saving too.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Literal, Self

from pydantic import AwareDatetime, Field, ValidationError, model_validator

from escalation.calendar import Calendar, is_open
from escalation.terms import Facts, Name
from escalation.zones import zone_named

_EPOCH = date(2024, 1, 1)  # a Monday
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_STEP = {"daily": 1, "weekly": 7}
_HANDOVER = {
    "daily": re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d"),
    "weekly": re.compile(rf"(?:{'|'.join(_DAYS)}) (?:[01]\d|2[0-3]):[0-5]\d"),
}
_EXAMPLE = {"daily": "18:00", "weekly": "mon 09:00"}


class Rota(Facts):
    """People who take turns; `handover` is `18:00` for a daily rota, `mon 09:00` for a weekly one."""

    zone: str
    rotation: Literal["daily", "weekly"] = "weekly"
    handover: str = "mon 09:00"
    members: tuple[Name, ...] = Field(min_length=1)
    active: dict[str, tuple[str, ...]] | None = None

    @model_validator(mode="after")
    def _readable(self) -> Self:
        if not _HANDOVER[self.rotation].fullmatch(self.handover):
            example = _EXAMPLE[self.rotation]
            raise ValueError(f"a {self.rotation} rota hands over at a time such as {example!r}, not {self.handover!r}")
        try:
            _ = self.open_hours  # so that a mistake in zone or hours shows when the policy is read
        except ValidationError as error:
            raise ValueError(str(error.errors()[0]["ctx"]["error"])) from None
        return self

    @cached_property
    def open_hours(self) -> Calendar:
        """When the rota answers: always, unless `active` says otherwise."""
        return Calendar(zone=self.zone, hours=self.active if self.active is not None else {"daily": ("00:00-24:00",)})


class RotaOverride(Facts):
    """Somebody takes a rota over from `start` up to, and not including, `end`."""

    rota: Name
    who: Name
    start: AwareDatetime
    end: AwareDatetime

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"the override of {self.rota} by {self.who} ends before it begins")
        return self


def boundary(rota: Rota, n: int) -> datetime:
    """The UTC moment at which shift n begins."""
    day, _, clock = rota.handover.rpartition(" ")
    first = _EPOCH + timedelta(days=_DAYS.index(day) if day else 0)
    local = datetime.combine(first + timedelta(days=n * _STEP[rota.rotation]), time.fromisoformat(clock))
    return local.replace(tzinfo=zone_named(rota.zone)).astimezone(UTC)


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
    if not is_open(rota.open_hours, at):
        return None
    return rota.members[shift_at(rota, at) % len(rota.members)]
