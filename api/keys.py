"""Ids that make requests safe to repeat."""

import secrets
from hashlib import sha256

from escalation.commands import Intake
from escalation.identity import external_ticket, fingerprint, ticket_name
from escalation.ports import Token

__all__ = ["fingerprint", "request_id", "ticket_id"]


def ticket_id(intake: Intake, key: str | None, token: Token) -> str:
    """The same for a repeated intake: from the client's external id, else from the caller's key, else by chance.

    The external id comes first, since it stays unique for each client whoever sends it.
    """
    if intake.external_id and intake.external_id.strip():
        return external_ticket(intake.client, intake.external_id)
    if key:
        return ticket_name(sha256(f"key\n{token.person}\n{key}".encode()).digest())
    return ticket_name(secrets.token_bytes(8))


def request_id(command: str, key: str | None, token: Token) -> str:
    """The update's id: nobody's key meets another's, and none is answered with another command's answer."""
    return f"{command}/{token.person}/{key or secrets.token_hex(16)}"
