"""Webhooks out: other programs hear of every move of a ticket."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api import hooking
from api.callers import DeskWide, Handed, PolicyNow, manages
from api.patience import patiently
from api.problems import responses
from api.words import Moment, WordInPath
from escalation.terms import Line
from escalation.webhooks import Delivery, DeliveryState, Health, State, Subscription

router = APIRouter(prefix="/webhooks", tags=["webhooks"])

_ONE = ("forbidden", "not_found")


class Asked(BaseModel):
    """Where to, of what, and of whom; kinds may hold `*`, and without clients it is every client's tickets."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"url": "https://psa.example/hook"}]})

    url: Annotated[str, Field(max_length=2000)]
    kinds: Annotated[tuple[Line, ...], Field(max_length=100)] = ("ticket.*",)
    clients: Annotated[tuple[Line, ...], Field(max_length=1000)] | None = None
    note: Line = ""


class Changed(BaseModel):
    """What is to be otherwise; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(max_length=2000)] | None = None
    kinds: Annotated[tuple[Line, ...], Field(max_length=100)] | None = None
    clients: Annotated[tuple[Line, ...], Field(max_length=1000)] | None = None
    note: Line | None = None
    state: State | None = None


class Kept(BaseModel):
    """A subscription and how it fares."""

    webhook: Subscription
    health: Health


class AllOfThem(BaseModel):
    """Every subscription."""

    webhooks: tuple[Kept, ...]


class Secret(BaseModel):
    """A subscription with its secret, which is shown this once."""

    webhook: Subscription
    secret: str


class Log(BaseModel):
    """A part of the log, the latest first; ask for the next with `before=next_before`."""

    deliveries: tuple[Delivery, ...]
    next_before: int | None = None


class Since(BaseModel):
    """Everything that failed for good since then is sent again."""

    model_config = ConfigDict(extra="forbid")

    since: Moment


class Replayed(BaseModel):
    """How many are sent again."""

    deliveries: int


@router.post("", status_code=201, responses=responses("forbidden", "body_too_large"))
async def subscribe(asked: Asked, services: Handed, policy: PolicyNow, token: DeskWide) -> Secret:
    """Have events sent somewhere from now on. For service managers; the secret verifies what comes."""
    made, secret = await hooking.subscribe(services, policy, token, **dict(asked))
    return Secret(webhook=made, secret=secret)


@router.get("", responses=responses("forbidden"))
async def every(services: Handed, token: DeskWide) -> AllOfThem:
    """Every subscription and how it fares, without its secret."""
    manages(token)
    found = await patiently(services.webhooks.all)
    return AllOfThem(webhooks=tuple(Kept(webhook=each, health=health) for each, health in found))


@router.get("/{webhook}", responses=responses(*_ONE))
async def one(webhook: WordInPath, services: Handed, token: DeskWide) -> Subscription:
    """One of them."""
    manages(token)
    return await hooking.found(services, webhook)


@router.patch("/{webhook}", responses=responses(*_ONE, "body_too_large"))
async def change(
    webhook: WordInPath, changed: Changed, services: Handed, policy: PolicyNow, token: DeskWide
) -> Subscription:
    """Send it elsewhere, or other kinds, or switch it off and on; switched on again, it goes on where it was."""
    said = changed.model_dump(exclude_unset=True)
    kept = {name: value for name, value in said.items() if value is not None or name == "clients"}
    return await hooking.change(services, policy, token, webhook, kept)


@router.delete("/{webhook}", status_code=204, responses=responses(*_ONE))
async def drop(webhook: WordInPath, services: Handed, token: DeskWide) -> None:
    """Forget it, with its log and everything on its way."""
    await hooking.drop(services, token, webhook)


@router.post("/{webhook}/rotate", responses=responses(*_ONE))
async def rotate(webhook: WordInPath, services: Handed, token: DeskWide) -> Secret:
    """A new secret. For a day everything is signed with both, so that no event is lost to the change."""
    secret = await hooking.rotate(services, token, webhook)
    return Secret(webhook=await hooking.found(services, webhook), secret=secret)


@router.get("/{webhook}/deliveries", responses=responses(*_ONE))
async def deliveries(
    webhook: WordInPath,
    services: Handed,
    token: DeskWide,
    state: DeliveryState | None = None,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Log:
    """What was sent and what is on its way, with every try. Kept for thirty days."""
    manages(token)
    await hooking.found(services, webhook)
    found = await patiently(services.webhook_log.deliveries, webhook, state, before, limit)
    return Log(deliveries=tuple(found), next_before=found[-1].sequence if len(found) == limit else None)


@router.post("/{webhook}/deliveries/{delivery}/replay", responses=responses(*_ONE))
async def replay_one(webhook: WordInPath, delivery: WordInPath, services: Handed, token: DeskWide) -> Replayed:
    """Send one again, under the same id, whatever became of it."""
    return Replayed(deliveries=await hooking.replay(services, token, webhook, delivery=delivery))


@router.post("/{webhook}/replay", responses=responses(*_ONE, "body_too_large"))
async def replay_since(webhook: WordInPath, since: Since, services: Handed, token: DeskWide) -> Replayed:
    """Send everything again that failed since a moment."""
    return Replayed(deliveries=await hooking.replay(services, token, webhook, since=since.since))
