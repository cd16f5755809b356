"""Who is at the desk, and who is not."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from api import verifying
from api.callers import DeskWide, Handed, PolicyNow, steers
from api.faults import InvalidRequest, NotFound
from api.patience import patiently
from api.problems import responses
from api.relieving import Moved, relieve, told
from api.services import Services
from api.words import Moment, Number, WordInPath
from escalation.oncall import Absence, LiveAbsence
from escalation.ports import PersonView
from escalation.terms import Line

router = APIRouter(prefix="/people", tags=["people"])


class Away(BaseModel):
    """Until when somebody is away, from now or from `start` on; `until` null: they are back."""

    model_config = ConfigDict(extra="forbid")

    until: Moment | None
    start: Moment | None = None
    reason: Line = ""


class Absences(BaseModel):
    """When somebody is away, now and later."""

    absences: tuple[LiveAbsence, ...]


class Relieved(PersonView):
    """The person as they stand now, and what became of each of their tickets."""

    moved: tuple[Moved, ...] = ()


class Code(BaseModel):
    """What came by the way that is to be verified."""

    model_config = ConfigDict(extra="forbid")

    code: Line | None = None


class Ways(BaseModel):
    """The ways to one person."""

    methods: tuple[verifying.Way, ...]


class Everybody(BaseModel):
    """The people of the desk."""

    people: tuple[PersonView, ...]


@router.get("", responses=responses("forbidden"))
def everybody(services: Handed, _: DeskWide) -> Everybody:
    """Everybody with tier, skills, shift, capacity, and how many tickets they hold."""
    return Everybody(people=tuple(services.people.people(services.now())))


@router.get("/{person}", responses=responses("forbidden", "not_found"))
def one(person: WordInPath, services: Handed, _: DeskWide) -> PersonView:
    """One of the people, with what they hold now."""
    return _found(services, person)


@router.get("/{person}/absences", responses=responses("forbidden", "not_found"))
def absences(person: WordInPath, services: Handed, _: DeskWide) -> Absences:
    """When somebody is away, as far as it is not over."""
    _found(services, person)
    now, board = services.now(), services.rotas.board()
    ahead = (each for each in board.absences if each.person == person and each.end > now)
    return Absences(absences=tuple(LiveAbsence.model_validate(dict(each)) for each in ahead))


@router.get("/{person}/contact-methods", responses=responses("forbidden", "not_found"))
async def contact_methods(person: WordInPath, services: Handed, policy: PolicyNow, token: DeskWide) -> Ways:
    """The ways to somebody, and which were tried. One's own, or anybody's for those who lead."""
    return Ways(methods=await verifying.ways(services, await policy.get(), token, person))


@router.post(
    "/{person}/contact-methods/{method}/verify",
    responses=responses("forbidden", "not_found", "too_soon", "body_too_large"),
)
async def verify(
    person: WordInPath, method: WordInPath, services: Handed, policy: PolicyNow, token: DeskWide, said: Code
) -> Ways:
    """Without a code: one is sent by this very way. With it: the way is verified, for as long as the address stays."""
    known = await policy.get()
    if said.code is None:
        await verifying.send_code(services, known, token, person, method)
    else:
        await verifying.prove(services, known, token, person, method, said.code)
    return Ways(methods=await verifying.ways(services, known, token, person))


@router.put("/{person}/absence", responses=responses("forbidden", "not_found", "body_too_large"))
async def absence(person: WordInPath, away: Away, services: Handed, token: DeskWide) -> Relieved:
    """Say until when somebody is away: what they hold goes to others at once, and `moved` says to whom.

    One's own, or anybody's for those who lead. A later absence moves nothing before it begins.
    """
    if person != token.person:
        steers(token)
    await patiently(_found, services, person)
    now, moved = services.now(), tuple[Moved, ...]()
    if away.until is None:
        await patiently(services.rotas.be_back, person, now)
    else:
        said = _absence(person, away.start or now, away.until, away.reason)
        kept = await patiently(services.rotas.be_away, said, token.person)
        if said.start <= now < said.end:
            moved = await relieve(services, person, _reason(person, away.reason), f"absence/{kept.id}")
    await told(services)
    view = await patiently(_found, services, person)
    return Relieved(**dict(view), moved=moved)


@router.delete("/{person}/absences/{number}", status_code=204, responses=responses("forbidden", "not_found"))
async def drop_absence(person: WordInPath, number: Number, services: Handed, token: DeskWide) -> None:
    """Forget an absence. One's own, or anybody's for those who lead."""
    if person != token.person:
        steers(token)
    board = await patiently(services.rotas.board)
    known = (each for each in board.absences if each.person == person)
    if number not in {each.id for each in known if isinstance(each, LiveAbsence)}:
        raise NotFound("They have no absence of this number that was made by hand.")
    await patiently(services.rotas.drop_absence, number)
    await told(services)


def _reason(person: str, reason: str) -> str:
    return f"{person} is away{reason and f': {reason}'}"


def _absence(person: str, start: datetime, end: datetime, reason: str) -> Absence:
    if end <= start:
        fault = {"field": "until", "message": "is over before the absence begins"}
        raise InvalidRequest("An absence ends after it begins.", errors=[fault])
    return Absence(person=person, start=start, end=end, reason=reason)


def _found(services: Services, person: str) -> PersonView:
    found = services.people.person(person, services.now())
    if found is None:
        raise NotFound("The desk has nobody of this id.")
    return found
