"""Until when somebody is here: while their calendar is open or they are on call, one after the other."""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta

from escalation.calendar import Calendar
from escalation.oncall.board import Board

BREAK = timedelta(hours=2)  # whoever is back within it has not gone home
LONGEST_SHIFT = timedelta(days=8)  # somebody who is here for longer never goes home


def is_here(person: str, calendar: Calendar, board: Board, at: datetime) -> bool:
    """Whether they work or are on call at `at`, and are not away."""
    if board.absent_until(person, at):
        return False
    on_call = any(board.on_call(rota, at) == person for rota in rotas_of(person, board))
    return on_call or _works_until(calendar, at) is not None


def shift_end(person: str, calendar: Calendar, board: Board, at: datetime) -> datetime | None:
    """When somebody who is here at `at` is here no more; None for somebody who is not, or who does not go home."""
    until = at
    while until - at <= LONGEST_SHIFT:
        later = _here_until(person, calendar, board, until)
        if later is None:
            return until if until > at else None
        until = later
    return None


def rotas_of(person: str, board: Board) -> list[str]:
    """The rotas on which somebody works on tickets: not the managers', who coordinate."""
    named = {override.rota for override in board.overrides if override.who == person}
    return [
        name
        for name, rota in board.rotas.items()
        if name != board.managers and (name in named or person in rota.everybody)
    ]


def _here_until(person: str, calendar: Calendar, board: Board, at: datetime) -> datetime | None:
    if board.absent_until(person, at):
        return None
    duties = (board.duty(rota, at) for rota in rotas_of(person, board))
    ends = [duty.end for duty in duties if duty.person == person]
    ends += filter(None, [_works_until(calendar, at)])
    if not ends:
        return None
    absence = min((a.start for a in board.absences if a.person == person and a.start > at), default=None)
    return min(max(ends), absence) if absence else max(ends)


def _works_until(calendar: Calendar, at: datetime) -> datetime | None:
    """The end of the stretch of work, or of the break, that holds the moment; None outside both."""
    at = at.astimezone(UTC)
    year = calendar.timetable.year(at.year)
    last = bisect_right(year.starts, at) - 1
    if last < 0:
        return None
    closes, again = year.ends[last], year.starts[last + 1 : last + 2]
    if again and again[0] - closes <= BREAK:
        return again[0]
    return closes if at < closes else None
