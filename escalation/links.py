"""Links by which a page is answered from the message itself: signed, for one handoff, for a while. Pure.

A link says whose answer it is and which handoff it is about. It can take effect once: taking the ticket up ends the
wait of that handoff, and whatever moves the ticket begins another.

BadLink
├── ForgedLink   not made here, cut short, or signed with a key that is out of use
└── ExpiredLink  made here, and too old
"""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from pydantic import AwareDatetime, ValidationError

from escalation.terms import Facts

LIVES = timedelta(days=1)
"""How long a link can be used; a key that is out of use still verifies for as long."""

_SIGNATURE = 16  # bytes of the HMAC: 128 bits, and a link that fits into two text messages
_PURPOSE = b"tierline ack 1\n"
_LONGEST = 600


class BadLink(Exception):
    """A link that answers nothing."""


class ForgedLink(BadLink):
    """Not made here, cut short, or signed with a key that is out of use."""


class ExpiredLink(BadLink):
    """Made here, and too old."""


@dataclass(frozen=True)
class SigningKey:
    """A secret that signs links, and the name by which a link says which one signed it."""

    id: str
    secret: bytes = field(repr=False)


class AckLink(Facts):
    """Who takes up which handoff of which ticket, by the message of which channel."""

    ticket_id: str
    epoch: int
    person: str
    channel: str
    expires_at: AwareDatetime


def sealed(link: AckLink, key: SigningKey) -> str:
    """The link as text that can stand in an address."""
    said = [link.ticket_id, link.epoch, link.person, link.channel, int(link.expires_at.timestamp())]
    payload = json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()
    return ".".join((key.id, _text(payload), _text(_signature(key, payload))))


def opened(token: str, keys: Iterable[SigningKey], now: datetime) -> AckLink:
    """What the link says; ForgedLink or ExpiredLink."""
    link = _verified(token, {key.id: key for key in keys})
    if link.expires_at <= now:
        raise ExpiredLink(f"this link could be used until {link.expires_at:%d %b %Y %H:%M} UTC")
    return link


def in_use(keys: Sequence[SigningKey]) -> SigningKey | None:
    """The key that signs: the first."""
    return keys[0] if keys else None


def _verified(token: str, keys: dict[str, SigningKey]) -> AckLink:
    try:
        key_id, payload_text, signature_text = token[:_LONGEST].split(".")
        payload, signature = _bytes(payload_text), _bytes(signature_text)
        if not hmac.compare_digest(signature, _signature(keys[key_id], payload)):
            raise ForgedLink("the signature is not ours")
        ticket_id, epoch, person, channel, expires = json.loads(payload)
        return AckLink(
            ticket_id=ticket_id,
            epoch=epoch,
            person=person,
            channel=channel,
            expires_at=datetime.fromtimestamp(expires, UTC),
        )
    except (ValueError, KeyError, ValidationError) as bad:
        raise ForgedLink("this is no link of ours") from bad


def _signature(key: SigningKey, payload: bytes) -> bytes:
    return hmac.new(key.secret, _PURPOSE + key.id.encode() + b"\n" + payload, sha256).digest()[:_SIGNATURE]


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    if not text.isascii():
        raise ForgedLink("this is no link of ours")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
