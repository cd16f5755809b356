"""The policy for new tickets, remembered, so that intake goes on while PostgreSQL is away."""

from collections.abc import Callable
from datetime import datetime, timedelta

from api.patience import patiently
from api.services import Policies
from escalation.policy import Policy
from escalation.ports import Unavailable

_ASKED_EVERY = timedelta(seconds=5)


class CurrentPolicy:
    """The version that a new ticket gets."""

    def __init__(self, policies: Policies, now: Callable[[], datetime]) -> None:
        self._policies, self._now = policies, now
        self._last: Policy | None = None
        self._asked_at: datetime | None = None

    async def get(self) -> Policy:
        """The current policy, at most a few seconds old; the last one known while PostgreSQL is away."""
        now = self._now()
        if self._last is None or self._asked_at is None or now - self._asked_at > _ASKED_EVERY:
            try:
                await patiently(self.refresh)
            except Unavailable:
                self._asked_at = now  # the last one known will do, and is not asked for by every intake meanwhile
        if self._last is None:
            raise Unavailable("no policy has been read yet")
        return self._last

    def refresh(self) -> None:
        """Ask for it."""
        self._last = self._policies.current()
        self._asked_at = self._now()
