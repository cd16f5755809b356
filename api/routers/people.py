"""Who is at the desk, and who is not."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from api.callers import DeskWide, Handed, steers
from api.faults import NotFound
from api.problems import responses
from api.services import Services
from api.words import Moment, WordInPath
from escalation.ports import PersonView

router = APIRouter(prefix="/people", tags=["people"])


class Absence(BaseModel):
    """Until when somebody gets no ticket; null: they are back."""

    model_config = ConfigDict(extra="forbid")

    until: Moment | None


class Everybody(BaseModel):
    """The people of the desk."""

    people: tuple[PersonView, ...]


@router.get("", responses=responses("forbidden"))
def everybody(services: Handed, _: DeskWide) -> Everybody:
    """Everybody with tier, skills, shift, capacity, and how many tickets they hold."""
    return Everybody(people=tuple(services.people.people()))


@router.get("/{person}", responses=responses("forbidden", "not_found"))
def one(person: WordInPath, services: Handed, _: DeskWide) -> PersonView:
    """One of the people, with what they hold now."""
    return _found(services, person)


@router.put("/{person}/absence", responses=responses("forbidden", "not_found", "body_too_large"))
def absence(person: WordInPath, absence: Absence, services: Handed, token: DeskWide) -> PersonView:
    """Say until when somebody is away; what they hold stays theirs. One's own, or anybody's for those who lead."""
    if person != token.person:
        steers(token)
    _found(services, person)
    if absence.until is None:
        services.people.present(person)
    else:
        services.people.mark_absent(person, absence.until)
    return _found(services, person)


def _found(services: Services, person: str) -> PersonView:
    found = services.people.person(person)
    if found is None:
        raise NotFound("The desk has nobody of this id.")
    return found
