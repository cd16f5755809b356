"""Other systems in step: how far each connection is, what was refused or in conflict, and looking again."""

from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import RedirectResponse, Response

from api import syncing
from api.callers import steers
from api.console.here import DeskLooking
from api.console.wrong import NO, status_of, wrong_of
from api.faults import InvalidRequest
from api.words import Word
from escalation.terms import Role

router = APIRouter(prefix="/psa")

PAGE = "/console/psa"
_STEER = frozenset({Role.DISPATCHER, Role.TEAM_LEAD, Role.SERVICE_MANAGER})
_AT_A_TIME = 100
KINDS = {
    "conflict": ("changed on both sides", "warn"),
    "refused": ("refused here", "bad"),
    "set_back": ("set back there", "warn"),
    "refused_there": ("refused there", "bad"),
    "not_taken_in": ("not taken in", "warn"),
    "taken_in": ("taken in", "good"),
    "gone": ("gone there", "calm"),
    "failed": ("failed", "bad"),
}
"""Each kind of line in words, and how pressing it is."""


@router.get("")
async def every(here: DeskLooking) -> Response:
    """Every connection: what is run here, what is behind, and what is wrong."""
    return here.page("psa.html", found=await syncing.overview(here.services))


@router.get("/{connection}")
async def one(here: DeskLooking, connection: Word, asked: Annotated[str, Query()] = "") -> Response:
    """One connection and its log; `asked`: a look was just asked for."""
    return await _one(here, connection, asked=asked)


@router.post("/{connection}/sync")
async def sync(here: DeskLooking, connection: Word, record: Annotated[str, Form()] = "") -> Response:
    """Have one record looked at, or everything."""
    wanted = record.strip()
    try:
        steers(here.token)
        if len(wanted) > 100:
            raise InvalidRequest("That is no id.", errors=[{"field": "record", "message": "That is no id."}])
        await syncing.look_again(here.services, connection, [wanted] if wanted else [])
    except NO as no:
        return await _one(here, connection, record=wanted, wrong=wrong_of(no), status=status_of(no))
    return RedirectResponse(f"{PAGE}/{connection}?asked={'one' if wanted else 'all'}", 303)


async def _one(
    here: DeskLooking,
    connection: str,
    *,
    asked: str = "",
    record: str = "",
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    found = await syncing.one(here.services, connection)
    log = await syncing.log(here.services, connection, _AT_A_TIME)
    return here.page(
        "psa_connection.html", line=found, log=log, kinds=KINDS, asked=asked, record=record, wrong=wrong or {},
        steers=here.viewer.role in _STEER, status=status,
    )  # fmt: skip
