"""A review is ended: with changes, or waived with a reason."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from api import asking, reviewing
from api.console.here import Here, Looking
from api.console.pages.reviews import shown
from api.console.review_form import Said, approval, lacking
from api.console.wrong import FORM, NO, status_of, wrong_of
from api.current_policy import CurrentPolicy
from api.patience import patiently
from api.routers.reviews import WaiveBody
from api.words import WordInPath
from escalation.errors import PolicyUnsound, Refusal

router = APIRouter()


@router.post("/reviews/{ticket_id}/approve")
async def approve(ticket_id: WordInPath, request: Request, here: Looking) -> Response:
    """Make the changes that the form says, all or none; what lacks is said at its field."""
    said, parts = await _said(request), list[str]()
    policy: CurrentPolicy = request.app.state.current_policy
    line = await patiently(reviewing.found, here.services, here.token, ticket_id)
    try:
        decision, parts = approval(said, line.review)
        await reviewing.approve(here.services, policy, here.token, ticket_id, decision, said.get("key") or None)
    except NO as no:
        return await _refused(here, ticket_id, said, no, parts)
    return RedirectResponse(f"/console/reviews/{ticket_id}", 303)


@router.post("/reviews/{ticket_id}/waive")
async def waive(ticket_id: WordInPath, request: Request, here: Looking) -> Response:
    """End it without a change, and say why."""
    said = await _said(request)
    await patiently(reviewing.found, here.services, here.token, ticket_id)
    try:
        waiver = WaiveBody(reason=said.get("reason", "").strip())
        await asking.decide(here.services, here.token, ticket_id, waiver, None)
    except NO as no:
        return await _refused(here, ticket_id, said, no, [])
    return RedirectResponse(f"/console/reviews/{ticket_id}", 303)


async def _said(request: Request) -> dict[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


async def _refused(here: Here, ticket_id: str, said: Said, no: Exception, parts: list[str]) -> Response:
    """The page again; what the check of the policy says is about the whole of it, and each fault is listed."""
    if isinstance(no, PolicyUnsound):
        wrong, findings = {FORM: no.message}, _findings(no)
    else:
        wrong, findings = (lacking(no, parts) if isinstance(no, Refusal) else {}) or wrong_of(no), []
    return await shown(here, ticket_id, status=status_of(no), said=said, wrong=wrong, findings=findings)


def _findings(no: PolicyUnsound) -> list[str]:
    errors = no.details.get("errors")
    return [str(each["message"]) for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
