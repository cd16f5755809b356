"""Ports kept in memory, for workflow tests: they remember what they were asked, and can be taken away."""

from collections.abc import Sequence
from datetime import datetime

from escalation.errors import UnknownName
from escalation.events import Entry
from escalation.guide import Guide
from escalation.library.readings import Owed
from escalation.messages import Message
from escalation.oncall import Board
from escalation.policy import Policy
from escalation.ports import Ask, Handover, Named, Relieved, Sweep, Unavailable
from escalation.receiving import check_receiver
from escalation.recurrence import LOOKED_UP_AT, Kin
from escalation.terms import Role
from escalation.ticket import fold


class MemoryDesk:
    """Names the first person of the tier with the skill who is not excluded; the same key names the same person."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.away = False
        self.asked: list[Ask] = []
        self.on_call: dict[str, Named] = {}
        self._answers: dict[str, Named] = {}

    def name(self, ask: Ask) -> Named:
        if self.away:
            raise Unavailable("the desk is away")
        self.asked.append(ask)
        if ask.key not in self._answers:
            self._answers[ask.key] = self._choose(ask)
        return self._answers[ask.key]

    def _choose(self, ask: Ask) -> Named:
        need, people = ask.need, self.policy.people
        if need.rota in self.on_call:
            return self.on_call[need.rota]
        if need.person:
            if need.person not in people:
                raise UnknownName(f"Nobody here is called {need.person!r}.", field="person", value=need.person)
            asked = people[need.person]
            check_receiver(asked.id, asked.role, asked.tier, need)
            return Named(person=need.person, via="named")
        if need.role is not Role.TECHNICIAN:
            holders = [p.id for p in people.values() if p.role == need.role.value]
            return Named(person=holders[0] if holders else self.policy.fallback.manager, via="role")
        team = [p for p in people.values() if p.tier == need.tier and p.id not in need.exclude]
        skilled = [p for p in team if need.skill in p.skills]
        chosen = next(iter([*skilled, *team]), None)
        return Named(person=chosen.id, via="on_shift") if chosen else Named(person="ruth", via="lead")


class MemoryJournal:
    """An append-only journal, idempotent on (ticket, seq), that refuses a gap."""

    def __init__(self) -> None:
        self.away = False
        self._stories: dict[str, list[Entry]] = {}

    def append(self, entries: Sequence[Entry]) -> None:
        if self.away:
            raise Unavailable("the journal is away")
        for entry in entries:
            story = self._stories.setdefault(entry.ticket_id, [])
            if entry.seq <= len(story):
                assert story[entry.seq - 1] == entry, "the journal was told two different stories"
                continue
            assert entry.seq == len(story) + 1, f"a gap before {entry.seq}"
            story.append(entry)

    def entries(self, ticket_id: str) -> list[Entry]:
        return list(self._stories.get(ticket_id, []))

    def stories(self) -> list[list[Entry]]:
        return list(self._stories.values())


class MemoryRecord:
    """What is known of other tickets, read off the journal."""

    def __init__(self, journal: MemoryJournal) -> None:
        self.journal = journal
        self.away = False

    def client_of(self, ticket_id: str) -> str | None:
        if self.away:
            raise Unavailable("the record is away")
        entries = self.journal.entries(ticket_id)
        return fold([entry.event for entry in entries]).client if entries else None

    def alike(self, kin: Kin) -> list[str]:
        if self.away:
            raise Unavailable("the record is away")
        known = [fold([entry.event for entry in story]) for story in self.journal.stories() if story]
        return [
            ticket.id
            for ticket in known
            if (ticket.client, ticket.category) == (kin.client, kin.category)
            and ticket.id != kin.ticket_id
            and ticket.opened_at >= kin.since
            and any(stay.tier >= LOOKED_UP_AT for stay in ticket.stays)
        ]


class MemoryLibrary:
    """The published procedures; as new, it has none."""

    def __init__(self) -> None:
        self.guides: dict[str, Guide] = {}
        self.away = False

    def guide(self, sop: str) -> Guide | None:
        if self.away:
            raise Unavailable("the library is away")
        return self.guides.get(sop)


class MemoryRelief:
    """What the desk would find at each look; it remembers the looks."""

    def __init__(self) -> None:
        self.due: list[Relieved] = []
        self.next_at: datetime | None = None
        self.looks: list[tuple[datetime, datetime]] = []

    def held_by(self, person: str) -> list[str]:
        return [each.ticket_id for each in self.due if each.person == person]

    def sweep(self, since: datetime, now: datetime) -> Sweep:
        self.looks.append((since, now))
        next_at = self.next_at if self.next_at and self.next_at > now else None
        return Sweep(relieved=tuple(self.due if next_at is None else ()), next_at=next_at)

    def handovers(self, now: datetime, until: datetime) -> list[Handover]:
        return []


class MemoryCover:
    """The rotas, as the test leaves them; none to begin with. It can be taken away."""

    def __init__(self) -> None:
        self.away = False
        self.rotas = Board(rotas={}, by_tier={}, managers="managers")

    def board(self) -> Board:
        if self.away:
            raise Unavailable("the rotas are away")
        return self.rotas


class MemoryReadings:
    """Who is to be told, as the test leaves them; none to begin with. They can be taken away."""

    def __init__(self) -> None:
        self.away = False
        self.waiting: list[Owed] = []

    def owed(self, limit: int) -> list[Owed]:
        if self.away:
            raise Unavailable("the library is away")
        return self.waiting[:limit]

    def told(self, owed: Owed, at: datetime) -> None:
        self.waiting.remove(owed)


class MemoryPostman:
    """Keeps the messages, one for each key."""

    def __init__(self) -> None:
        self.messages: dict[str, Message] = {}

    async def take(self, messages: Sequence[Message]) -> None:
        for message in messages:
            self.messages.setdefault(message.key, message)
