"""Many tickets in a short time, as after an outage that everybody calls about; emergencies come among them."""

import asyncio
import time
from collections.abc import Iterator
from typing import NamedTuple

import httpx

from bench.desk_clients import Secrets
from tierline.settings import Settings

_EVERY = 50  # of so many is one an emergency
_PATIENCE = 180.0  # seconds that a client goes on asking, under the same key
_AT_ONCE = 200  # requests on their way: whoever cannot get through tries again


class Spike(NamedTuple):
    """How long each ticket took from its first request until it had an owner, in seconds; what was sent again."""

    asked: int
    seconds: float
    others: list[float]
    emergencies: list[float]
    again: int


async def spike(settings: Settings, secrets: Secrets, tickets: int, seconds: float) -> Spike:
    """Take them in at an even pace, each under an id of its own, asking again where nobody could say."""
    others, emergencies, again = list[float](), list[float](), list[int]()
    limits = httpx.Limits(max_connections=_AT_ONCE, max_keepalive_connections=_AT_ONCE)
    # Who reports an emergency has a connection of their own, and does not wait for those of others.
    async with (
        httpx.AsyncClient(base_url=settings.api_url, headers=secrets.intake, limits=limits, timeout=30) as http,
        httpx.AsyncClient(base_url=settings.api_url, headers=secrets.intake, timeout=30) as hurried,
    ):
        began = time.monotonic()
        async with asyncio.TaskGroup() as together:
            for place, at in enumerate(_moments(tickets, seconds)):
                await asyncio.sleep(max(began + at - time.monotonic(), 0))
                pressing = place % _EVERY == _EVERY // 2
                into = emergencies if pressing else others
                asked = _one(hurried if pressing else http, place, into, again, pressing=pressing)
                together.create_task(asked)
    return Spike(tickets, seconds, others, emergencies, len(again))


def _moments(tickets: int, seconds: float) -> Iterator[float]:
    return (seconds * n / tickets for n in range(tickets))


async def _one(http: httpx.AsyncClient, place: int, into: list[float], again: list[int], *, pressing: bool) -> None:
    body = {
        "client": "acme-dental", "contact": {"name": "Front desk"}, "subject": f"Spike {place}", "source": "bench",
        "category": "security.ransomware" if pressing else "identity.password_reset", "impact": 3, "urgency": 2,
        "external_id": f"spike-{place}",
    }  # fmt: skip
    began = time.monotonic()
    while time.monotonic() - began < _PATIENCE:
        try:
            answer = await http.post("/v1/tickets", json=body)
        except httpx.TransportError:
            again.append(place)
            await asyncio.sleep(0.5)
            continue
        if answer.status_code == 201:
            assert answer.json()["owner"], "a ticket without an owner"
            into.append(time.monotonic() - began)
            return
        if answer.status_code != 503:
            raise RuntimeError(f"{answer.status_code}: {answer.text}")
        again.append(place)
        await asyncio.sleep(0.5)
    raise RuntimeError(f"spike-{place} was never taken in")
