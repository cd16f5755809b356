"""What the API is handed, kept in memory: the real rules behind a gateway without Temporal, stores without PostgreSQL.

Each part can be taken away (`away`), as a server can.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from api.faults import KeyReused, NoSuchTicket, NotConfirmed
from escalation import desk
from escalation.checklists import sop_of
from escalation.commands import Accept, AdoptPolicy, AnyCommand, ChangeAgreement, Command, Merge, Open
from escalation.consultations import Consultation
from escalation.errors import MergeImpossible, Refusal, RulesFailed, TicketClosed
from escalation.events import CommandRefused, Consulted, Entry, Event, Held, Opened
from escalation.explain import Explanation, explain
from escalation.facts import OUTCOMES, Stay, TicketFacts
from escalation.guide import Guide
from escalation.lifecycle import TIERS, Stage
from escalation.messages import Message
from escalation.policy import Slice
from escalation.ports import Ask, Page, ProblemRecord, StoredTicket, TicketFilter, Unavailable
from escalation.pulse import Line, Pulse, Waiting
from escalation.queues import PersonLoad, Queues, TierQueue
from escalation.terms import Facts, Priority
from escalation.ticket import Ticket, fold, opened
from escalation.view import HandoffView, SlaView, TicketView, handoff_view, sla_view, view
from tests.workflow.ports import MemoryDesk
from workflows.mailbox import mark_of


@dataclass
class Clock:
    """The time, told by the test."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass
class MemoryTickets:
    """The gateway, with the rules behind it and no Temporal."""

    people: MemoryDesk
    clock: Clock
    away: bool = False
    broken: bool = False
    tickets: dict[str, Ticket] = field(default_factory=dict)
    slices: dict[str, Slice] = field(default_factory=dict)
    stories: dict[str, list[Entry]] = field(default_factory=dict)
    fingerprints: dict[str, str] = field(default_factory=dict)
    answered: dict[tuple[str, str], tuple[str, TicketView]] = field(default_factory=dict)
    asked: list[Command] = field(default_factory=list)
    guides: dict[str, Guide] = field(default_factory=dict)

    async def open(self, ticket_id: str, command: Open, policy: Slice, fingerprint: str, now: datetime) -> TicketView:
        self._answer()
        events = desk.open_ticket(ticket_id, command, policy, now)
        if self.fingerprints.setdefault(ticket_id, fingerprint) != fingerprint:
            raise KeyReused("This key was used for another intake.")
        if ticket_id not in self.tickets:
            self.slices[ticket_id] = policy
            self._make_true(ticket_id, events, command.request_id)
        return view(self.tickets[ticket_id])

    async def command(self, ticket_id: str, command: Command, key: str) -> TicketView:
        self._answer()
        ticket = self._find(ticket_id)
        if (ticket_id, key) in self.answered:
            mark, answer = self.answered[ticket_id, key]
            if mark != mark_of(command):
                raise KeyReused("This key was used for another request.")
            return answer
        if ticket.over:
            raise TicketClosed("The ticket is closed; nothing more can be done to it.")  # no workflow lives any more
        self.asked.append(command)
        if self.broken:
            raise RulesFailed("The rules failed: secret internals")
        if isinstance(command, Merge) and command.into and command.into not in self.tickets:
            raise MergeImpossible(f"{command.into} is over, or was never there.", into=command.into)
        asked: AnyCommand = command  # type: ignore[assignment]
        events = desk.decide(ticket, asked, self.slices[ticket_id], self.clock.at)
        if isinstance(command, AdoptPolicy | ChangeAgreement) and command.policy:
            self.slices[ticket_id] = command.policy
        self._make_true(ticket_id, events, command.request_id)
        answer = view(self.tickets[ticket_id])
        self.answered[ticket_id, key] = mark_of(command), answer
        return answer

    async def note_stale(self, ticket_id: str, command: Accept) -> None:
        """As the workflow does with a signal that it refuses, once for each request."""
        self._answer()
        known = {entry.request_id for entry in self.stories[ticket_id]}
        try:
            desk.decide(self._find(ticket_id), command, self.slices[ticket_id], self.clock.at)
        except Refusal as no:
            noted = CommandRefused(
                at=self.clock.at, by=command.by, command=command.name, code=no.code, message=no.message
            )
            if command.request_id not in known:
                self._make_true(ticket_id, [noted], command.request_id)

    async def view(self, ticket_id: str) -> TicketView:
        self._answer()
        return view(self._find(ticket_id))

    async def sla(self, ticket_id: str, at: datetime) -> SlaView:
        self._answer()
        return sla_view(self._find(ticket_id), self.slices[ticket_id], at)

    async def handoff(self, ticket_id: str) -> HandoffView:
        self._answer()
        return handoff_view(self._find(ticket_id), self.slices[ticket_id])

    async def explain(self, ticket_id: str) -> Explanation:
        self._answer()
        return explain(self._find(ticket_id), self.slices[ticket_id], self.clock.at)

    def forget(self, ticket_id: str) -> None:
        """As Temporal does when the retention time has passed."""
        del self.slices[ticket_id]
        del self.tickets[ticket_id]

    def _guide(self, ticket_id: str, events: Sequence[Event]) -> Guide | None:
        before = self.tickets.get(ticket_id)
        after = fold(list(events)) if before is None else before
        return self.guides.get(sop_of(after, self.slices[ticket_id]) or "")

    def _answer(self) -> None:
        if self.away:
            raise NotConfirmed("No worker has answered in time; ask again with the same key.")

    def _find(self, ticket_id: str) -> Ticket:
        if ticket_id not in self.tickets:
            raise NoSuchTicket("There is no such ticket.")
        return self.tickets[ticket_id]

    def _make_true(self, ticket_id: str, events: Sequence[Event], request_id: str = "") -> None:
        asks = [
            (place, Ask(key=f"{ticket_id}/{len(self.stories.get(ticket_id, []))}/{place}", ticket_id=ticket_id,
                        need=need, at=self.clock.at))
            for place, need in desk.needs(events)
        ]  # fmt: skip
        guided = {"guide": self._guide(ticket_id, events)}
        named = {place: self.people.name(ask).model_copy(update=guided) for place, ask in asks}
        for event in desk.name(events, named):
            before = self.tickets.get(ticket_id)
            if before is None:
                assert isinstance(event, Opened)
                self.tickets[ticket_id] = opened(event)
            else:
                self.tickets[ticket_id] = before.after(event)
            story = self.stories.setdefault(ticket_id, [])
            version = self.slices[ticket_id].version
            seq = len(story) + 1
            story.append(
                Entry(ticket_id=ticket_id, seq=seq, policy_version=version, request_id=request_id, event=event)
            )


