"""Taking a ticket in by hand."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from api import asking
from api.console.here import Here, Looking
from api.console.pages.ticket import key_of
from api.console.ticket.asking import Refused, unreadable, why
from api.console.ticket.controls import body, kept
from api.console.ticket.forms import Form
from api.console.ticket.intake import intake
from api.faults import Fault
from escalation.commands import Intake
from escalation.errors import Refusal
from escalation.permissions import may

router = APIRouter()
_SOURCE = "console"


@router.get("/tickets/new")
async def new(here: Looking, client: Annotated[str, Query(max_length=200)] = "") -> Response:
    """An empty form."""
    may(here.viewer.role, "open")
    return _page(here, _form(here, client))


@router.post("/tickets/new")
async def take_in(here: Looking) -> Response:
    """Take it in, once for each form; then its page, or the form again with what is wrong."""
    may(here.viewer.role, "open")
    sent = await here.request.form()
    form, key = _form(here), key_of(sent)
    try:
        said = Intake.model_validate(body(form.controls, sent) | {"source": _SOURCE})
        ticket = await asking.take_in(here.services, here.policy, here.token, said, key)
    except ValidationError as fault:
        refused = unreadable(form, fault)
    except (Refusal, Fault) as fault:
        refused = why(fault, form, None, here.names)
    else:
        return RedirectResponse(f"/console/tickets/{ticket.id}?done=new", 303)
    typed = Form(form.name, form.title, form.button, kept(form.controls, sent))
    return _page(here, typed, refused=refused, key=key if refused.again else "")


def _page(here: Here, form: Form, **more: Any) -> Response:
    refused: Refused | None = more.get("refused")
    key = more.get("key") or secrets.token_urlsafe(12)
    status = refused.status if refused else 200
    return here.page(
        "ticket/new.html", status=status, form=form, refused=refused, wrong=refused.wrong if refused else {}, key=key
    )


def _form(here: Here, client: str = "") -> Form:
    return Form("new", "Take a ticket in", "Take it in", tuple(intake(here, client)))
