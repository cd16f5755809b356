"""Ids that make requests safe to repeat."""

import json
import secrets
from hashlib import sha256

from escalation.commands import Intake
from escalation.ports import Token

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHARACTERS = 12  # of 5 bits each: 60 bits


def ticket_id(intake: Intake, key: str | None, token: Token) -> str:
    """The same for a repeated intake: from the client's external id, else from the caller's key, else by chance.

    The external id comes first, since it stays unique for each client whoever sends it.
    """
    if intake.external_id and intake.external_id.strip():
        return _id(sha256(f"external\n{intake.client}\n{intake.external_id.strip()}".encode()).digest())
    if key:
        return _id(sha256(f"key\n{token.person}\n{key}".encode()).digest())
    return _id(secrets.token_bytes(8))


def fingerprint(intake: Intake) -> str:
    """Tells a repeat from another intake under the same key; fields left at their defaults do not count."""
    said = intake.model_dump(mode="json", exclude_defaults=True)
    return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def request_id(command: str, key: str | None, token: Token) -> str:
    """The update's id: nobody's key meets another's, and none is answered with another command's answer."""
    return f"{command}/{token.person}/{key or secrets.token_hex(16)}"


def _id(digest: bytes) -> str:
    number = int.from_bytes(digest[:8], "big")
    return "T-" + "".join(_CROCKFORD[number >> 5 * place & 31] for place in reversed(range(_CHARACTERS)))
