"""The only place with status codes: every code that a client can see, its status, and its document (RFC 9457)."""

import traceback
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from pydantic_core import to_jsonable_python
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from api.faults import Fault
from escalation.audit import actions, verdicts, window
from escalation.errors import Refusal, RulesFailed
from escalation.library import refusals
from escalation.ports import Unavailable
from escalation.review import decision

MEDIA_TYPE = "application/problem+json"
TYPE_ROOT = "https://tierline.dev/problems/"

STATUS: dict[str, int] = {
    "invalid_request": 422,
    "incomplete_triage": 422,
    "incomplete_intake": 422,
    "incomplete_attempt": 422,
    "incomplete_handoff": 422,
    "checklist_incomplete": 422,
    "no_checklist": 409,
    "walk_unfinished": 409,
    "incomplete_resolution": 422,
    "incomplete_command": 422,
    decision.IncompleteReview.code: 422,
    verdicts.VerdictImpossible.code: 422,
    window.WindowNotOver.code: 422,
    "unknown_name": 422,
    "policy_unsound": 422,
    "idempotency_key_reused": 422,
    "not_authenticated": 401,
    "forbidden": 403,
    "not_permitted": 403,
    "acts_as_another": 403,
    "not_found": 404,
    "ticket_not_found": 404,
    "source_not_found": 404,
    "method_not_allowed": 405,
    "not_owner": 409,
    "not_allowed_in_stage": 409,
    "ticket_closed": 409,
    "beyond_tier_scope": 409,
    "tier_three_guard": 409,
    "work_log_full": 409,
    "already_on_hold": 409,
    "not_on_hold": 409,
    "already_escalated": 409,
    "reopen_window_closed": 409,
    "merge_impossible": 409,
    "parent_impossible": 409,
    "no_parent": 409,
    "not_major": 409,
    "no_note_debt": 409,
    "no_note_to_rate": 409,
    "not_breached": 409,
    "exclusion_pending": 409,
    "exclusion_not_asked": 409,
    "stale_acknowledgement": 409,
    "stale_command": 409,
    "policy_unfit": 409,
    "policy_version_taken": 409,
    "nothing_changes": 409,
    decision.ReviewOver.code: 409,
    actions.ActionOver.code: 409,
    verdicts.VerdictGiven.code: 409,
    refusals.DocumentUnsound.code: 422,
    refusals.OwnApproval.code: 403,
    refusals.UnknownDocument.code: 404,
    refusals.DocumentChanged.code: 409,
    refusals.DocumentExists.code: 409,
    refusals.DocumentInUse.code: 409,
    refusals.NotInState.code: 409,
    "conflict": 409,
    "already_decided": 409,
    "contact_not_verified": 409,
    "too_soon": 429,
    "exercise_over": 409,
    "body_too_large": 413,
    "slow_down": 429,
    "internal_error": 500,
    "rules_failed": 500,
    "not_confirmed": 503,
    "not_ready": 503,
    "overloaded": 503,
    "store_unavailable": 503,
}
# Codes that belong to neither a Refusal nor a Fault, whose own first sentence is their title.
_TITLES = {
    "method_not_allowed": "This path does not take this method",
    "body_too_large": "A body holds at most 64 KiB, one of a source 1 MiB",
    "internal_error": "A fault of ours; the correlation id finds it in the log",
    "store_unavailable": "PostgreSQL does not answer just now; ask again later",
}
_OF_HTTP = {400: "invalid_request", 404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}
_RETRY_AFTER = {
    "not_confirmed": "2",
    "store_unavailable": "5",
    "not_ready": "5",
    "too_soon": "60",
    "overloaded": "10",
    "slow_down": "10",
}  # seconds


class FieldFault(BaseModel):
    """One field that cannot be read, and why; what was sent is never repeated."""

    field: str
    message: str


class Problem(BaseModel):
    """What went wrong, as RFC 9457 has it; branch on `code`, which never changes meaning."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str | None = None
    missing: list[str] | None = None
    errors: list[FieldFault] | None = None
    correlation_id: str | None = None


def title(code: str) -> str:
    """The code in one sentence."""
    kind = Refusal.codes.get(code) or Fault.codes.get(code)
    return _TITLES[code] if kind is None else (kind.__doc__ or code).split(";")[0].strip().rstrip(".")


def problem(code: str, detail: str, instance: str | None = None, **details: object) -> JSONResponse:
    """The answer for a code."""
    body = {
        **{name: to_jsonable_python(value) for name, value in details.items()},
        "type": f"{TYPE_ROOT}{code}",
        "title": title(code),
        "status": STATUS[code],
        "detail": detail,
        "code": code,
    }
    if instance is not None:
        body["instance"] = instance
    return JSONResponse(body, STATUS[code], _headers(code), MEDIA_TYPE)


def responses(*codes: str) -> dict[int | str, dict[str, Any]]:
    """The documentation of a call under /v1 that can answer with these codes, beside those that every call can."""
    return documented(*codes, "not_authenticated", "invalid_request", "store_unavailable", "internal_error")


def documented(*codes: str) -> dict[int | str, dict[str, Any]]:
    """The documentation of these codes, by status."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for code in sorted(set(codes), key=lambda code: (STATUS[code], code)):
        said = by_status.setdefault(STATUS[code], {"description": "", "content": {MEDIA_TYPE: _content()}})
        said["description"] = "; ".join(filter(None, [said["description"], f"`{code}`: {title(code)}"]))
        said["content"][MEDIA_TYPE]["examples"][code] = {"value": _example(code)}
        if headers := _headers(code):
            said["headers"] = {name: {"schema": {"type": "string"}} for name in headers}
    return by_status


