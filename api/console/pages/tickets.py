"""Every ticket that a filter means: where the numbers of the other pages lead."""

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from api.console.here import Looking
from api.faults import InvalidRequest
from api.patience import patiently
from api.words import Cursor
from escalation.lifecycle import Stage
from escalation.lines import Order
from escalation.ports import TicketFilter
from escalation.terms import Kind, Priority

router = APIRouter()

_A_PAGE = 50


class Sought(BaseModel):
    """What the form asks for; a field that is left empty asks for nothing."""

    model_config = ConfigDict(extra="ignore")

    words: str = ""
    stage: Stage | Literal["", "open"] = "open"
    priority: Priority | Literal[""] = ""
    client: str = ""
    owner: str = ""
    category: str = ""
    kind: Kind | Literal[""] = ""
    sla: Literal["", "at_risk", "breached"] = ""
    accepted: Literal["", "yes", "no"] = ""
    holding: Literal["", "yes", "no"] = ""
    sign: Literal["", "emergency", "stagnant", "under_escalated", "uncovered"] = ""
    order: Order = "due"

    def asked(self) -> dict[str, str]:
        """What an address says of it; that no stage is asked for has to be said, since open ones are usual."""
        return {name: str(value) for name, value in self if value or name == "stage"}

    def filter(self, clients: tuple[str, ...] | None) -> TicketFilter:
        """The same for the read side."""
        said: dict[str, Any] = {
            name: getattr(self, name) or None
            for name in ("words", "priority", "client", "owner", "category", "kind", "sla")
        }
        if self.stage:
            said |= {"open": True} if self.stage == "open" else {"stage": self.stage}
        if self.sign:
            said[self.sign] = True
        said |= {"accepted": _yes(self.accepted), "on_hold": _yes(self.holding), "clients": clients}
        return TicketFilter(**said, imported=False)


@router.get("/tickets")
async def tickets(here: Looking, sought: Annotated[Sought, Query()], cursor: Cursor | Literal[""] = "") -> Response:
    """One page of them, with the filters as a form."""
    wanted = sought.filter(here.viewer.clients)
    try:
        page = await patiently(here.services.lines.lines, wanted, sought.order, _A_PAGE, cursor or None)
    except ValueError as fault:
        raise InvalidRequest(f"{fault}.") from None
    more = urlencode(sought.asked() | {"cursor": page.next_cursor}) if page.next_cursor else ""
    return here.page("tickets.html", page=page, sought=sought, more=more, first=not cursor)


def _yes(said: str) -> bool | None:
    return {"yes": True, "no": False}.get(said)
