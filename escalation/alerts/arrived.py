"""One request of a sender as it was stored, with all that a format needs to read it."""

from pydantic import AwareDatetime

from escalation.terms import Facts, Line


class Arrived(Facts):
    """The body as it came, and its headers by their names in small letters, without what proves anything."""

    number: int
    source: Line
    received_at: AwareDatetime
    headers: dict[str, str] = {}
    body: bytes
