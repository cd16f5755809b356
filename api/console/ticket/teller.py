"""Who tells the story of a ticket: with which names, by whose clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from api.console import times
from api.console.names import Names, said
from api.console.ticket import words
from escalation.deadlines import next_deadline
from escalation.ticket import Ticket


class Told(NamedTuple):
    """A sentence; `said` are things in people's own words, `level` how it stands out: bad, warn, good or calm."""

    sentence: str
    level: str = ""
    said: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Teller:
    """Tells events with the names of people, what triggers say, and moments by somebody's clock."""

    names: Names
    zone: ZoneInfo
    now: datetime
    says: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)

    def person(self, person: str) -> str:
        """Their name."""
        return self.names.person(person)

    def clock(self, at: datetime) -> str:
        """The moment by the clock of whoever reads."""
        return times.clock(at, self.zone, self.now)

    def moment(self, said_as: str) -> str:
        """A moment that a note holds as text; words that are none as they are."""
        try:
            return self.clock(datetime.fromisoformat(said_as))
        except ValueError:
            return said_as

    def trigger(self, name: str) -> str:
        """What a trigger says, with its id: people talk of both."""
        says = self.says.get(name) or words.clock_trigger(name)
        return f"{says[:1].lower()}{says[1:]} ({name})" if says else name

    def step(self, name: str) -> str:
        """A step of the SOP in its words, as far as the document is at hand."""
        return self.steps.get(name) or said(name)

    def deadline(self, ticket: Ticket) -> str:
        """What falls due next, and what that guards."""
        coming = next_deadline(ticket)
        return f"{coming.words[:1].upper()}{coming.words[1:]}, {self.clock(coming.at)}" if coming else ""
