"""Rotas by local wall time: layers of people who take turns.

Shift n is [b(n), b(n+1)), where b(n) is the n-th handover in local wall time turned into UTC. The end of a shift is
the start of the next, so there is neither gap nor overlap, on days of daylight saving too. Shifts of hours count hours
that really pass, or the repeated hour of autumn would belong to somebody twice.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from escalation.calendar import Calendar
from escalation.terms import Facts, Name
from escalation.zones import zone_named

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"
_HANDOVER = {
    "hourly": re.compile(_CLOCK),
    "daily": re.compile(_CLOCK),
    "weekly": re.compile(rf"(?:{'|'.join(_DAYS)}) {_CLOCK}"),
}
_EXAMPLE = {"hourly": "08:00", "daily": "18:00", "weekly": "mon 09:00"}
_STEP = {"hourly": timedelta(hours=1), "daily": timedelta(days=1), "weekly": timedelta(weeks=1)}
BASE = "base"


class Turns(Facts):
    """People who take turns, each `every` hours, days or weeks, counted from the first handover on or after `since`.

    `handover` is `mon 09:00` for a weekly rotation, `18:00` for the others; `active` restricts the hours.
    """

    zone: str
    rotation: Literal["hourly", "daily", "weekly"] = "weekly"
    every: int = Field(default=1, ge=1, le=520)
    handover: str = "mon 09:00"
    since: date = date(2024, 1, 1)  # a Monday
    members: tuple[Name, ...] = Field(min_length=1)
    active: dict[str, tuple[str, ...]] | None = None

    @model_validator(mode="after")
    def _readable(self) -> Self:
        if not _HANDOVER[self.rotation].fullmatch(self.handover):
            example = _EXAMPLE[self.rotation]
            raise ValueError(f"a {self.rotation} rota hands over at a time such as {example!r}, not {self.handover!r}")
        if self.zone:
            self.check_hours()
        return self

    def check_hours(self) -> None:
        """Raise ValueError for a mistake in zone or hours, so that it shows when the policy is read."""
        try:
            _ = self.open_hours
        except ValidationError as error:
            raise ValueError(str(error.errors()[0]["ctx"]["error"])) from None

    @cached_property
    def open_hours(self) -> Calendar:
        """When these people answer: always, unless `active` says otherwise."""
        return Calendar(zone=self.zone, hours=self.active if self.active is not None else {"daily": ("00:00-24:00",)})

    @property
    def step(self) -> timedelta:
        """The length of a turn on the wall clock."""
        return _STEP[self.rotation] * self.every

    @cached_property
    def first(self) -> datetime:
        """The first handover as the wall clock shows it, without a zone."""
        day, _, clock = self.handover.rpartition(" ")
        days = (_DAYS.index(day) - self.since.weekday()) % 7 if day else 0
        return datetime.combine(self.since + timedelta(days=days), time.fromisoformat(clock))


class Layer(Turns):
    """Turns that override those below them while they are active; the rota's own zone unless they name another."""

    name: Name
    zone: str = ""


class Rota(Turns):
    """Who takes turns, and the layers over them: a later layer overrides an earlier one where it is active."""

    layers: tuple[Layer, ...] = ()

    @model_validator(mode="after")
    def _layers_readable(self) -> Self:
        for layer in self.stack:
            layer.check_hours()
        names = [layer.name for layer in self.stack]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"two layers are called {min(twice)!r}")
        return self

    @cached_property
    def stack(self) -> tuple[Layer, ...]:
        """Every layer, lowest first: the rota's own people are the base."""
        own = {name: getattr(self, name) for name in Turns.model_fields}
        over = (layer if layer.zone else layer.model_copy(update={"zone": self.zone}) for layer in self.layers)
        return Layer(name=BASE, **own), *over

    @property
    def everybody(self) -> tuple[Name, ...]:
        """The members of all layers, each once."""
        return tuple(dict.fromkeys(member for layer in self.stack for member in layer.members))


def boundary(turns: Turns, n: int) -> datetime:
    """The UTC moment at which shift n begins."""
    zone = zone_named(turns.zone)
    if turns.rotation == "hourly":
        return turns.first.replace(tzinfo=zone).astimezone(UTC) + n * turns.step
    return (turns.first + n * turns.step).replace(tzinfo=zone).astimezone(UTC)


def shift_at(turns: Turns, at: datetime) -> int:
    """The number of the shift that holds the moment `at`."""
    n = (at - boundary(turns, 0)) // turns.step
    while boundary(turns, n) > at:
        n -= 1
    while boundary(turns, n + 1) <= at:
        n += 1
    return n
