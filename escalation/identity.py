"""Ids that are the same for the same thing said twice."""

import json
from hashlib import sha256

from escalation.commands import Intake

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHARACTERS = 12  # of 5 bits each: 60 bits


def external_ticket(client: str, external_id: str) -> str:
    """The id of a client's ticket that has an id elsewhere."""
    return ticket_name(sha256(f"external\n{client}\n{external_id.strip()}".encode()).digest())


def ticket_name(digest: bytes) -> str:
    """A ticket's id out of eight bytes."""
    number = int.from_bytes(digest[:8], "big")
    return "T-" + "".join(_CROCKFORD[number >> 5 * place & 31] for place in reversed(range(_CHARACTERS)))


def fingerprint(intake: Intake) -> str:
    """Tells a repeat from another intake under the same key; fields left at their defaults do not count."""
    said = intake.model_dump(mode="json", exclude_defaults=True)
    return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
