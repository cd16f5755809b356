"""Who is on call, as bars over days: one row for each rota, with its gaps."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from escalation.oncall import Duty
from escalation.oncall.rota import BASE

LEFT, DAY_WIDTH, TOP, ROW = 130, 88, 30, 38
COLOURS = 8  # classes duty-0 to duty-7 of the style sheet
_LETTER = 7.2  # widest usual letter of a label


class Bar(NamedTuple):
    """A duty or a gap; `label` is what fits into it."""

    x: float
    width: float
    kind: str
    label: str
    title: str


class Row(NamedTuple):
    """One rota."""

    rota: str
    y: int
    bars: list[Bar]


class Day(NamedTuple):
    """Where a day begins."""

    x: float
    label: str
    weekend: bool


class Drawn(NamedTuple):
    """The whole drawing."""

    width: int
    height: int
    rows: list[Row]
    days: list[Day]
    now_x: float


def midnight(at: datetime, zone: ZoneInfo) -> datetime:
    """The beginning of the day, by the clock of the zone."""
    return datetime.combine(at.astimezone(zone).date(), time(), tzinfo=zone)


def drawn(
    schedule: Mapping[str, Sequence[Duty]], names: Mapping[str, str], start: datetime, days: int, now: datetime
) -> Drawn:
    """Bars for so many days from the midnight `start`; `names` are those of the people."""
    order = {person: place % COLOURS for place, person in enumerate(sorted(names))}
    rows = [
        Row(rota, TOP + place * ROW, [_bar(duty, names, order, start, days) for duty in duties if duty.via != "closed"])
        for place, (rota, duties) in enumerate(schedule.items())
    ]
    marks = [start + timedelta(days=n) for n in range(days)]  # wall clock: midnight stays midnight
    return Drawn(
        width=LEFT + days * DAY_WIDTH,
        height=TOP + len(rows) * ROW + 4,
        rows=rows,
        days=[Day(_x(day, start, days), f"{day:%a} {day.day}", day.weekday() > 4) for day in marks],
        now_x=_x(now, start, days),
    )


def _bar(duty: Duty, names: Mapping[str, str], order: Mapping[str, int], start: datetime, days: int) -> Bar:
    left, right = _x(duty.start, start, days), _x(duty.end, start, days)
    name = names.get(duty.person, duty.person) if duty.person else "Nobody"
    kind = f"duty-{order.get(duty.person, 0)}" if duty.person else "gap"
    title = f"{name}: {why(duty, lambda person: names.get(person, person))}"
    return Bar(left, round(right - left, 2), kind, _fitting(name, right - left - 10), title)


def why(duty: Duty, name: Callable[[str], str]) -> str:
    """Why it is they who answer, or why nobody does."""
    away = " and ".join(map(name, duty.absent))
    match duty.via:
        case "closed":
            said = "outside its hours"
        case "nobody":
            said = "nobody is left"
        case "layer":
            said = "their turn" if duty.layer == BASE else f"their turn ({duty.layer})"
        case taken:
            said = f"{taken} for {name(duty.instead_of)}" if duty.instead_of else taken
    return said + (f", {away} away" if away else "") + (f" ({duty.reason})" if duty.reason else "")


def _fitting(name: str, width: float) -> str:
    """The name, else the first name, else nothing."""
    return next((each for each in (name, name.split(" ", maxsplit=1)[0]) if len(each) * _LETTER <= width), "")


def _x(at: datetime, start: datetime, days: int) -> float:
    """Where a moment lies; outside of the drawing, at its edge."""
    end = start + timedelta(days=days)
    share = (at.timestamp() - start.timestamp()) / (end.timestamp() - start.timestamp())
    return round(LEFT + max(0.0, min(1.0, share)) * days * DAY_WIDTH, 2)