def install(app: FastAPI) -> None:
    """Answer every refusal and fault with its problem document."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(Fault, _fault)
    app.add_exception_handler(Unavailable, _unavailable)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http)


def internal_error(instance: str) -> JSONResponse:
    """The answer to an exception that nobody foresaw; it goes to the log under the id, and nowhere else."""
    correlation_id = uuid4().hex
    # As text: a renderer that shows the locals of each frame takes its time, and shows what clients said in confidence.
    trace = traceback.format_exc(limit=-_FRAMES)
    structlog.get_logger().error("unforeseen", correlation_id=correlation_id, path=instance, trace=trace)
    detail = "Something went wrong on our side; the correlation id finds it in the log."
    return problem("internal_error", detail, instance, correlation_id=correlation_id)


def _answer(request: Request, code: str, detail: str, **details: object) -> JSONResponse:
    """The problem document, with its code noted for the log and the counters."""
    request.state.code = code
    return problem(code, detail, request.url.path, **details)


def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)  # noqa: S101 - registered for nothing else
    if isinstance(error, RulesFailed):
        correlation_id = uuid4().hex
        structlog.get_logger().error("rules failed", correlation_id=correlation_id, fault=error.message)
        detail = "The rules failed on this command; the ticket is as it was."
        return _answer(request, error.code, detail, correlation_id=correlation_id)
    return _answer(request, error.code, error.message, **error.details)


def _fault(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Fault)  # noqa: S101 - registered for nothing else
    return _answer(request, error.code, error.detail, **error.details)


def _unavailable(request: Request, error: Exception) -> JSONResponse:
    structlog.get_logger().warning("store unavailable", reason=str(error))
    return _answer(request, "store_unavailable", "PostgreSQL does not answer just now; ask again later.")


def _unreadable(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    errors = [{"field": _field(each), "message": _message(each)} for each in error.errors()[:_MOST_ERRORS]]
    said = "; ".join(f"{each['field']}: {each['message']}" for each in errors[:_MOST_SAID])
    return problem("invalid_request", f"Cannot be read: {said}.", request.url.path, errors=errors)


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    code = _OF_HTTP.get(error.status_code)
    if code is None:
        return internal_error(request.url.path)
    details = {"errors": [{"field": "body", "message": "cannot be parsed"}]} if code == "invalid_request" else {}
    answer = problem(code, f"{title(code)}.", request.url.path, **details)
    answer.headers.update(error.headers or {})
    return answer


_MOST_ERRORS = 50
_MOST_SAID = 3
_FRAMES = 20


def _field(error: Mapping[str, Any]) -> str:
    """`facts.users_affected` for a field of the body, `query.limit` for a parameter."""
    place = [str(part) for part in error["loc"]]
    if error["type"] == "json_invalid" or place == ["body"]:
        return "body"
    return ".".join(place[1:] if place[0] == "body" else place)[:200]


def _message(error: Mapping[str, Any]) -> str:
    """Pydantic's sentence."""
    if error["type"] == "json_invalid":
        return "This is not JSON"
    return str(error["msg"])[:300]


def _headers(code: str) -> dict[str, str]:
    if STATUS[code] == 401:
        return {"WWW-Authenticate": 'Bearer realm="tierline"'}
    return {"Retry-After": _RETRY_AFTER[code]} if code in _RETRY_AFTER else {}


def _content() -> dict[str, Any]:
    return {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}


def _example(code: str) -> dict[str, object]:
    said: dict[str, object] = {
        "type": f"{TYPE_ROOT}{code}",
        "title": title(code),
        "status": STATUS[code],
        "detail": f"{title(code)}.",
        "code": code,
    }
    if code.startswith("incomplete_"):
        said["missing"] = ["…"]
    if code == "invalid_request":
        said["errors"] = [{"field": "subject", "message": "Field required"}]
    return said
