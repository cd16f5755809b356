"""Swaps of duties between two people: proposed by one, agreed to by the other."""

from datetime import datetime, timedelta

from fastapi import APIRouter
from pydantic import ConfigDict

from api.callers import DeskWide, Handed, leads
from api.faults import AlreadyDecided, InvalidRequest, NotFound
from api.patience import patiently
from api.problems import responses
from api.relieving import told
from api.services import Services
from api.verifying import check_reachable
from api.words import Number
from escalation.oncall import HORIZON, Stretch, Swap, SwapLine, SwapState
from escalation.ports import Token
from escalation.terms import Facts

router = APIRouter(prefix="/on-call/swaps", tags=["on call"])
_LONGEST = HORIZON + timedelta(days=306)


class Proposal(Swap):
    """`giver` is freed of what they have of the rota in `given`; `taker` has it, and is freed of `returned`."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Swaps(Facts):
    """The last hundred, the latest first."""

    swaps: tuple[SwapLine, ...]


@router.get("", responses=responses("forbidden"))
def swaps(services: Handed, _: DeskWide) -> Swaps:
    """Every swap with what came of it."""
    return Swaps(swaps=tuple(services.rotas.swaps()))


@router.post("", status_code=201, responses=responses("forbidden", "unknown_name", "body_too_large"))
def propose(proposal: Proposal, services: Handed, token: DeskWide) -> SwapLine:
    """Propose a swap of one's own duty, or of anybody's for those who lead; it changes nothing until it is agreed."""
    if proposal.giver != token.person:
        leads(token)
    swap = Swap.model_validate(dict(proposal))
    _has_what_is_given(services, swap)
    return services.rotas.propose(swap, token.person, services.now())


@router.post(
    "/{number}/agree", responses=responses("forbidden", "not_found", "already_decided", "contact_not_verified")
)
async def agree(number: Number, services: Handed, token: DeskWide) -> SwapLine:
    """Agree to take the duty: whoever is asked to, or those who lead. From now on it counts."""
    swap = await patiently(_found, services, number)
    if swap.taker != token.person:
        leads(token)
    await check_reachable(services, swap.taker)
    agreed = await patiently(_decided, services, swap, "agreed", token)
    await told(services)
    return agreed


@router.post("/{number}/decline", responses=responses("forbidden", "not_found", "already_decided"))
def decline(number: Number, services: Handed, token: DeskWide) -> SwapLine:
    """Say no to a swap; nothing changes."""
    swap = _found(services, number)
    if swap.taker != token.person:
        leads(token)
    return _decided(services, swap, "declined", token)


@router.post("/{number}/withdraw", responses=responses("forbidden", "not_found", "already_decided"))
def withdraw(number: Number, services: Handed, token: DeskWide) -> SwapLine:
    """Take a proposal back before anybody agreed."""
    swap = _found(services, number)
    if token.person not in (swap.giver, swap.proposed_by):
        leads(token)
    return _decided(services, swap, "withdrawn", token)


def _has_what_is_given(services: Services, swap: Swap) -> None:
    board = services.rotas.board()
    if swap.rota not in board.rotas:
        return  # the store says so in its own words
    for who, stretch in ((swap.giver, swap.given), (swap.taker, swap.returned)):
        if stretch and not any(duty.person == who for duty in board.schedule(swap.rota, *_ends(stretch))):
            fault = {"field": "given" if who == swap.giver else "returned", "message": f"{who} is not on call then"}
            raise InvalidRequest(f"{who} is not on call for {swap.rota} then.", errors=[fault])


def _ends(stretch: Stretch) -> tuple[datetime, datetime]:
    if stretch.end - stretch.start > _LONGEST:
        raise InvalidRequest("A swap is for a year at the most.")
    return stretch.start, stretch.end


def _found(services: Services, number: int) -> SwapLine:
    swap = services.rotas.swap(number)
    if swap is None:
        raise NotFound("There is no swap of this number.")
    return swap


def _decided(services: Services, swap: SwapLine, state: SwapState, token: Token) -> SwapLine:
    if not services.rotas.decide(swap.id, state, token.person, services.now()):
        raise AlreadyDecided(f"The swap is {_found(services, swap.id).state} already.")
    return _found(services, swap.id)
