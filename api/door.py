"""Who comes in: tokens looked up once every few seconds, and from the last snapshot while PostgreSQL is away."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from api.patience import patiently
from api.services import Tokens
from escalation.ports import Token, Unavailable
from escalation.terms import Role

_TRUSTED_FOR = timedelta(seconds=10)  # the longest that a revoked token still opens the door
_SNAPSHOT_EVERY = timedelta(minutes=1)


class Door:
    """Knows the holder of each token."""

    def __init__(self, tokens: Tokens, now: Callable[[], datetime]) -> None:
        self._tokens, self._now = tokens, now
        self._known: dict[bytes, Token] = {}
        self._looked_up: dict[bytes, datetime] = {}
        self._snapshot_at: datetime | None = None

    async def verify(self, secret: str) -> Token | None:
        """The token's holder; None if it is unknown, expired or revoked. Unavailable if that cannot be known."""
        now, key = self._now(), sha256(secret.encode()).digest()
        looked_up = self._looked_up.get(key)
        if looked_up is None or now - looked_up > _TRUSTED_FOR:
            try:
                await patiently(self._look_up, secret, key, now)
            except Unavailable:
                if key not in self._known:  # made since the last snapshot, or by nobody: just now that cannot be known
                    raise
                self._looked_up[key] = now  # that will do, and not every request waits to learn so
        token = self._known.get(key)
        if token is None or token.role is Role.SYSTEM or (token.expires_at is not None and token.expires_at <= now):
            return None
        return token

    def _look_up(self, secret: str, key: bytes, now: datetime) -> None:
        self.refresh(now)
        token = self._tokens.verify(secret, now)
        if token is None:
            self._known.pop(key, None)
            self._looked_up.pop(key, None)
        else:
            self._known[key] = token
            self._looked_up[key] = now

    def refresh(self, now: datetime) -> None:
        """Take a new snapshot if the last is old, so that tokens not seen yet are known as well when it is needed."""
        if self._snapshot_at is None or now - self._snapshot_at > _SNAPSHOT_EVERY:
            self._known = dict(self._tokens.snapshot(now))
            before = self._looked_up.copy()  # at once: other threads write to it meanwhile
            self._looked_up = {key: at for key, at in before.items() if key in self._known}
            self._snapshot_at = now
