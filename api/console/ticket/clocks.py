"""The clocks of a ticket as bars: what counted, what was closed or on hold, where the marks lie, in per cent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from api.console import drawing, times
from api.console.names import said
from api.console.ticket.words import calendar_name, clock_name
from escalation.accounts import COUNTED
from escalation.records import Breach
from escalation.sla import BREACH, ELSEWHERE, RESOLVED, Stretch
from escalation.view import ClockView, SlaView

_NO_TIME = timedelta()
_ORDER = ("accept", "first_response", "resolution", "next_reply", "next_update", "vendor")
_LEVELS = {"breached": "bad", "paused": "calm", "kept": "good", "running": ""}
_AT_RISK = 0.75  # of a target
_SHARES = ("50", "75", "90", BREACH)


class Piece(NamedTuple):
    """A stretch of the bar, from `x` on: `counted`, `closed`, `hold` or `away`."""

    x: float
    width: float
    kind: str


class MarkLine(NamedTuple):
    """A mark on the bar, and what it says; `x` is None where nobody can say when it comes."""

    x: float | None
    words: str
    at: datetime | None
    passed: bool


class Bar(NamedTuple):
    """One clock, drawn and said."""

    name: str
    title: str
    state: str
    level: str
    words: str
    calendar: str
    pieces: Sequence[Piece]
    marks: Sequence[MarkLine]
    now: float | None
    clock: ClockView
    breach: Breach | None = None

    @property
    def kept(self) -> bool:
        """Whether nothing more is to be done for it."""
        return self.state == "kept"


def bars(sla: SlaView) -> list[Bar]:
    """Every clock; those that run first, in the order in which people ask for them."""
    drawn = [_bar(clock, sla) for clock in sla.clocks]
    return sorted(drawn, key=lambda bar: (bar.kept, _place(bar.name)))


def _bar(clock: ClockView, sla: SlaView) -> Bar:
    end = _end(clock, sla.at)
    state = _state(clock)
    return Bar(
        name=clock.name,
        title=clock_name(clock.name),
        state=state,
        level=_level(clock, state),
        words=_words(clock, state),
        calendar=calendar_name(clock.calendar),
        pieces=[_piece(each, clock.started_at, end) for each in clock.stretches],
        marks=_marks(clock, end),
        now=_x(sla.at, clock.started_at, end) if state != "kept" else None,
        clock=clock,
        breach=sla.breaches.get(clock.name),
    )


def _state(clock: ClockView) -> str:
    return "breached" if clock.breached else clock.state


def _level(clock: ClockView, state: str) -> str:
    return "warn" if state == "running" and clock.elapsed >= _AT_RISK * clock.target else _LEVELS[state]


def _end(clock: ClockView, now: datetime) -> datetime:
    """The right end of the bar: the due moment, or later where the time went on."""
    lived = clock.stretches[-1].end if clock.stretches else clock.started_at
    running = clock.state in ("running", "paused")
    return max(lived, clock.due_at or lived, now if running else lived)


def _piece(stretch: Stretch, start: datetime, end: datetime) -> Piece:
    kind = {COUNTED: "counted", "closed": "closed", RESOLVED: "away", ELSEWHERE: "away"}.get(stretch.why, "hold")
    x = _x(stretch.start, start, end)
    return Piece(x, round(_x(stretch.end, start, end) - x, 2), kind)


def _marks(clock: ClockView, end: datetime) -> list[MarkLine]:
    lines = [_mark(clock, name, end) for name in _names(clock)]
    return [line for line in lines if line]


def _names(clock: ClockView) -> list[str]:
    """The shares that the clock tells of, passed or to come, and the moment at which it moves the ticket."""
    shares = [name for name in _SHARES if name == BREACH or name in clock.marks or _shared(clock)]
    return [*shares, *(name for name in clock.marks if not name.isdigit())]


def _shared(clock: ClockView) -> bool:
    return clock.name in ("first_response", "resolution")


def _mark(clock: ClockView, name: str, end: datetime) -> MarkLine | None:
    words = f"{name} %" if name.isdigit() else "goes up by itself"
    if name in clock.marks:
        at = clock.marks[name]
        return MarkLine(_x(at, clock.started_at, end) if at else None, words, at, passed=False)
    passed_at = _when(clock, clock.target * int(name) / 100)
    return MarkLine(_x(passed_at, clock.started_at, end), words, passed_at, passed=True) if passed_at else None


def _when(clock: ClockView, after: timedelta) -> datetime | None:
    """When counted time came to this; None where it never has."""
    counted = _NO_TIME
    for stretch in clock.stretches:
        if stretch.why == COUNTED and counted + stretch.counted >= after:
            return stretch.start + (after - counted)
        counted += stretch.counted
    return None


def _words(clock: ClockView, state: str) -> str:
    used, target, left = map(times.hours, (clock.elapsed, clock.target, clock.remaining))
    match state:
        case "breached":
            over = clock.elapsed - clock.target
            by = f", {times.hours(over)} over" if over > _NO_TIME else ""
            return f"Broken: {used} used of {target}{by}"
        case "kept":
            return f"Kept: {used} used of {target}"
        case "paused":
            why = clock.pauses[-1].reason if clock.pauses else ""
            return f"Paused ({said(why).lower()}): {used} used, {left} left of {target}"
        case _:
            return f"{used} used, {left} left of {target}"


def _x(at: datetime, start: datetime, end: datetime) -> float:
    return drawing.share((at - start).total_seconds(), (end - start).total_seconds())


def _place(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)
