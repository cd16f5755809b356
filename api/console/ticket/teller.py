"""Who tells the story of a ticket: with which names, by whose clock."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from api.console import times
from api.console.names import Names, said
from api.console.ticket import words
from escalation.deadlines import next_deadline
from escalation.ticket import Ticket

# What the rules say in sentences: a moment as data or as they speak it, a code of the policy, a single word.
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))"
    r"|(\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)? UTC)"
)
_CODE = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")
_WORD = re.compile(r"\b[a-z][a-z0-9-]*\b")


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

    def plain(self, sentence: str) -> str:
        """A sentence of the rules with names for ids, words for codes, and moments by the clock of whoever reads."""
        told = _MOMENT.sub(self._moment, sentence)
        told = _CODE.sub(lambda found: found.group().replace("_", " "), told)
        people = self.names.policy.people
        return _WORD.sub(lambda found: people[found.group()].name if found.group() in people else found.group(), told)

    def _moment(self, found: re.Match[str]) -> str:
        iso, spoken = found.groups()
        return self.clock(datetime.fromisoformat(iso) if iso else parsedate_to_datetime(spoken))

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
