"""The pages of one thing each, with things to show: a ticket, a review, an audit, a back-test, a document."""

import asyncio

from tests.e2e.desk import ATTEMPT, MANAGER, UP, Desk
from tests.e2e.stack import eventually

_FIXED = {"code": "fixed", "cause": "identity", "resolution": "The policy's group was corrected."}


async def details(desk: Desk) -> list[str]:
    """Their addresses, and those of pages to write on."""
    ticket, reviewed, audit, backtest = await asyncio.gather(
        _ticket(desk), _review(desk), _audit(desk), _backtest(desk)
    )
    return [
        *(f"/console/tickets/{ticket}?do={form}" for form in ("escalate", "resolve")),
        "/console/tickets/new",
        f"/console/reviews/{reviewed}",
        f"/console/audits/{audit}",
        f"/console/policy/backtests/{backtest}",
        "/console/policy/backtests/new",
        "/console/policy/new",
        *(f"/console/library/SOP-01{page}" for page in ("", "/edit", "/diff")),
        "/console/triage/practice",
        "/console/metrics/breakdown",
        "/console/metrics/flows",
    ]


async def _ticket(desk: Desk) -> str:
    """One that the manager may work on: its owner took it up."""
    taken = await desk.open(subject="Cannot reach the printer")
    return (await desk.do(taken.id, "accept", taken.owner, {"contacted": True})).id


async def _review(desk: Desk) -> str:
    """Of a ticket that went up to Tier 3 and was solved there; a fault that keeps coming back starts at Tier 2."""
    ticket = await desk.open(subject="The whole practice cannot sign in")
    override = {"override_reason": "the whole practice stands still"}
    while ticket.tier != 3:
        await desk.do(ticket.id, "accept", ticket.owner, {"contacted": True})
        await desk.do(ticket.id, "log_attempt", ticket.owner, {**ATTEMPT, "step": f"a step of Tier {ticket.tier}"})
        ticket = await desk.do(ticket.id, "escalate", MANAGER, {**UP, **(override if ticket.tier == 2 else {})})
    await desk.do(ticket.id, "accept", ticket.owner)
    await desk.do(ticket.id, "resolve", ticket.owner, _FIXED)

    async def drafted() -> bool:
        return (await desk.send(MANAGER, "GET", f"/reviews/{ticket.id}")).status_code == 200

    await eventually(drafted, "a drafted review")
    return ticket.id


async def _audit(desk: Desk) -> str:
    made = await desk.send(MANAGER, "POST", "/audits", {"kind": "weekly"})
    assert made.status_code in (200, 201), made.text
    return str(made.json()["id"])


async def _backtest(desk: Desk) -> str:
    version = (await desk.get("/policies/current"))["version"]
    begun = await desk.send(MANAGER, "POST", "/policies/backtests", {"version": version, "days": 7})
    assert begun.status_code == 202, begun.text
    backtest = str(begun.json()["id"])

    async def judged() -> bool:
        return bool((await desk.get(f"/policies/backtests/{backtest}"))["ended_at"])

    await eventually(judged, "a back-test that is over")
    return backtest
