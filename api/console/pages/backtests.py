"""Policies tried on past tickets: chosen or pasted, checked, started, watched, read, compared, deleted."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Form, Query
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from api import backtesting
from api.backtesting import BacktestBody, may_start
from api.console.here import DeskLooking, Here
from api.console.pages.policy import faults_of, sentence_of
from api.console.wrong import FORM, NO, moment_of, status_of, wrong_of
from api.patience import patiently
from api.routers import policies
from api.routers.policies import Document, PolicyFault
from api.words import Word
from escalation.backtest.kept import Backtest, BacktestResult
from escalation.backtest.table import causes, side_by_side
from escalation.explain.moments import spoken
from escalation.view import DeadlineView

router = APIRouter(prefix="/policy/backtests")

PAGE = "/console/policy/backtests"
_DAYS = {"7": 7, "30": 30, "90": 90}


class Asked(NamedTuple):
    """The form, as it was filled in."""

    version: str = ""
    document: str = ""
    days: str = "30"
    since: str = ""
    until: str = ""
    key: str = ""


@router.get("")
async def find(here: DeskLooking) -> Response:
    """Every back-test that is kept: who, when, which version, and how many tickets would change."""
    found = await patiently(here.services.backtests.all)
    return here.page("backtests.html", backtests=found, tries=may_start(here.token))


@router.get("/new")
async def new(here: DeskLooking, version: Annotated[str, Query()] = "") -> Response:
    """Where one is asked for."""
    return await _asking(here, Asked(version=version or here.policy.version, key=secrets.token_hex(8)))


@router.post("")
async def start(
    here: DeskLooking,
    version: Annotated[str, Form()] = "",
    document: Annotated[str, Form()] = "",
    days: Annotated[str, Form()] = "30",
    since: Annotated[str, Form()] = "",
    until: Annotated[str, Form()] = "",
    key: Annotated[str, Form()] = "",
    what: Annotated[str, Form()] = "start",
) -> Response:
    """Start it, or look the pasted document through first; what was refused is shown again as it was entered."""
    asked = Asked(version, document.replace("\r\n", "\n"), days, since, until, key)
    try:
        backtesting.starts(here.token)
        if what == "check":
            return await _checked(here, asked)
        begun = await backtesting.begin(here.services, here.token, _body(here, asked), key or None)
    except NO as no:
        if faults := faults_of(no):
            return await _asking(here, asked, faults, status=status_of(no))
        return await _asking(here, asked, wrong=_wrong(no), status=status_of(no))
    return RedirectResponse(f"{PAGE}/{begun.id}", 303)


@router.get("/{backtest}")
async def one(here: DeskLooking, backtest: Word, against: Annotated[str, Query()] = "") -> Response:
    """How far it has come; then the two sides, and each changed ticket. With `against`, beside another one."""
    found = await patiently(backtesting.one, here.services, backtest)
    other = await patiently(backtesting.one, here.services, against) if against else None
    everyone = await patiently(here.services.backtests.all)
    return here.page("backtest.html", **_shown(found, other, everyone), own=found.made_by == here.viewer.person)


@router.post("/{backtest}/delete")
async def remove(here: DeskLooking, backtest: Word) -> Response:
    """Delete one's own."""
    await backtesting.remove(here.services, here.token, backtest)
    return RedirectResponse(PAGE, 303)


def _shown(found: BacktestResult, other: BacktestResult | None, everyone: Sequence[Backtest]) -> dict[str, Any]:
    reports = [each.report for each in (found, other) if each and each.report]
    would = [report.replayed for report in reports]
    first = found.report
    comparable = [each for each in everyone if each.state == "done" and each.id != found.id]
    return {
        "due": due,
        "b": found,
        "other": other if other and other.report else None,
        "same_window": other is None or (other.since, other.until) == (found.since, found.until),
        "report": first,
        "groups": [*side_by_side(first.recorded, would), causes(first.recorded, would)] if first else [],
        "comparable": comparable,
        "before": sum(not each.over and each.made_at < found.made_at for each in everyone),
    }


def due(coming: DeadlineView | None) -> str:
    """A deadline in words."""
    return f"{coming.what} at {spoken(coming.at)}" if coming else "none"


async def _checked(here: Here, asked: Asked) -> Response:
    if not asked.document.strip():
        return await _asking(here, asked, wrong={"document": "Paste a document to check."}, status=422)
    said = await policies.check(Document(document=asked.document), here.services, here.token)
    return await _asking(here, asked, said.faults)


async def _asking(
    here: Here,
    asked: Asked,
    faults: Sequence[PolicyFault] | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    versions = await patiently(policies.find, here.services, here.token)
    return here.page(
        "backtest_new.html", asked=asked, versions=versions.policies, faults=faults, wrong=wrong or {},
        tries=may_start(here.token), status=status,
    )  # fmt: skip


def _body(here: Here, asked: Asked) -> BacktestBody:
    said: dict[str, object] = {"document": asked.document} if asked.document.strip() else {"version": asked.version}
    if asked.days in _DAYS:
        return BacktestBody.model_validate(said | {"days": _DAYS[asked.days]})
    return BacktestBody.model_validate(
        said | {"from": _moment(here, asked, "since"), "to": _moment(here, asked, "until")}
    )


def _moment(here: Here, asked: Asked, field: str) -> datetime | None:
    text = asked.since if field == "since" else asked.until
    return moment_of(text, here.viewer.zone, field) if text else None


def _wrong(no: Exception) -> dict[str, str]:
    """By the fields of the form, which call the ends of the window otherwise than the API does."""
    if isinstance(no, ValidationError):
        return {FORM: sentence_of(no)}
    names = {"query.from": "since", "from": "since", "to": "until"}
    return {names.get(field, field): sentence for field, sentence in wrong_of(no).items()}
