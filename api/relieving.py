"""Somebody is away from now on: their tickets go to others at once, each with its own answer."""

import asyncio

from api.faults import Fault
from api.patience import patiently
from api.services import Services
from escalation.commands import Relieve
from escalation.errors import Refusal, TicketClosed
from escalation.ports import Unavailable
from escalation.terms import Facts

_AT_ONCE = 8


class Moved(Facts):
    """One ticket of somebody who is away: who has it now, or the code of what stood in the way for the moment."""

    ticket_id: str
    owner: str | None = None
    failed: str | None = None


async def relieve(services: Services, person: str, reason: str, key: str) -> tuple[Moved, ...]:
    """Every open ticket of theirs to somebody else. What fails is tried again by the desk's own watch."""
    held = await patiently(services.relief.held_by, person)
    turns = asyncio.Semaphore(_AT_ONCE)

    async def moved(ticket: str) -> Moved | None:
        command = Relieve(person=person, why="absence", reason=reason)
        try:
            async with turns:
                view = await services.tickets.command(ticket, command, f"{key}/{ticket}")
        except TicketClosed:
            return None
        except (Refusal, Fault) as stopped:
            return Moved(ticket_id=ticket, failed=stopped.code)
        return Moved(ticket_id=ticket, owner=view.owner)

    found = await asyncio.gather(*map(moved, held))
    return tuple(each for each in found if each)


async def told(services: Services) -> None:
    """Have the desk's watch look; it looks by itself before long where it cannot be told."""
    try:
        await services.watch.look()
    except (Fault, Unavailable):
        return
