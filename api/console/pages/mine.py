"""What one person has to do, in the order in which to do it; those who lead see a colleague's as well."""

from secrets import token_urlsafe
from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import RedirectResponse, Response

from api import asking
from api.callers import leads
from api.console.here import DeskLooking, Here, Looking
from api.console.plate import plate_of
from api.faults import Fault, Forbidden, NotFound
from api.patience import patiently
from api.problems import STATUS
from escalation.commands import Accept
from escalation.errors import Refusal
from escalation.permissions import PERMITTED
from escalation.terms import Role

router = APIRouter(prefix="/mine")

_LEADS = frozenset({Role.TEAM_LEAD, Role.SERVICE_MANAGER})
_Said = Annotated[str, Form(max_length=200)]


@router.get("")
async def mine(here: Looking, person: Annotated[str, Query(max_length=200)] = "") -> Response:
    """One's own tickets and whatever else is owed, or those of a colleague for whoever leads."""
    return await _page(here, _whose(here, person))


@router.post("/accept")
async def accept(here: Looking, ticket: _Said = "", key: _Said = "", contacted: _Said = "") -> Response:
    """Take a handoff up, and say with it whether the client was told."""
    command = Accept(contacted=contacted == "yes")
    try:
        await asking.ask(here.services, here.token, ticket, command, key or None)
    except (Refusal, Fault) as no:
        words = no.message if isinstance(no, Refusal) else no.detail
        return await _page(here, here.viewer.person, refused={ticket: words}, status=STATUS[no.code])
    return RedirectResponse("/console/mine", 303)


@router.post("/read")
async def read(here: DeskLooking, document: _Said = "") -> Response:
    """Say that a document was read, as it is published."""
    found = None
    if document and "\x00" not in document:
        found = await patiently(here.services.readings.read, document, here.viewer.person, here.now)
    if found is None:
        raise NotFound("There is no such document, or none is published.")
    return RedirectResponse("/console/mine", 303)


async def _page(here: Here, person: str, refused: dict[str, str] | None = None, status: int = 200) -> Response:
    plate = await plate_of(here, person)
    return here.page(
        "mine.html",
        status=status,
        plate=plate,
        own=person == here.viewer.person,
        may_accept=person == here.viewer.person and "accept" in PERMITTED[here.viewer.role],
        may_look=_may_look(here),
        refused=refused or {},
        key=lambda: token_urlsafe(12),
    )


def _whose(here: Here, person: str) -> str:
    """Whose page it is; Forbidden for a colleague's where the viewer does not lead, NotFound for a stranger's."""
    if person in ("", here.viewer.person):
        return here.viewer.person
    leads(here.token)
    if not here.viewer.desk_wide:
        raise Forbidden("You are signed in for some clients' tickets only; a colleague's work is about the whole desk.")
    if person not in here.policy.people:
        raise NotFound("The desk has nobody of this name.")
    return person


def _may_look(here: Here) -> bool:
    return here.viewer.role in _LEADS and here.viewer.desk_wide
