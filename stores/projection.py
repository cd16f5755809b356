"""From the journal to the read side: new entries folded onto what is known of a ticket. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from escalation.events import Entry, Opened
from escalation.ticket import Ticket, opened
from stores.ticket_facts import Story, begun, told


class JournalGap(Exception):
    """The entries do not follow on those already there; nothing was written."""

    def __init__(self, ticket_id: str, expected: int, got: int) -> None:
        super().__init__(f"{ticket_id}: the journal goes on with entry {expected}, not {got}")
        self.ticket_id, self.expected, self.got = ticket_id, expected, got


class AnotherStory(Exception):
    """The journal tells something else of this ticket than what is to be added; nothing was written."""

    def __init__(self, ticket_id: str, seq: int) -> None:
        super().__init__(f"{ticket_id}: entry {seq} is another in the journal")
        self.ticket_id, self.seq = ticket_id, seq


class StillLives(Exception):
    """The ticket is not over: its workflow alone adds to its story."""

    def __init__(self, ticket_id: str) -> None:
        super().__init__(f"{ticket_id} is not over")


class BadBeginning(Exception):
    """A ticket's journal begins with its intake."""


@dataclass(frozen=True)
class Known:
    """A ticket as far as its journal has been read."""

    ticket: Ticket
    story: Story
    taken_in_at: datetime


def read_on(known: Known | None, entries: Iterable[Entry]) -> Known:
    """What is known after these entries; JournalGap unless they follow on at once."""
    for entry in entries:
        expected = known.ticket.seq + 1 if known else 1
        if entry.seq != expected:
            raise JournalGap(entry.ticket_id, expected, entry.seq)
        known = _begun(entry) if known is None else _after(known, entry)
    if known is None:
        raise ValueError("no entries")
    return known


def _begun(entry: Entry) -> Known:
    if not isinstance(entry.event, Opened):
        raise BadBeginning(f"{entry.ticket_id}: the first entry is {entry.event.kind!r}, not an intake")
    return Known(opened(entry.event), begun(entry, entry.event), entry.event.at)


def _after(known: Known, entry: Entry) -> Known:
    ticket = known.ticket.after(entry.event)
    return Known(ticket, told(known.story, entry, known.ticket, ticket), known.taken_in_at)
