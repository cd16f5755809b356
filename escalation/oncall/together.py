"""When somebody is on call over the next days, and who answers the other rotas in the same hours."""

from datetime import datetime

from escalation.oncall.board import Board
from escalation.oncall.schedule import Duty
from escalation.terms import Facts


class Beside(Facts):
    """Somebody who answers another rota meanwhile."""

    rota: str
    person: str


class OwnDuty(Facts):
    """A duty of one's own, with whoever is on call beside it, rota by rota."""

    rota: str
    duty: Duty
    beside: tuple[Beside, ...] = ()


def own_duties(board: Board, person: str, start: datetime, end: datetime) -> list[OwnDuty]:
    """The duties of this person that fall into the stretch, in the order of time."""
    schedules = {rota: board.schedule(rota, start, end) for rota in sorted(board.rotas)}
    own = [(rota, duty) for rota, duties in schedules.items() for duty in duties if duty.person == person]
    return [
        OwnDuty(rota=rota, duty=duty, beside=_beside(schedules, rota, duty))
        for rota, duty in sorted(own, key=lambda each: (each[1].start, each[0]))
    ]


def _beside(schedules: dict[str, list[Duty]], own: str, duty: Duty) -> tuple[Beside, ...]:
    found = [
        Beside(rota=rota, person=other.person)
        for rota, duties in schedules.items()
        for other in duties
        if rota != own and other.person not in (None, duty.person) and other.start < duty.end and duty.start < other.end
    ]
    return tuple(dict.fromkeys(found))
