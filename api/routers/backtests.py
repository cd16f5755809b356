"""Back-tests of policies: past tickets under another version or a document on trial; read by everybody of the desk."""

from fastapi import APIRouter

from api import backtesting
from api.backtesting import BacktestBody
from api.callers import DeskWide, Handed, IdempotencyKey
from api.patience import patiently
from api.problems import responses
from api.words import WordInPath
from escalation.backtest.kept import Backtest, BacktestResult
from escalation.terms import Facts

router = APIRouter(prefix="/policies/backtests", tags=["policies"])


class Backtests(Facts):
    """Back-tests, the latest first."""

    backtests: tuple[Backtest, ...]


@router.get("", responses=responses("forbidden"))
async def find(services: Handed, _: DeskWide) -> Backtests:
    """The latest two hundred back-tests in short, with how far each has come."""
    return Backtests(backtests=tuple(await patiently(services.backtests.all)))


@router.post(
    "",
    status_code=202,
    responses=responses(
        "forbidden", "not_found", "idempotency_key_reused", "policy_unsound", "body_too_large", "not_confirmed"
    ),
)
async def start(wanted: BacktestBody, services: Handed, token: DeskWide, key: IdempotencyKey = None) -> Backtest:
    """Start a back-test: a worker judges one at a time, the others wait. Nothing changes, nobody is told."""
    return await backtesting.begin(services, token, wanted, key)


@router.get("/{backtest}", responses=responses("forbidden", "not_found"))
async def one(backtest: WordInPath, services: Handed, _: DeskWide) -> BacktestResult:
    """A back-test with its report: as recorded, and as the other policy would have had it."""
    return await patiently(backtesting.one, services, backtest)


@router.delete("/{backtest}", status_code=204, responses=responses("forbidden", "not_found"))
async def remove(backtest: WordInPath, services: Handed, token: DeskWide) -> None:
    """Delete a back-test of one's own; one that is still judged ends."""
    await backtesting.remove(services, token, backtest)
