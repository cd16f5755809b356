"""Who is told of a document that was published, and who has read it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from pydantic import AwareDatetime

from escalation.messages import Message, message_key
from escalation.terms import Facts

TEMPLATE = "document_published"


class Owed(Facts):
    """Somebody who is to be told of a revision; `note` is why there is one."""

    document: str
    revision: int
    person: str
    title: str
    note: str = ""


class Unread(Facts):
    """A revision that somebody was to be told of and has not read; `note` is why there is one."""

    document: str
    revision: int
    title: str
    note: str = ""
    owed_at: AwareDatetime
    told_at: AwareDatetime | None = None


class Reading(Facts):
    """One person and one revision: when they were told of it, and when they say that they have read it."""

    document: str
    revision: int
    person: str
    told_at: AwareDatetime | None = None
    read_at: AwareDatetime | None = None


class Readings(Protocol):
    """The port to who is to be told."""

    def owed(self, limit: int) -> Sequence[Owed]:
        """Who is still to be told of what is published, those who wait longest first."""
        ...

    def told(self, owed: Owed, at: datetime) -> None:
        """They have been told."""
        ...


def telling(owed: Owed, at: datetime) -> Message:
    """The message that tells them; one for each person and revision, however often it is made."""
    return Message(
        key=message_key(f"document/{owed.document}", owed.revision, TEMPLATE, owed.person),
        ticket_id=owed.document,
        template=TEMPLATE,
        urgent=False,
        to=owed.person,
        recipient_kind="person",
        params={
            "document": owed.document,
            "revision": str(owed.revision),
            "summary": owed.title,
            "why": owed.note or "not said",
        },
        at=at,
    )
