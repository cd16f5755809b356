"""What is known of one record and its ticket: enough to tell a change from the echo of our own."""

from escalation.psa.record import Field
from escalation.terms import Facts


class Link(Facts):
    """A record there and the ticket here.

    `base` is what the record said when it was last left or taken over; `writing` what we are about to write, or wrote
    without hearing so; `stuck` what their system would not let us write. `told` is how far the ticket's journal was
    told there, `heard` the comments there that were dealt with, `mine` ours there by what they tell, "" for one of
    which nobody heard that it arrived. `turn` counts what was asked, and makes its request ids.
    """

    connection: str
    record_id: str
    ticket_id: str | None = None
    version: str = ""
    base: dict[Field, str] = {}
    shown: dict[Field, str] = {}
    writing: dict[Field, str] = {}
    stuck: dict[Field, str] = {}
    told: int = 0
    heard: frozenset[str] = frozenset()
    mine: dict[str, str] = {}
    turn: int = 0
    left: str | None = None
    """Why it is not run here."""


def mark(ticket_id: str, key: str) -> str:
    """What our comments end with: by it one is found again that nobody heard to have arrived."""
    return f"[{ticket_id} · {key}]"
