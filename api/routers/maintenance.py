"""Maintenance windows: alerts inside one are recorded and page nobody; what still fires at the end is judged anew."""

from fastapi import APIRouter
from pydantic import ConfigDict

from api import windows
from api.callers import Caller, Handed, IdempotencyKey, PolicyNow
from api.patience import patiently
from api.problems import responses
from api.words import Moment, Number, Word
from escalation.alerts.windows import Planned, Window
from escalation.terms import Facts, Text

router = APIRouter(prefix="/maintenance", tags=["maintenance"])


class WindowBody(Planned):
    """From `starts_at` up to, and not including, `ends_at`; what is left out is any. `kind` may be a pattern."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    client: Word | None = None
    site: Word | None = None
    asset: Word | None = None
    kind: Word | None = None
    starts_at: Moment
    ends_at: Moment
    reason: Text = ""


class Windows(Facts):
    """Those that are not over, the next to start first."""

    windows: tuple[Window, ...]


@router.get("", responses=responses())
async def planned(services: Handed, token: Caller) -> Windows:
    """The windows that hold or are to come: of the token's clients, and those of every client."""
    found = await patiently(services.maintenance.windows, services.now(), token.clients)
    return Windows(windows=tuple(found))


@router.post(
    "",
    status_code=201,
    responses=responses("forbidden", "unknown_name", "incomplete_command", "body_too_large"),
)
async def plan(
    wanted: WindowBody, services: Handed, policy: PolicyNow, token: Caller, key: IdempotencyKey = None
) -> Window:
    """Plan a window; one that holds already also stops the pages that run about what it covers. Not for security."""
    return await windows.plan(services, await policy.get(), token, Planned.model_validate(dict(wanted)), key)


@router.post("/{number}/end", responses=responses("forbidden", "not_found"))
async def end(number: Number, services: Handed, token: Caller) -> Window:
    """End a window early, or call off one that has not begun; what fires is judged anew."""
    return await windows.end(services, token, number)
