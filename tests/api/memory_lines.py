"""Tickets in one line each out of those in memory, and a mark that changes with them."""

from dataclasses import dataclass
from datetime import datetime

from escalation.events import MajorUpdated
from escalation.lines import LinePage, News, Order, TicketLine
from escalation.majors import MajorIncident, MajorWord
from escalation.ports import TicketFilter
from escalation.promises import FIRST_RESPONSE, RESOLUTION
from escalation.ticket import Ticket
from tests.api.memory import MemoryStore

_SAME = set(TicketLine.model_fields) & set(Ticket.model_fields)


@dataclass
class MemoryLines:
    """The lines of a memory store."""

    store: MemoryStore
    looks: int = 0

    def lines(self, wanted: TicketFilter, order: Order, limit: int, cursor: str | None = None) -> LinePage:
        found = sorted(map(line_of, self._meant(wanted)), key=lambda line: _place(line, order))
        if order == "newest":
            found.reverse()
        if cursor is not None and not cursor.isdigit():
            raise ValueError("this cursor was not given out here")
        start = int(cursor or 0)
        more = str(start + limit) if len(found) > start + limit else None
        return LinePage(lines=tuple(found[start : start + limit]), next_cursor=more)

    def count(self, wanted: TicketFilter) -> int:
        return len(self._meant(wanted))

    def news(self) -> News:
        self.looks += 1
        page = self.store.tickets(TicketFilter(), 10_000, None)
        return News(mark="/".join(f"{each.ticket.id}-{each.ticket.seq}" for each in page.tickets))

    def _meant(self, wanted: TicketFilter) -> list[Ticket]:
        page = self.store.tickets(wanted, 10_000, None)
        return [each.ticket for each in page.tickets if _meets(each.ticket, wanted)]


@dataclass
class MemoryMajors:
    """The major incidents of a memory store."""

    store: MemoryStore

    def incidents(self, clients: tuple[str, ...] | None, *, running: bool, limit: int) -> list[MajorIncident]:
        page = self.store.tickets(TicketFilter(clients=clients), 10_000, None)
        found = [each.ticket for each in page.tickets if each.ticket.major and (each.ticket.is_major or not running)]
        return [_incident(ticket, self.store) for ticket in found[:limit]]


def _incident(ticket: Ticket, store: MemoryStore) -> MajorIncident:
    assert ticket.major is not None
    said = [entry.event for entry in reversed(store.entries(ticket.id))]
    return MajorIncident(
        ticket_id=ticket.id,
        subject=ticket.subject,
        client=ticket.client,
        category=ticket.category,
        priority=ticket.priority,
        stage=ticket.stage.value,
        children=len(ticket.children),
        updates=tuple(MajorWord(at=e.at, by=e.by, text=e.text) for e in said if isinstance(e, MajorUpdated)),
        **ticket.major.model_dump(exclude={"updates"}),
    )


def line_of(ticket: Ticket) -> TicketLine:
    """The line of a ticket."""
    promised = [ticket.clocks[name] for name in (FIRST_RESPONSE, RESOLUTION) if name in ticket.clocks]
    running = [clock.due_at for clock in promised if clock.running and clock.due_at]
    response, accept = ticket.clocks.get(FIRST_RESPONSE), ticket.clocks.get("accept")
    said = {name: getattr(ticket, name) for name in _SAME - {"tier", "stage"}}
    return TicketLine(
        **said,
        stage=ticket.stage.value,
        tier=ticket.tier,
        on_hold=ticket.hold.reason if ticket.hold else None,
        stagnant=bool(ticket.idle and ticket.idle.level),
        resolved_at=ticket.ending.at if ticket.ending else None,
        accept_by=accept.due_at if accept and not accept.stopped_at and not ticket.parent else None,
        response_by=response.due_at if response and not response.stopped_at else None,
        breach_at=min(running, default=None),
        breached=any(clock.breached for clock in promised),
    )


def _place(line: TicketLine, order: Order) -> tuple[datetime, str]:
    moment = {"newest": line.opened_at, "waiting": line.owned_since, "due": line.breach_at}[order]
    return moment or line.opened_at.replace(year=9999), line.id


def _meets(ticket: Ticket, wanted: TicketFilter) -> bool:
    words = (wanted.words or "").strip().lower()
    return (
        (wanted.emergency is None or ticket.emergency == wanted.emergency)
        and (wanted.category in (None, ticket.category))
        and (words in ticket.subject.lower() or words == ticket.id.lower())
    )
