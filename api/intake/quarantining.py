"""What lay in quarantine is let go: read again, or put out of sight with a reason."""

from contextlib import suppress

from api.faults import Conflict, NotConfirmed, NotFound
from api.patience import patiently
from api.services import Services
from escalation.alerts.arrived import Arrived
from escalation.alerts.books import Aside
from escalation.ports import Token

_NONE = "Nothing of this number came in."
_NOT_ASIDE = "It is not in quarantine: it was replayed or discarded before."


async def seen(services: Services, number: int) -> tuple[Aside, Arrived]:
    """A body that came, whatever became of it; NotFound if none did."""
    found = await patiently(services.bodies.body, number)
    if found is None:
        raise NotFound(_NONE)
    return found


async def replay(services: Services, number: int) -> None:
    """Have it read again, by its source's map of today; Conflict if it is not in quarantine."""
    await seen(services, number)
    if not await patiently(services.bodies.replay, number):
        raise Conflict(_NOT_ASIDE)
    await _wake(services)


async def replay_all(services: Services, source: str) -> int:
    """The same with all of a source; how many they were."""
    many = await patiently(services.bodies.replay_all, source)
    await _wake(services)
    return many


async def discard(services: Services, number: int, why: str, token: Token) -> None:
    """Out of sight; Conflict if it is not in quarantine."""
    await seen(services, number)
    if not await patiently(services.bodies.discard, number, why, token.person, services.now()):
        raise Conflict(_NOT_ASIDE)


async def _wake(services: Services) -> None:
    with suppress(NotConfirmed):  # then the drain finds it by itself
        await services.intake.wake()
