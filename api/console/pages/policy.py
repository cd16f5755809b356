"""The policy to read: versions, what each promises and does, how two differ; and a new one checked and published."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from api.backtesting import may_start
from api.console.here import DeskLooking, Here
from api.console.names import said
from api.console.wrong import FORM, NO, status_of, wrong_of
from api.patience import patiently
from api.routers import policies
from api.routers.policies import Document, PolicyFault
from api.words import Word
from escalation.errors import PolicyUnsound
from escalation.explain.conditions import in_words
from escalation.policy import Policy
from escalation.ports import TicketFilter
from escalation.terms import Role

router = APIRouter()

PAGE = "/console/policy"
_DONE = {
    "published": "Published: new tickets go by it from now on. Running tickets stay with the version that they have.",
    "chosen": "New tickets go by this version from now on. Running tickets stay with the version that they have.",
}


@router.get("/policy")
async def current(here: DeskLooking, done: Annotated[str, Query()] = "") -> Response:
    """What counts for a new ticket, and every version."""
    return await _shown(here, here.policy, _DONE.get(done, ""))


@router.get("/policy/new")
async def new(here: DeskLooking) -> Response:
    """Where a document is checked before it is published."""
    text = await patiently(here.services.policies.document, here.policy.version) if _manages(here) else ""
    return here.page("policy_new.html", document=text, faults=None, wrong={}, manages=_manages(here))


@router.post("/policy/new")
async def write(
    here: DeskLooking, document: Annotated[str, Form()] = "", what: Annotated[str, Form()] = "check"
) -> Response:
    """Check the document, or publish it; with faults it is shown again, each at its line."""
    text = document.replace("\r\n", "\n")
    try:
        if what == "publish":
            policy_now = here.request.app.state.current_policy
            await policies.publish(Document(document=text), here.services, here.token, policy_now)
            return RedirectResponse(f"{PAGE}?done=published", 303)
        faults = (await policies.check(Document(document=text), here.services, here.token)).faults
    except NO as no:
        return _written(here, text, faults_of(no), {FORM: sentence_of(no)}, status_of(no))
    return _written(here, text, faults, {}, 200)


@router.get("/policy/{version}")
async def one(here: DeskLooking, version: Word) -> Response:
    """One version, as it was published."""
    found = await patiently(policies.one, version, here.services, here.token)
    return await _shown(here, found)


@router.get("/policy/{version}/diff")
async def diff(here: DeskLooking, version: Word, against: Annotated[str, Query()] = "") -> Response:
    """What it says differently from another one, or from the current."""
    told, versions = await asyncio.gather(
        patiently(policies.diff, version, here.services, here.token, against or None),
        patiently(policies.find, here.services, here.token),
    )
    return here.page("policy_diff.html", diff=told, versions=versions.policies)


@router.post("/policy/{version}/choose")
async def choose(here: DeskLooking, version: Word) -> Response:
    """Give new tickets this version again."""
    await policies.choose(version, here.services, here.token, here.request.app.state.current_policy)
    return RedirectResponse(f"{PAGE}?done=chosen", 303)


async def _shown(here: Here, policy: Policy, done: str = "") -> Response:
    running = TicketFilter(running=True, pinned_to=policy.version, imported=False)
    versions, pinned = await asyncio.gather(
        patiently(policies.find, here.services, here.token), patiently(here.services.lines.count, running)
    )
    return here.page(
        "policy.html", policy=policy, versions=versions.policies, pinned=pinned, done=done, in_words=in_words,
        calendars=_calendars(policy), manages=_manages(here), tries=may_start(here.token),
        is_current=policy.version == here.policy.version,
    )  # fmt: skip


def _calendars(policy: Policy) -> dict[str, str]:
    """What each calendar is called in a sentence."""
    always = {"daily": ("00:00-24:00",)}
    return {name: "around the clock" if each.hours == always else said(name) for name, each in policy.calendars.items()}


def _written(
    here: Here, text: str, faults: Sequence[PolicyFault] | None, wrong: dict[str, str], status: int
) -> Response:
    return here.page(
        "policy_new.html", document=text, faults=faults, wrong=wrong, manages=_manages(here), status=status
    )


def faults_of(no: Exception) -> list[PolicyFault] | None:
    """The faults that a refusal of a document names, each with its line."""
    errors = no.details.get("errors") if isinstance(no, PolicyUnsound) else None
    return [_fault(each["field"], each["message"]) for each in errors] if isinstance(errors, list) else None


def _fault(field: str, message: str) -> PolicyFault:
    """`line 121: coordinate_at` taken apart; what is wrong with the whole has no line."""
    line, _, place = field.removeprefix("line ").partition(": ")
    return (
        PolicyFault(line=int(line), place=place, message=message)
        if line.isdigit()
        else PolicyFault(line=1, place=field, message=message)
    )


def sentence_of(no: Exception) -> str:
    """What is wrong with the whole of it."""
    return " ".join(wrong_of(no).values()) if isinstance(no, ValidationError) else str(no)


def _manages(here: Here) -> bool:
    return here.viewer.role is Role.SERVICE_MANAGER
