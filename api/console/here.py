"""What every page of the console is made from: who looks, the services, the names, the moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import HTMLResponse

from api.console.menu import menu_for
from api.console.names import Names
from api.console.who import Viewer, desk_wide, signed_in, viewer_of
from api.current_policy import CurrentPolicy
from api.services import Services
from escalation.policy import Policy
from escalation.ports import Token


@dataclass(frozen=True)
class Here:
    """One look at the console."""

    request: Request
    services: Services
    viewer: Viewer
    names: Names
    now: datetime

    @property
    def policy(self) -> Policy:
        """The policy of today."""
        return self.names.policy

    @property
    def token(self) -> Token:
        """In whose name things are asked."""
        return self.viewer.token

    @property
    def address(self) -> str:
        """The page's own address, with what it was asked."""
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")

    def page(self, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """The page that a template makes of these facts."""
        told = {"here": self, "viewer": self.viewer, "names": self.names, "now": self.now, "address": self.address}
        menu = menu_for(self.viewer, self.request.url.path)
        text = self.request.app.state.templates.get_template(template).render(**told, menu=menu, **context)
        return HTMLResponse(text, status_code=status)


async def _here(request: Request, token: Annotated[Token, Depends(signed_in)]) -> Here:
    services: Services = request.app.state.services
    policy: CurrentPolicy = request.app.state.current_policy
    names = Names(await policy.get())
    return Here(request, services, viewer_of(token, names), names, services.now())


Looking = Annotated[Here, Depends(_here)]
"""For whoever is signed in."""


async def _desk_here(here: Looking, _: Annotated[Token, Depends(desk_wide)]) -> Here:
    return here


DeskLooking = Annotated[Here, Depends(_desk_here)]
"""For those who see the whole desk."""
