"""Audits are made, judged, and acted on."""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from pydantic import AwareDatetime, TypeAdapter
from starlette.responses import RedirectResponse, Response

from api import auditing
from api.console.here import DeskLooking
from api.console.pages.audits import Refused, listed, shown
from api.console.wrong import FORM, NO, status_of, wrong_of
from api.faults import InvalidRequest
from api.patience import within
from api.routers.audits import ActionBody, EndBody, VerdictBody
from api.words import Number, WordInPath
from escalation.audit.actions import Action
from escalation.audit.record import AuditRecord
from escalation.audit.window import AuditKind, Window

router = APIRouter()

_MAKING = 30.0  # seconds; a quarter of a large desk is read for it
_SAYING = 5.0
_KIND: TypeAdapter[AuditKind] = TypeAdapter(AuditKind)


@router.post("/audits")
async def make(
    here: DeskLooking,
    kind: Annotated[str, Form()] = "",
    since: Annotated[str, Form()] = "",
    until: Annotated[str, Form()] = "",
) -> Response:
    """Make an audit now: of the last whole week, month or quarter, or of days of one's own."""

    def done() -> AuditRecord:
        window = _window(since, until, here.viewer.zone)
        return auditing.make(here.services, here.token, _KIND.validate_python(kind), window)

    try:
        made = await within(_MAKING, done)
    except NO as no:
        said = {"kind": kind, "since": since, "until": until}
        wrong = {_at(name, {"from": "since", "to": "until"}, said): words for name, words in wrong_of(no).items()}
        return await listed(here, refused=Refused("make", said, wrong, status_of(no)))
    return RedirectResponse(f"/console/audits/{made.id}", 303)


@router.post("/audits/{audit}/verdicts")
async def judge(
    audit: WordInPath,
    here: DeskLooking,
    section: Annotated[Literal["sample", "tier_3"], Form()] = "sample",
    item: Annotated[str, Form()] = "",
    verdict: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Judge one item of a monthly audit; each rater alone."""

    def done() -> None:
        if not verdict:
            raise InvalidRequest("Choose one.", errors=[{"field": "verdict", "message": "Choose one."}])
        said = VerdictBody(section=section, item=item, verdict=verdict, reason=reason.strip())
        auditing.judge(here.services, here.token, audit, said.section, said.item, said.verdict, said.reason)

    try:
        await within(_SAYING, done)
    except NO as no:
        typed = {"verdict": verdict, "reason": reason}
        wrong = {_at(name, {FORM: "verdict", "item": "verdict"}, typed): words for name, words in wrong_of(no).items()}
        return await shown(here, audit, refused=Refused(f"{section}-{item}", typed, wrong, status_of(no)))
    return RedirectResponse(f"/console/audits/{audit}#{section}-{item.replace('#', '-')}", 303)


@router.post("/audits/{audit}/actions")
async def act(audit: WordInPath, request: Request, here: DeskLooking) -> Response:
    """Begin an action because of an audit: what, by whom, until when."""
    form = await request.form()
    typed = {name: str(form.get(name, "")).strip() for name in ("kind", "pattern", "what", "owner", "due_on")}

    def done() -> Action:
        return auditing.act(here.services, here.token, audit, ActionBody.model_validate(typed))

    try:
        await within(_SAYING, done)
    except NO as no:
        wrong = {_at(name, {}, typed): words for name, words in wrong_of(no).items()}
        return await shown(here, audit, refused=Refused("act", typed, wrong, status_of(no)))
    return RedirectResponse(f"/console/audits/{audit}#actions", 303)


@router.post("/audits/{audit}/actions/{number}/end")
async def end(
    audit: WordInPath,
    number: Number,
    here: DeskLooking,
    state: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Say that an action is done, or dropped."""

    def done() -> Action:
        how = EndBody.model_validate({"state": state, "note": note.strip()})
        return auditing.end(here.services, here.token, number, how.state, how.note)

    try:
        await within(_SAYING, done)
    except NO as no:
        typed = {"state": state, "note": note}
        wrong = {_at(name, {FORM: "note"}, typed): words for name, words in wrong_of(no).items()}
        return await shown(here, audit, refused=Refused(f"end-{number}", typed, wrong, status_of(no)))
    return RedirectResponse(f"/console/audits/{audit}#actions", 303)


def _window(since: str, until: str, zone: ZoneInfo) -> Window | None:
    """From the first day, up to and with the last one; None where no day is named."""
    return auditing.window_of(_midnight(since, "from", zone), _midnight(until, "to", zone, after=1))


def _midnight(day: str, name: str, zone: ZoneInfo, after: int = 0) -> AwareDatetime | None:
    if not day.strip():
        return None
    try:
        on = datetime.fromisoformat(day.strip()).date() + timedelta(days=after)
        return datetime.combine(on, time(), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        errors = [{"field": name, "message": "Enter a day."}]
        raise InvalidRequest("Enter a day.", errors=errors) from None


def _at(name: str, renamed: dict[str, str], typed: dict[str, str]) -> str:
    """The field of the form that a refusal's field is about; the form itself where it has none like it."""
    field = renamed.get(name, name)
    return field if field in typed else renamed.get(FORM, FORM)
