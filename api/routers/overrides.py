"""Who takes a rota over for a while."""

from fastapi import APIRouter
from pydantic import ConfigDict

from api.callers import DeskWide, Handed, leads
from api.faults import NotFound
from api.patience import patiently
from api.problems import responses
from api.relieving import told
from api.verifying import check_reachable
from api.words import Moment, Number, Word
from escalation.oncall import LiveOverride, RotaOverride
from escalation.terms import Facts, Line

router = APIRouter(prefix="/on-call/overrides", tags=["on call"])


class Override(RotaOverride):
    """Somebody takes a rota over from `start` up to, and not including, `end`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rota: Word
    who: Word
    start: Moment
    end: Moment
    instead_of: Word | None = None
    reason: Line = ""


class Overrides(Facts):
    """In the order in which they win: the last first."""

    overrides: tuple[LiveOverride, ...]


@router.get("", responses=responses("forbidden"))
def overrides(services: Handed, _: DeskWide) -> Overrides:
    """The overrides and agreed swaps that are not over yet; those without a number stand in the policy."""
    now = services.now()
    board = services.rotas.board()
    return Overrides(
        overrides=tuple(LiveOverride.model_validate(dict(each)) for each in board.overrides if each.end > now)
    )


@router.post(
    "", status_code=201, responses=responses("forbidden", "unknown_name", "contact_not_verified", "body_too_large")
)
async def override(override: Override, services: Handed, token: DeskWide) -> LiveOverride:
    """Put somebody in another's place for a while; a later override wins over an earlier one."""
    leads(token)
    await check_reachable(services, override.who)
    made = await patiently(services.rotas.override, RotaOverride.model_validate(dict(override)), token.person)
    await told(services)
    return made


@router.delete("/{number}", status_code=204, responses=responses("forbidden", "not_found"))
async def take_back(number: Number, services: Handed, token: DeskWide) -> None:
    """Take an override back as if it had never been; one that stands in the policy is changed there."""
    leads(token)
    if not await patiently(services.rotas.take_back, number):
        raise NotFound("There is no override of this number that was made by hand.")
    await told(services)
