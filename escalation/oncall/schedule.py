"""The schedule as it comes out: who answers a rota at a moment or over a stretch of time, and why they.

An override or swap beats every layer, the later one the earlier; a later layer beats an earlier one where it is
active. Somebody absent answers for nothing: what is under them does, and where nothing is, nobody: a gap.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime

from escalation.calendar import is_open
from escalation.oncall.live import Absence, RotaOverride, absence_of
from escalation.oncall.rota import Layer, Rota, boundary, shift_at
from escalation.terms import Facts

HORIZON = timedelta(days=60)
WARNED_AHEAD = timedelta(days=30)

Overrides = tuple[RotaOverride, ...]
Absences = tuple[Absence, ...]


class Answer(Facts):
    """Who answers a rota, and why: by which layer or override, whose turn it would be, who of them is away."""

    person: str | None = None
    via: Literal["layer", "override", "swap", "closed", "nobody"]
    layer: str | None = None
    instead_of: str | None = None
    absent: tuple[str, ...] = ()
    reason: str = ""

    def __str__(self) -> str:
        match self.via:
            case "closed":
                return "outside its hours"
            case "nobody":
                return f"nobody: {' and '.join(self.absent)} away"
            case "layer":
                said = f"layer {self.layer}"
            case taken:
                said = f"{taken} for {self.instead_of}" if self.instead_of else taken
        away = f", {' and '.join(self.absent)} away" if self.absent else ""
        return f"{said}{away}{self.reason and f' ({self.reason})'}"


class Duty(Answer):
    """The same answer from `start` up to, and not including, `end`."""

    start: AwareDatetime
    end: AwareDatetime


def answer(name: str, rota: Rota, overrides: Overrides, at: datetime, absences: Absences = ()) -> Answer:
    """Who answers the rota at `at`, and why."""
    scheduled = _by_layers(rota, at, absences)
    turn = scheduled.absent[0] if scheduled.absent else scheduled.person
    away: list[str] = []
    for override in reversed(overrides):
        if not override.holds(name, at) or override.instead_of not in (None, turn):
            continue
        if absence_of(override.who, absences, at):
            away.append(override.who)
            continue
        instead = turn if turn != override.who else None
        return Answer(
            person=override.who,
            via=override.kind,
            instead_of=instead,
            absent=tuple(dict.fromkeys((*away, *scheduled.absent))),
            reason=override.reason,
        )
    if not away:
        return scheduled
    missed = tuple(dict.fromkeys((*away, *scheduled.absent)))
    return scheduled.model_copy(update={"absent": missed} | ({"via": "nobody"} if scheduled.person is None else {}))


def on_call(name: str, rota: Rota, overrides: Overrides, at: datetime, absences: Absences = ()) -> str | None:
    """The person on call on the rota at `at`; None outside its hours and in a gap."""
    return answer(name, rota, overrides, at, absences).person


def rendered(
    name: str, rota: Rota, overrides: Overrides, start: datetime, end: datetime, absences: Absences = ()
) -> list[Duty]:
    """Who answers from `start` to `end`, without a hole; neighbours with the same answer are one duty."""
    duties: list[Duty] = []
    moments = sorted({start, *_changes(name, rota, overrides, absences, start, end)})
    for since, until in zip(moments, [*moments[1:], end], strict=True):
        said = answer(name, rota, overrides, since, absences)
        if duties and all(getattr(duties[-1], name) == value for name, value in said):
            duties[-1] = duties[-1].model_copy(update={"end": until})
        else:
            duties.append(Duty(start=since, end=until, **dict(said)))
    return duties


def duty_at(name: str, rota: Rota, overrides: Overrides, at: datetime, absences: Absences = ()) -> Duty:
    """The duty that holds the moment, as far as it reaches ahead of it, at most over the horizon."""
    for ahead in (timedelta(days=1), timedelta(days=8), HORIZON):
        duty = rendered(name, rota, overrides, at, at + ahead, absences)[0]
        if duty.end < at + ahead:
            break
    return duty


def gaps(
    name: str, rota: Rota, overrides: Overrides, start: datetime, end: datetime, absences: Absences = ()
) -> list[Duty]:
    """The stretches inside the rota's hours in which nobody answers."""
    return [duty for duty in rendered(name, rota, overrides, start, end, absences) if duty.via == "nobody"]


def _by_layers(rota: Rota, at: datetime, absences: Absences) -> Answer:
    away: list[str] = []
    for layer in reversed(rota.stack):
        if not is_open(layer.open_hours, at):
            continue
        member = layer.members[shift_at(layer, at) % len(layer.members)]
        if absence_of(member, absences, at) is None:
            return Answer(person=member, via="layer", layer=layer.name, absent=tuple(dict.fromkeys(away)))
        away.append(member)
    return Answer(via="nobody" if away else "closed", absent=tuple(dict.fromkeys(away)))


def _changes(
    name: str, rota: Rota, overrides: Overrides, absences: Absences, start: datetime, end: datetime
) -> Iterator[datetime]:
    """Every moment inside the stretch at which the answer could change."""
    concerned = {*rota.everybody, *(override.who for override in overrides if override.rota == name)}
    stretches = [(each.start, each.end) for each in overrides if each.rota == name]
    stretches += [(each.start, each.end) for each in absences if each.person in concerned]
    for moment in (moment for stretch in stretches for moment in stretch):
        if start < moment < end:
            yield moment.astimezone(UTC)
    for layer in rota.stack:
        yield from _handovers(layer, start, end)
        if layer.active is not None:
            yield from _openings(layer, start, end)


def _handovers(layer: Layer, start: datetime, end: datetime) -> Iterator[datetime]:
    if len(layer.members) == 1:
        return
    n = shift_at(layer, start) + 1
    while (begins := boundary(layer, n)) < end:
        yield begins
        n += 1


def _openings(layer: Layer, start: datetime, end: datetime) -> Iterator[datetime]:
    for number in range(start.year, end.year + 1):
        year = layer.open_hours.timetable.year(number)
        yield from (moment for moment in (*year.starts, *year.ends) if start < moment < end)
