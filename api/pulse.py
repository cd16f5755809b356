"""One look at the desk for everybody who reads the metrics, however many they are and however often they ask."""

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from api.patience import within
from api.services import Services
from escalation.ports import Unavailable
from escalation.pulse import Pulse

FRESH = timedelta(seconds=5)
_PATIENCE = 2.0  # seconds; Prometheus itself waits for ten


@dataclass(frozen=True)
class Look:
    """What was seen; `pulse` is None where the read side could not be asked."""

    pulse: Pulse | None
    parts: dict[str, bool]
    listeners: int


class Looking:
    """Looks when it is asked and the last look is old; whoever asks meanwhile waits for the same look."""

    def __init__(self, services: Services, listeners: Callable[[], int], fresh: timedelta = FRESH) -> None:
        self._services, self._listeners, self._fresh = services, listeners, fresh
        self._last: Look | None = None
        self._looked_at = 0.0
        self._one_at_a_time = asyncio.Lock()

    async def look(self) -> Look:
        """The desk as it was at most a few seconds ago."""
        async with self._one_at_a_time:
            if self._last is None or time.monotonic() - self._looked_at >= self._fresh.total_seconds():
                probes = self._services.probes
                asked = asyncio.gather(*map(answers, probes.values()))
                pulse, up = await asyncio.gather(self._pulse(), asked)
                self._last = Look(pulse, dict(zip(probes, up, strict=True)), self._listeners())
                self._looked_at = time.monotonic()
            return self._last

    async def _pulse(self) -> Pulse | None:
        try:
            return await within(_PATIENCE, self._services.pulse.pulse, self._services.now())
        except Unavailable:
            return None
        except Exception:  # noqa: BLE001 - the metrics say that it failed, and go on saying everything else
            structlog.get_logger().error("the desk could not be looked at", trace=traceback.format_exc())
            return None


async def answers(probe: Callable[[], Awaitable[bool]]) -> bool:
    """Whether a part answers within two seconds."""
    try:
        return await asyncio.wait_for(probe(), _PATIENCE)
    except Exception:  # noqa: BLE001 - whatever keeps it from answering, it does not answer
        return False
