"""New secrets for sources: shown once; kept as a hash where that will do."""

import secrets
import string
from base64 import b64decode, b64encode
from hashlib import sha256

from api.faults import InvalidRequest
from escalation.alerts.source import SIGNED, Scheme, Secret

_LETTERS = string.ascii_letters + string.digits
_ROUTING_KEY = 32  # characters: what PagerDuty's senders expect, and 190 bits


def issue(scheme: Scheme, given: str | None = None) -> tuple[Secret, str]:
    """A secret as it is kept, and as its sender has to know it. InvalidRequest where it cannot be as it was given.

    Only who signs may bring a secret along; ConnectWise's key is fetched from ConnectWise where none is given.
    """
    name = secrets.token_hex(4)
    if scheme in SIGNED:
        text = _made(scheme) if given is None else _checked(scheme, given)
        return Secret(id=name, text=text), text
    if given is not None:
        raise _refused("A key is made here, so that nobody can guess it.")
    key = _made(scheme)
    return Secret(id=name, hash=sha256(key.encode()).digest()), key


def _made(scheme: Scheme) -> str:
    match scheme:
        case Scheme.ROUTING_KEY:
            return "".join(secrets.choice(_LETTERS) for _ in range(_ROUTING_KEY))
        case Scheme.STANDARD_WEBHOOKS:
            return f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"
        case Scheme.CONNECTWISE:
            return ""
        case _:
            return f"tls_{secrets.token_urlsafe(32)}"


def _checked(scheme: Scheme, given: str) -> str:
    if scheme is Scheme.CONNECTWISE:
        return given.strip()
    try:
        raw = b64decode(given.removeprefix("whsec_"), validate=True)
    except ValueError:
        raw = b""
    if not given.startswith("whsec_") or not 24 <= len(raw) <= 64:
        raise _refused("A signing secret is whsec_ and 24 to 64 bytes in base64.")
    return given


def _refused(words: str) -> InvalidRequest:
    return InvalidRequest(words, errors=[{"field": "secret", "message": words}])
