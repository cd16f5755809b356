"""Who answers now, at any moment and over the next weeks, and where nobody does."""

from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel

from api.callers import DeskWide, Handed
from api.faults import NotFound
from api.problems import responses
from api.words import Moment, Word
from escalation.oncall import HORIZON, WARNED_AHEAD, Board, Duty
from escalation.ports import Handover, OnCallNow
from escalation.zones import zone_named

router = APIRouter(prefix="/on-call", tags=["on call"])


class OnCall(BaseModel):
    """Each rota at one moment; nobody outside its hours."""

    at: Moment
    rotas: tuple[OnCallNow, ...]


class DutyLine(Duty):
    """A duty as it is shown, with the reason in words."""

    why: str


class RotaSchedule(BaseModel):
    """Who answers one rota, without a hole from the first moment to the last."""

    rota: str
    duties: tuple[DutyLine, ...]


class Schedule(BaseModel):
    """The schedule as it comes out: layers, overrides, swaps and absences all taken in."""

    start: Moment
    end: Moment
    zone: str
    rotas: tuple[RotaSchedule, ...]


class Handovers(BaseModel):
    """Pressing tickets whose owners are about to go home, the first to go first."""

    at: Moment
    handovers: tuple[Handover, ...]


def _known_zone(zone: str) -> str:
    try:
        zone_named(zone)
    except ValueError:
        raise ValueError("there is no such time zone") from None
    return zone


Zone = Annotated[Word, AfterValidator(_known_zone)]
"""In which the times are written; they mean the same moments in any."""
Days = Annotated[int, Query(ge=1, le=366)]


@router.get("", responses=responses("forbidden"))
def on_call(services: Handed, _: DeskWide, at: Moment | None = None) -> OnCall:
    """Who is on call for each rota, now or at another moment, why they, and until when."""
    moment = at or services.now()
    board = services.rotas.board()
    return OnCall(at=moment, rotas=tuple(_line(board, rota, tier, moment) for rota, tier in board.lines()))


@router.get("/schedule", responses=responses("forbidden", "not_found"))
def schedule(
    services: Handed,
    _: DeskWide,
    rota: Word | None = None,
    start: Annotated[Moment | None, Query(alias="from")] = None,
    days: Days = HORIZON.days,
    zone: Zone = "UTC",
) -> Schedule:
    """Who is on call from now or another moment on, for 60 days or as many as asked."""
    board = services.rotas.board()
    if rota is not None and rota not in board.rotas:
        raise NotFound("There is no such rota.")
    since = start or services.now()
    until = since + timedelta(days=days)
    found = {name: board.schedule(name, since, until) for name in ([rota] if rota else sorted(board.rotas))}
    return _shown(since, until, zone, found)


@router.get("/gaps", responses=responses("forbidden"))
def gaps(services: Handed, _: DeskWide, days: Days = WARNED_AHEAD.days, zone: Zone = "UTC") -> Schedule:
    """The stretches in which nobody answers a rota that should be answered, over the next 30 days."""
    since = services.now()
    until = since + timedelta(days=days)
    return _shown(since, until, zone, dict(services.rotas.board().gaps(since, until)))


@router.get("/handovers", responses=responses("forbidden"))
def handovers(services: Handed, _: DeskWide, minutes: Annotated[int, Query(ge=1, le=1440)] = 60) -> Handovers:
    """The open P1 and P2 of everybody whose shift ends within the hour, or so many minutes: each needs a shift note
    and a new owner (`hand_over`). What nobody hands over is given to whoever is here then, and the note is owed."""
    now = services.now()
    return Handovers(at=now, handovers=tuple(services.relief.handovers(now, now + timedelta(minutes=minutes))))


def _line(board: Board, rota: str, tier: int | None, at: datetime) -> OnCallNow:
    duty = board.duty(rota, at)
    return OnCallNow(rota=rota, tier=tier, person=duty.person, why=str(duty), until=duty.end)


def _shown(start: datetime, end: datetime, zone: str, found: dict[str, list[Duty]]) -> Schedule:
    where = zone_named(zone)
    return Schedule(
        start=start,
        end=end,
        zone=zone,
        rotas=tuple(
            RotaSchedule(rota=name, duties=tuple(_in_zone(duty, where) for duty in duties))
            for name, duties in found.items()
        ),
    )


def _in_zone(duty: Duty, zone: ZoneInfo) -> DutyLine:
    said = dict(duty) | {"start": duty.start.astimezone(zone), "end": duty.end.astimezone(zone)}
    return DutyLine(**said, why=str(duty))
