"""The door for machines. A source proves itself in its own way; the tokens of people open nothing here."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic_core import from_json

from api.intake.knock import Knock
from api.intake.reception import Kept, Reception
from api.problems import documented
from escalation.alerts.formats.pagerduty import dedup_key
from escalation.alerts.source import SourceKind
from escalation.terms import Facts

router = APIRouter(tags=["intake"])

_CODES = documented(
    "not_authenticated", "source_not_found", "invalid_request", "body_too_large", "slow_down", "overloaded",
    "internal_error",
)  # fmt: skip
_ANY_BODY = {"requestBody": {"content": {"*/*": {"schema": {}}}, "required": True}}


class Accepted(Facts):
    """It is kept; what it says is read later. PagerDuty's senders are told the `dedup_key` as well."""

    status: str
    message: str
    dedup_key: str | None = None


async def _reception(request: Request) -> Reception:
    reception: Reception = request.app.state.reception
    return reception


At = Annotated[Reception, Depends(_reception)]
SourceId = Annotated[str, Path(max_length=200)]


@router.post(
    "/v1/intake/{source}",
    status_code=202,
    responses=_CODES,
    response_model_exclude_none=True,
    openapi_extra=_ANY_BODY,
)
async def take(source: SourceId, request: Request, reception: At) -> Accepted:
    """Keep what a monitoring tool or another machine says. It is stored before this answers, and read afterwards; what
    cannot be read is seen in quarantine. The source's key stands where its scheme says, also as
    `/v1/intake/{source}/{key}` for senders that can set no header."""
    kept = await reception.take(source, await Knock.of(request))
    return _enqueued(kept) if kept.kind is SourceKind.PAGERDUTY else _ACCEPTED


@router.post(
    "/v2/enqueue",
    status_code=202,
    responses=_CODES,
    response_model_exclude_none=True,
    openapi_extra=_ANY_BODY,
)
async def enqueue(request: Request, reception: At) -> Accepted:
    """Take an event as PagerDuty's Events API does, version 2, so that whatever can alert PagerDuty can alert us; the
    routing key is that of a source."""
    return _enqueued(await reception.take_by_routing_key(await Knock.of(request)))


_ACCEPTED = Accepted(status="accepted", message="It is kept.")


def _enqueued(kept: Kept) -> Accepted:
    event: dict[str, Any] = from_json(kept.body)  # its routing key was read, so it is an object
    return Accepted(status="success", message="Event processed", dedup_key=dedup_key(event))
