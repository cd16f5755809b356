"""Tickets taken in while a storm of deadlines is being worked off: emergencies, and ordinary ones beside them."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from api.gateway import NotConfirmed
from bench.driving import Drivers
from bench.lives import LOCKED_OUT, RANSOMWARE, Life

_FIVE = 5
_APART = 1.0
_KINDS = {
    "emergency, P1": Life("emergency", RANSOMWARE, ()),
    "emergency, nobody judged it yet": Life(
        "unjudged", RANSOMWARE.model_copy(update={"impact": None, "urgency": None}), ()
    ),
    "ordinary, P4": Life("ordinary", LOCKED_OUT.model_copy(update={"impact": 3, "urgency": 3}), ()),
}


@dataclass(frozen=True)
class Intake:
    """One ticket, and how long it took until it had its owner."""

    name: str
    seconds: float


async def intruders(drivers: Drivers, at: datetime) -> list[Intake]:
    """Five of each kind, a second apart, from one second into the storm."""
    await asyncio.sleep(max(0.0, (at - datetime.now(UTC)).total_seconds() + _APART))
    asked = []
    for _ in range(_FIVE):
        asked += [asyncio.create_task(_taken_in(drivers, name, life)) for name, life in _KINDS.items()]
        await asyncio.sleep(_APART)
    return list(await asyncio.gather(*asked))


async def _taken_in(drivers: Drivers, name: str, life: Life) -> Intake:
    """Asked again under the same key until it is confirmed, as a client of the API would."""
    ticket_id, began = f"E-{uuid4().hex[:12]}", time.monotonic()
    policy = drivers.policy.slice_for(life.intake.client)
    while True:
        try:
            view = await drivers.tickets.open(ticket_id, life.opening(ticket_id), policy, ticket_id, datetime.now(UTC))
        except NotConfirmed:
            continue
        assert view.owner, "a ticket without an owner"
        return Intake(name, time.monotonic() - began)