@dataclass
class MemoryStore:
    """Journal, read side, figures and messages in one; the read side shows what the gateway's tickets are."""

    live: MemoryTickets
    away: bool = False
    kept: dict[str, Ticket] = field(default_factory=dict)
    taken: list[Message] = field(default_factory=list)
    said_since: set[str] = field(default_factory=set)  # tickets of which something was said when they were over
    looks: int = 0
    intake: Waiting = field(default_factory=Waiting)

    def entries(self, ticket_id: str) -> list[Entry]:
        self._answer()
        return list(self.live.stories.get(ticket_id, []))

    def append_afterwards(
        self, ticket_id: str, request_id: str, judged: Callable[[Ticket, Sequence[Event]], Sequence[Event]]
    ) -> tuple[Ticket, list[Entry]]:
        self._answer()
        ticket, story = self._all()[ticket_id], self.live.stories[ticket_id]
        before = [entry for entry in story if entry.request_id == request_id]
        added = judged(ticket, [entry.event for entry in before])
        for event in added:
            ticket = ticket.after(event)
            version = ticket.policy_version
            entry = Entry(
                ticket_id=ticket_id, seq=ticket.seq, policy_version=version, request_id=request_id, event=event
            )
            story.append(entry)
            before.append(entry)
        self.kept[ticket_id] = ticket
        self.said_since.add(ticket_id)
        return ticket, before

    async def take(self, messages: Sequence[Message]) -> None:
        self.taken += messages

    def held(
        self, since: datetime | None, until: datetime | None, clients: tuple[str, ...] | None
    ) -> list[list[Entry]]:
        self._answer()
        return [story for its_id, story in self.live.stories.items() if _was_held(story, since, until)
                and (clients is None or self.live.tickets[its_id].client in clients)]  # fmt: skip

    def problems(self, clients: tuple[str, ...] | None = None) -> list[ProblemRecord]:
        self._answer()
        return [
            ProblemRecord(id=t.problem, client=t.client, category=t.category or "", tickets=(*t.alike, t.id))
            for t in self._all().values()
            if t.problem and (clients is None or t.client in clients)
        ]

    def asked_of(self, person: str, clients: tuple[str, ...] | None, limit: int) -> list[Consultation]:
        self._answer()
        return [
            Consultation(
                ticket_id=its_id, subject=ticket.subject, client=ticket.client, by=e.by, at=e.at, question=e.question
            )
            for its_id, ticket in self.live.tickets.items()
            for each in self.live.stories[its_id]
            if isinstance(e := each.event, Consulted) and e.person == person and not e.answer and not ticket.over
            and (clients is None or ticket.client in clients)
        ][:limit]  # fmt: skip

    def for_ticket(self, ticket_id: str) -> list["MemoryLetter"]:
        self._answer()
        return []

    def ticket(self, ticket_id: str) -> StoredTicket | None:
        self._answer()
        found = self._all().get(ticket_id)
        return StoredTicket(ticket=found) if found else None

    def tickets(self, wanted: TicketFilter, limit: int, cursor: str | None) -> Page:
        self._answer()
        if cursor is not None and not cursor.isdigit():
            raise ValueError("this cursor was not given out here")
        start = int(cursor or 0)
        found = [ticket for ticket in self._all().values() if _meets(ticket, wanted)]
        page = found[start : start + limit]
        more = str(start + limit) if len(found) > start + limit else None
        return Page(tickets=tuple(StoredTicket(ticket=ticket) for ticket in page), next_cursor=more)

    def queues(self, at: datetime, clients: tuple[str, ...] | None = None) -> Queues:
        self._answer()
        self.looks += 1
        seen = [t for t in self._all().values() if not t.over and (clients is None or t.client in clients)]
        tiers = [
            TierQueue(
                tier=tier,
                open=sum(t.tier == tier for t in seen),
                waiting=0,
                unaccepted=sum(t.tier == tier and t.accepted_at is None for t in seen),
                oldest_unaccepted_at=None,
                at_risk=0,
                breached=0,
            )
            for tier in (1, 2, 3)
        ]
        load = [
            PersonLoad(person=p, name=p, tier=1, open=sum(t.owner == p for t in seen), capacity=8)
            for p in ("marek", "tomas", "priya")
        ]
        return Queues(at=at, triage=sum(t.tier is None for t in seen), tiers=tuple(tiers), load=tuple(load))

    def pulse(self, at: datetime) -> Pulse:
        self._answer()
        self.looks += 1
        live = [ticket for ticket in self._all().values() if not ticket.over]
        kinds = sorted({(ticket.stage.value, ticket.priority) for ticket in live})
        return Pulse(
            at=at, lines=tuple(_line(*kind, live) for kind in kinds), lag=timedelta(seconds=2), intake=self.intake
        )

    def facts(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        clients: tuple[str, ...] | None = None,
        imported: bool | None = None,
    ) -> list[TicketFacts]:
        self._answer()
        return [
            TicketFacts(
                ticket_id=t.id,
                opened_at=t.opened_at,
                stays=tuple(Stay(s.tier, s.began_at, True, s.accepted_at, s.ended_at) for s in t.stays),
                client=t.client,
                category=t.category,
                technician=t.owner,
                priority=t.priority.value,
                outcome=OUTCOMES.get(t.stage, "open"),
            )
            for t in self._all().values()
            if not imported
            and (clients is None or t.client in clients)
            and (since is None or t.opened_at >= since)
            and (until is None or t.opened_at < until)
        ]

    def _all(self) -> dict[str, Ticket]:
        lived = {its_id: ticket for its_id, ticket in self.live.tickets.items() if its_id not in self.said_since}
        return self.kept | lived

    def _answer(self) -> None:
        if self.away:
            raise Unavailable("PostgreSQL cannot be asked just now: secret host")


