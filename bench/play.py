"""A life played through the rules alone: what each command makes true, and the ticket after it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bench.lives import Life, signed
from escalation import desk
from escalation.commands import AdoptPolicy, AnyCommand, ChangeAgreement, Open
from escalation.events import Entry, Event, Need, Opened
from escalation.policy import Policy, Slice
from escalation.ports import Named
from escalation.ticket import Ticket, opened
from tierline import PARTS_ROOT
from tierline.policy_file import load_policy

_SHIPPED = PARTS_ROOT / "policies" / "default.yaml"


def default_policy() -> Policy:
    """The policy that ships; but thousands of tickets of one kind are no fault that keeps coming back (trigger C4)."""
    return load_policy(_SHIPPED).model_copy(update={"recurs_within": timedelta()})


def published(path: Path) -> Path:
    """The same policy as a document."""
    text, changed = re.subn(r"(?m)^recurs_within: .*$", "recurs_within: 0s", _SHIPPED.read_text(encoding="utf-8"))
    assert changed == 1
    path.write_text(text, encoding="utf-8")
    return path


@dataclass
class Play:
    """One ticket; `who` says who answers for each need, so no desk is asked: usually the policy's fallback."""

    policy: Slice
    ticket_id: str
    now: datetime
    events: list[Event] = field(default_factory=list)
    decisions: list[list[Entry]] = field(default_factory=list)
    who: Callable[[Need, Slice], Named] = desk.fallback

    @property
    def ticket(self) -> Ticket:
        assert self._ticket is not None, "nothing was taken in yet"
        return self._ticket

    def __post_init__(self) -> None:
        self._ticket: Ticket | None = None

    def open(self, command: Open) -> "Play":
        """Take the ticket in."""
        return self._apply(desk.open_ticket(self.ticket_id, command, self.policy, self.now))

    def do(self, command: AnyCommand) -> "Play":
        """Play one command, by the owner unless it says by whom."""
        asked = signed(command, self.ticket.owner, f"{self.ticket_id}/{len(self.decisions)}")
        decided = desk.decide(self.ticket, asked, self.policy, self.now)
        if decided and isinstance(command, AdoptPolicy | ChangeAgreement):
            self.policy = command.policy or self.policy
        return self._apply(decided)

    def live(self, life: Life) -> "Play":
        """Play a whole life."""
        self.open(life.opening(self.ticket_id))
        for command in life.steps:
            self.do(command)
        return self

    def _apply(self, decided: Sequence[Event]) -> "Play":
        people = {place: self.who(need, self.policy) for place, need in desk.needs(decided)}
        entries: list[Entry] = []
        for event in desk.name(decided, people):
            self._ticket = self._ticket.after(event) if self._ticket else _intake(event)
            version, seq = self.policy.version, self._ticket.seq
            entries.append(Entry(ticket_id=self.ticket_id, seq=seq, policy_version=version, event=event))
            self.events.append(event)
        self.decisions.append(entries)
        return self


def readdressed(entries: Sequence[Entry], ticket_id: str) -> list[Entry]:
    """The same entries in the name of another ticket."""
    return [
        entry.model_copy(update={"ticket_id": ticket_id, "event": _readdressed(entry.event, ticket_id)})
        for entry in entries
    ]


def _readdressed(event: Event, ticket_id: str) -> Event:
    return event.model_copy(update={"ticket_id": ticket_id}) if isinstance(event, Opened) else event


def _intake(event: Event) -> Ticket:
    assert isinstance(event, Opened)
    return opened(event)
