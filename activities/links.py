"""Links for the messages that ask to be answered; the keys are remembered, since a page goes out without a database."""

from collections.abc import Sequence
from datetime import datetime
from threading import Lock

from escalation.links import LIVES, AckLink, SigningKey, in_use, sealed
from escalation.messages import ANSWERED, Message
from escalation.ports import SigningKeys, Unavailable


class KnownKeys:
    """Implements `SigningKeys`; while the store is away, the last ones known."""

    def __init__(self, keys: SigningKeys) -> None:
        self._keys = keys
        self._last: tuple[SigningKey, ...] = ()
        self._lock = Lock()

    def live(self, at: datetime) -> Sequence[SigningKey]:
        """As the store has them; Unavailable only if none was ever read."""
        try:
            found = tuple(self._keys.live(at))
        except Unavailable:
            with self._lock:
                if not self._last:
                    raise
                return self._last
        with self._lock:
            self._last = found
        return found


class Links:
    """Addresses under the API's public one; without a key, the ticket's page in the console, where one signs in."""

    def __init__(self, keys: SigningKeys, public_url: str) -> None:
        self._keys, self._public_url = keys, public_url

    def answer(self, message: Message, person: str, channel: str, now: datetime) -> str:
        """Where this person takes up the ticket of this message; blank where the message asks for nothing."""
        if message.template not in ANSWERED:
            return ""
        key = self._key(now)
        if key is None:
            return f"{self._public_url}/console/tickets/{message.ticket_id}"
        link = AckLink(
            ticket_id=message.ticket_id,
            epoch=int(message.params.get("epoch") or 0),
            person=person,
            channel=channel,
            expires_at=now + LIVES,
        )
        return f"{self._public_url}/a/{sealed(link, key)}"

    def _key(self, now: datetime) -> SigningKey | None:
        try:
            return in_use(self._keys.live(now))
        except Unavailable:
            return None