def _was_held(story: Sequence[Entry], since: datetime | None, until: datetime | None) -> bool:
    return any(
        isinstance(entry.event, Held)
        and (since is None or entry.event.at >= since)
        and (until is None or entry.event.at < until)
        for entry in story
    )


def _line(stage: str, priority: Priority, live: Sequence[Ticket]) -> Line:
    alike = [ticket for ticket in live if (ticket.stage.value, ticket.priority) == (stage, priority)]
    waiting = [ticket.owned_since for ticket in alike if ticket.accepted_at is None and ticket.tier is not None]
    return Line(
        stage=stage,
        priority=priority,
        open=len(alike),
        on_hold=sum(ticket.hold is not None for ticket in alike),
        unaccepted=len(waiting),
        oldest_unaccepted_at=min(waiting, default=None),
        at_risk=0,
        breached=0,
        emergencies=sum(ticket.emergency for ticket in alike),
    )


def _accepted(ticket: Ticket) -> bool | None:
    """None for a child that nobody has taken up: nobody has to."""
    return True if ticket.accepted_at else None if ticket.parent else False


def _meets(ticket: Ticket, wanted: TicketFilter) -> bool:
    said = wanted.model_dump(exclude_none=True, include={"stage", "owner", "client", "priority", "kind"})
    return (
        all(getattr(ticket, name) == value for name, value in said.items())
        and (wanted.clients is None or ticket.client in wanted.clients)
        and (wanted.ids is None or ticket.id in wanted.ids)
        and (wanted.accepted is None or _accepted(ticket) == wanted.accepted)
        and (wanted.stagnant is None or bool(ticket.idle and ticket.idle.level) == wanted.stagnant)
        and (wanted.under_escalated is None or bool(ticket.under_escalated) == wanted.under_escalated)
        and (wanted.uncovered is None or ticket.uncovered == wanted.uncovered)
        and (wanted.running is None or wanted.running != ticket.over)
        and (wanted.pinned_to in (None, ticket.policy_version))
        and (wanted.pinned_elsewhere_than != ticket.policy_version)
        and (wanted.owes_note is None or (ticket.note_debt and ticket.note_debt.owed_by) == wanted.owes_note)
        and (wanted.to_be_decided is None or any(b.asked_by and b.approved is None for b in ticket.breaches.values()))
        and (wanted.open is None or (ticket.stage in (Stage.TRIAGE, *TIERS)) == wanted.open)
        and (wanted.on_hold is None or (ticket.hold is not None) == wanted.on_hold)
        and (wanted.coordinator in (None, ticket.coordinator))
        and (wanted.parent in (None, ticket.parent))
        and (wanted.major is None or ticket.is_major == wanted.major)
        and wanted.sla is None
    )


class MemoryLetter(Facts):
    """Nobody is written to here."""
