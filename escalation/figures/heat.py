"""When things happen: by weekday and hour, on the clocks of a zone."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal

from escalation.facts import TicketFacts
from escalation.terms import Facts
from escalation.zones import zone_named

Happened = Literal["taken_in", "escalations", "breaches"]
HAPPENED: tuple[Happened, ...] = ("taken_in", "escalations", "breaches")
Slot = tuple[int, int]


class Cell(Facts):
    """One hour of one weekday; 1 is Monday. Breaches are of promises to the client."""

    weekday: int
    hour: int
    taken_in: int = 0
    escalations: int = 0
    breaches: int = 0


class HeatMap(Facts):
    """All 168 hours of the week, from Monday midnight on."""

    zone: str
    cells: tuple[Cell, ...]


def heat_map(tickets: Iterable[TicketFacts], zone: str) -> HeatMap:
    """When these tickets came in, were escalated and broke a promise; ValueError for an unknown zone."""
    there = zone_named(zone)
    moments = ((what, at) for ticket in tickets for what in HAPPENED for at in moments_of(ticket, what))
    return map_of(zone, Counter((what, slot_of(at.astimezone(there))) for what, at in moments))


def map_of(zone: str, counted: Mapping[tuple[Happened, Slot], int]) -> HeatMap:
    """The map from its numbers."""
    slots = [(weekday, hour) for weekday in range(1, 8) for hour in range(24)]
    return HeatMap(zone=zone, cells=tuple(_cell(slot, counted) for slot in slots))


def slot_of(local: datetime) -> Slot:
    """Weekday and hour of a moment on the clocks of its zone."""
    return local.isoweekday(), local.hour


def moments_of(ticket: TicketFacts, what: Happened) -> Iterator[datetime]:
    """The moments at which it happened to the ticket."""
    match what:
        case "taken_in":
            yield ticket.came_in_at
        case "escalations":
            yield from (move.entered.began_at for move in ticket.escalations)
        case "breaches":
            yield from ticket.kept.breaches if ticket.kept else ()


def _cell(slot: Slot, counted: Mapping[tuple[Happened, Slot], int]) -> Cell:
    weekday, hour = slot
    return Cell(weekday=weekday, hour=hour, **{what: counted.get((what, slot), 0) for what in HAPPENED})
