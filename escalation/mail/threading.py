"""The ids of the mails of a ticket: made when we write, and known again when somebody answers. Pure."""

import re
from hashlib import sha256
from urllib.parse import quote, unquote

_TICKET = re.compile(r"<ticket\.([^.@<>\s]{1,300})\.([0-9a-f]{16})@[^<>\s]+>")


def ticket_mark(ticket_id: str) -> str:
    """What stands before the @ in the id that all mails of a ticket answer."""
    return f"ticket.{quote(ticket_id, safe='').replace('.', '%2E')}.{_seal(ticket_id)}"


def message_mark(key: str) -> str:
    """What stands before the @ in the id of the mail with this message."""
    return f"message.{sha256(key.encode()).hexdigest()[:40]}"


def ticket_marked(message_id: str) -> str | None:
    """The ticket whose mails answer this id; None for an id that is none of ours."""
    found = _TICKET.fullmatch(message_id)
    if found is None:
        return None
    ticket_id = unquote(found.group(1))
    return ticket_id if found.group(2) == _seal(ticket_id) else None


def _seal(ticket_id: str) -> str:
    # It keeps ids apart that only look like ours; whether the sender may speak for the client is judged beside it.
    return sha256(f"thread\n{ticket_id}".encode()).hexdigest()[:16]
