"""The first page: what burns, who has it, what to take next."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from fastapi import APIRouter
from starlette.responses import Response

from api.console.drawings.duties import why
from api.console.here import Here, Looking
from api.patience import patiently
from api.routers.queues import seen
from escalation.lines import LinePage, Order
from escalation.majors import MajorIncident
from escalation.oncall import Duty
from escalation.ports import TicketFilter
from escalation.pressing import Pressing, ranked
from escalation.queues import Queues

router = APIRouter()

_SHOWN, _BESIDE = 15, 5  # of the ranked list, and of those beside it; a link leads to all
_LOOKED_AT = 60


class _Board(NamedTuple):
    queues: Queues
    pressing: list[Pressing]
    unaccepted: LinePage
    emergencies: LinePage
    on_call: list[tuple[str, Duty]]
    majors: Sequence[MajorIncident]


@router.get("/")
async def now(here: Looking) -> Response:
    """The board of the tiers, what is at risk, what nobody has accepted, who is on call, and who holds how much."""
    board = await _look(here)
    return here.page("now.html", board=board, shown=_SHOWN, beside=_BESIDE, why_on_call=why)


async def _look(here: Here) -> _Board:
    queues, due, unaccepted, emergencies, on_call, majors = await asyncio.gather(
        patiently(seen, here.services, here.viewer.clients),
        _lines(here, "due", TicketFilter(open=True, imported=False)),
        _lines(here, "waiting", TicketFilter(open=True, imported=False, accepted=False)),
        _lines(here, "waiting", TicketFilter(open=True, imported=False, emergency=True)),
        patiently(_on_call, here),
        patiently(lambda: here.services.majors.incidents(here.viewer.clients, running=True, limit=_BESIDE)),
    )
    pressing = ranked((*emergencies.lines, *unaccepted.lines, *due.lines), here.now)
    return _Board(queues, pressing, unaccepted, emergencies, on_call, majors)


async def _lines(here: Here, order: Order, wanted: TicketFilter) -> LinePage:
    mine = wanted.model_copy(update={"clients": here.viewer.clients})
    return await patiently(here.services.lines.lines, mine, order, _LOOKED_AT)


def _on_call(here: Here) -> list[tuple[str, Duty]]:
    """Who answers each rota now; not for those who see some clients alone."""
    if not here.viewer.desk_wide:
        return []
    board = here.services.rotas.board()
    rotas = dict.fromkeys(rota for rota, _ in board.lines())  # one may answer for two tiers
    return [(rota, board.duty(rota, here.now)) for rota in rotas]
