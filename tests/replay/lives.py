"""The standard lives whose histories each release records: what is asked of a ticket, over a real server."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bench.lives import EMERGENCY, LOCKED_OUT, TIER_1, TIER_2, TIER_3, Life, signed
from escalation.commands import (
    Accept,
    Cancel,
    Close,
    Comment,
    ContactMade,
    Hold,
    LogAttempt,
    Merge,
    Reopen,
    Resolve,
    Transfer,
)
from escalation.policy import Policy
from escalation.terms import Role
from tests.workflow.desk import HANDED_UP, Desk
from tests.workflow.monitored import monitored_desk
from tests.workflow.policies import around_the_clock, hasty

GONE = Resolve(code="fixed", cause="identity", resolution="Unlocked the account and re-registered MFA")
DANA = {"by": "dana", "role": Role.DISPATCHER}


@dataclass(frozen=True)
class Recorded:
    """One life: how it goes, which workflows tell of it, and on what kind of server."""

    live: Callable[[Desk], Awaitable[None]]
    workflows: tuple[str, ...]
    policy: Callable[[Policy], Policy] = lambda policy: policy
    continue_after: int = 4096


def _standard(name: str, life: Life) -> Recorded:
    """One of the four lives of the cost benchmark."""

    async def live(desk: Desk) -> None:
        await desk.open(life.intake, ticket_id=name, key=name)
        for n, step in enumerate(life.steps):
            await desk.ask(name, signed(step, (await desk.view(name)).owner, f"{name}/{n}"))
        await desk.handle(name).result()

    return Recorded(live, (f"ticket/{name}", *([f"review/{name}"] if life.reviewed else [])))


async def _holds(desk: Desk) -> None:
    owner = await _taken_up(desk, "holds")
    await desk.ask("holds", Hold(by=owner, reason="waiting_customer", evidence={"question_sent": "Which printer?"}))
    await desk.ask("holds", ContactMade(by=owner, direction="inbound", text="the one on the second floor"))
    await desk.ask("holds", Hold(by=owner, reason="waiting_parts", evidence={"eta": "Friday"}))
    view = await desk.ask("holds", Transfer(by=owner, to_person="priya", reason="on leave", note=HANDED_UP))
    await desk.ask("holds", Accept(by=view.owner))
    await desk.ask("holds", Cancel(**DANA, reason="the printer is gone for good"))
    await desk.handle("holds").result()


async def _reopened(desk: Desk) -> None:
    owner = await _taken_up(desk, "reopened")
    await desk.ask("reopened", GONE.model_copy(update={"by": owner}))
    view = await desk.ask("reopened", Reopen(by=owner, reason="locked again"))
    await desk.ask("reopened", Accept(by=view.owner, contacted=True))
    await desk.ask("reopened", GONE.model_copy(update={"by": view.owner}))
    await desk.ask("reopened", Close(by=view.owner))
    await desk.handle("reopened").result()


async def _merged(desk: Desk) -> None:
    for name in ("merged", "merged_into"):
        await desk.open(LOCKED_OUT, ticket_id=name, key=name)
    await desk.ask("merged", Merge(**DANA, into="merged_into"))
    await desk.until_journalled("merged_into", "absorbed")
    await desk.refused("merged_into", Merge(**DANA, into="merged"))
    await desk.ask("merged_into", Comment(by="tomas", text="both are one fault"))


async def _signalled(desk: Desk) -> None:
    await desk.open(LOCKED_OUT, ticket_id="signalled", key="signalled")
    owner = (await desk.view("signalled")).owner
    await desk.handle("signalled").signal("claim", Accept(by="sofia"))
    await desk.until_journalled("signalled", "command_refused")
    await desk.handle("signalled").signal("claim", Accept(by=owner))
    await desk.until_journalled("signalled", "accepted")
    await desk.ask("signalled", Comment(by=owner, text="claimed from the dispatch board"))


async def _nobody_accepts(desk: Desk) -> None:
    await desk.open(LOCKED_OUT, ticket_id="nobody_accepts", key="nobody_accepts")
    await desk.until_journalled("nobody_accepts", "escalated")
    await desk.until_journalled("nobody_accepts", "coordinated")
    await desk.ask("nobody_accepts", Comment(by="tomas", text="sorry, I was away"))


async def _desk_away(desk: Desk) -> None:
    desk.people.away = desk.journal.away = True
    await desk.open(LOCKED_OUT, ticket_id="desk_away", key="desk_away")
    await desk.ask("desk_away", Accept(by="tomas", contacted=True))
    desk.people.away = desk.journal.away = False
    await desk.ask("desk_away", Comment(by="tomas", text="everything is written again"))
    await desk.until_journalled("desk_away", "commented")


async def _continued(desk: Desk) -> None:
    owner = await _taken_up(desk, "continued")
    for n in range(5):
        await desk.ask("continued", Comment(by=owner, text=f"note {n}"))
    await desk.ask("continued", GONE.model_copy(update={"by": owner}))
    await desk.ask("continued", Close(by=owner))
    await desk.handle("continued").result()


async def _taken_up(desk: Desk, name: str) -> str:
    """Open, accepted, and one fix tried; the owner."""
    await desk.open(LOCKED_OUT, ticket_id=name, key=name)
    owner = (await desk.view(name)).owner
    await desk.ask(name, Accept(by=owner, contacted=True))
    await desk.ask(name, LogAttempt(by=owner, step="Reset the password", result="Blocked again", outcome="failed"))
    return owner


async def _drained(desk: Desk) -> None:
    """A storm, an emergency in its midst, a clear; and the drain goes on in a new run."""
    async with monitored_desk(desk, "intake/drained") as watched:
        await watched.says("disk")
        await watched.says(*(f"f{n}" for n in range(8)), site="ward")
        await watched.says("intruder", category="security.alert")
        await watched.says("disk", action="clear")
        for n in range(6):
            await watched.says("disk", severity=1 + n % 4)


LIVES: dict[str, Recorded] = {
    "tier_1": _standard("tier_1", TIER_1),
    "tier_2": _standard("tier_2", TIER_2),
    "tier_3": _standard("tier_3", TIER_3),
    "emergency": _standard("emergency", EMERGENCY),
    "holds": Recorded(_holds, ("ticket/holds",)),
    "reopened": Recorded(_reopened, ("ticket/reopened",)),
    "merged": Recorded(_merged, ("ticket/merged", "ticket/merged_into")),
    "signalled": Recorded(_signalled, ("ticket/signalled",)),
    "nobody_accepts": Recorded(_nobody_accepts, ("ticket/nobody_accepts",), policy=hasty),
    "desk_away": Recorded(_desk_away, ("ticket/desk_away",)),
    "drained": Recorded(_drained, ("intake/drained",), policy=around_the_clock, continue_after=30),
    "continued": Recorded(_continued, ("ticket/continued",), continue_after=40),
}
