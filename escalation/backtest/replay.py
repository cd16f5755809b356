"""A recorded ticket lived again under another policy: what people did, at the times at which they did it.

Between two commands, everything falls due at its own moment. A command that the other policy refuses is noted and
passed over. The replay ends where the record does: with the end of the ticket, or at the given moment.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from escalation import commands as ask
from escalation.backtest.asked import command_of, going_over
from escalation.backtest.people import PeopleOfThen
from escalation.backtest.regime import GOES_OVER, Regime
from escalation.deadlines import next_deadline
from escalation.desk import decide, name, needs, open_ticket
from escalation.errors import Refusal
from escalation.events import Event, Handoff, Opened
from escalation.hearers import hearers_of
from escalation.policy import Slice
from escalation.ports import Named
from escalation.terms import Role
from escalation.ticket import Ticket, opened

VIA = "backtest"
_MOST_AT_ONCE = 500  # deadlines between two commands; more would be a fault of the rules
_DUE = ask.DeadlinePassed()


@dataclass(frozen=True)
class Asked:
    """A command of the record, when it was asked, and whether by whoever owned the ticket then."""

    at: datetime
    command: ask.AnyCommand
    by_owner: bool


@dataclass(frozen=True)
class Refused:
    """A command that the rules accepted then, and the other policy would not; `deadline` for one of time."""

    at: datetime
    command: str
    code: str
    message: str


@dataclass
class Lived:
    """A ticket, how it became so, and what was refused on the way; `tickets` as it stood after each event."""

    ticket: Ticket
    events: list[Event] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    pages: int = 0
    refused: list[Refused] = field(default_factory=list)

    def live(self, event: Event, policy: Slice) -> None:
        """One more event."""
        self.ticket = opened(event) if isinstance(event, Opened) else self.ticket.after(event)
        self.events.append(event)
        self.tickets.append(self.ticket)
        self.pages += sum(hearer.urgent for hearer in hearers_of(self.ticket, event, policy))


@dataclass
class Recorded(Lived):
    """A ticket as the journal tells it; `pinned` to what at each event, where that is known."""

    pinned: list[Slice | None] = field(default_factory=list)


def recorded(events: Sequence[Event], then: Regime | None, other: Slice) -> Recorded:
    """The ticket as it was; what its policy would have to say where none is known, `other` says."""
    lived = Recorded(opened(_intake(events)))
    policy = then.first if then else None
    for event in events:
        lived.live(event, policy or other)
        if then and isinstance(event, GOES_OVER):
            policy = then.later(lived.ticket, event) or policy
        lived.pinned.append(policy)
    return lived


def replay(was: Recorded, policy: Regime, until: datetime) -> Lived:
    """The same intake and commands under `policy`; Refusal where not even the intake would be taken."""
    events = was.events
    first = _intake(events)
    again = _Again(first, policy.first, PeopleOfThen(events))
    for asked in _asked(was, first, policy):
        again.fall_due(asked.at)
        again.play(asked)
    last = events[-1]
    again.fall_due(last.at if last.kind in _ENDS else max(until, last.at))
    return again.lived


_ENDS = ("closed", "cancelled")


def _intake(events: Sequence[Event]) -> Opened:
    first = events[0]
    if not isinstance(first, Opened):
        raise ValueError(f"a ticket's story begins with its intake, not with {first.kind!r}")
    return first


def _asked(was: Recorded, first: Opened, policy: Regime) -> Iterator[Asked]:
    """What was asked, in order. It goes over to what `policy` says, where that says anything."""
    events = was.events
    for place, event in enumerate(events[1:], start=1):
        ticket = was.tickets[place - 1]
        if isinstance(event, GOES_OVER):
            command = going_over(event, policy.later(was.tickets[place], event))
        else:
            after = events[place + 1] if place + 1 < len(events) else None
            command = command_of(event, ticket, events[place - 1], after, was.pinned[place])
        if command is not None:
            taken = isinstance(command, ask.Accept) and command.take_over
            yield Asked(max(event.at, first.at), command, by_owner=event.by == ticket.owner and not taken)


class _Again:
    """The ticket under the other policy, so far."""

    def __init__(self, first: Opened, policy: Slice, people: PeopleOfThen) -> None:
        self._policy, self._people, self._now = policy, people, first.at
        self._taken_up_at: datetime | None = None
        self.lived = Lived(opened(first))
        intake = ask.Open(by=first.by, role=Role.SERVICE_MANAGER, intake=first.intake)
        self._take(open_ticket(first.ticket_id, intake, policy, first.at))

    def fall_due(self, until: datetime) -> None:
        """Everything that is due by then, each at its moment; where the rules fail on one, time stands still."""
        for _ in range(_MOST_AT_ONCE):
            coming = next_deadline(self.lived.ticket)
            taken_up_at = self._taken_up_at
            if taken_up_at and taken_up_at <= until and (coming is None or taken_up_at <= coming.at):
                self._take_up(taken_up_at)
                continue
            if coming is None or coming.at > until:
                break
            self._now = max(self._now, coming.at)
            if not self._decided(_DUE):
                break
        self._now = max(self._now, until)

    def play(self, asked: Asked) -> None:
        """One command; by the owner of this ticket where it was by the owner of that."""
        owner, command = self.lived.ticket.owner, asked.command
        if isinstance(command, ask.Relieve):
            command = command.model_copy(update={"person": owner})
        self._decided(command.model_copy(update={"by": owner}) if asked.by_owner else command)

    def _take_up(self, at: datetime) -> None:
        """A handoff that the record does not have at this time is taken up by its owner."""
        self._now, self._taken_up_at = max(self._now, at), None
        if self.lived.ticket.tier is not None and self.lived.ticket.accepted_at is None:
            self._decided(ask.Accept(by=self.lived.ticket.owner))

    def _decided(self, command: ask.AnyCommand) -> bool:
        try:
            events = decide(self.lived.ticket, command, self._policy, self._now)
            if events and isinstance(command, ask.AdoptPolicy | ask.ChangeAgreement):
                self._policy = command.policy or self._policy
            self._take(events)
        except Refusal as refusal:
            self.lived.refused.append(Refused(self._now, command.name, refusal.code, refusal.message))
            return False
        return True

    def _take(self, events: Sequence[Event]) -> None:
        receivers = {place: self._people.receiver(events[place], need) for place, need in needs(events)}
        named = {
            place: Named(person=receiver.person, via=VIA, alike=receiver.alike) for place, receiver in receivers.items()
        }
        for place, event in enumerate(name(events, named)):
            self.lived.live(event, self._policy)
            if isinstance(event, Handoff) and event.to_tier is not None:
                self._taken_up_at = receivers[place].takes_up_at(event.at) if place in receivers else None
        if any(receiver.alike for receiver in receivers.values()):
            self._decided(ask.Recur())
