"""How the figures change from day to day, week to week or month to month."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from pydantic import AwareDatetime

from escalation.facts import TicketFacts
from escalation.metrics import escalated_from, spread, worked_at
from escalation.published import TierRate
from escalation.terms import Facts
from escalation.zones import zone_named

Every = Literal["day", "week", "month"]
_CUT = "An imported log is cut where its tickets closed: a rate or a time by the day they came in would mislead."


class Period(Facts):
    """The tickets taken in within one day, week or month; a young one has more still open, and lower rates.

    `rate` is of Tier 1. `breaches` are of promises to the client. `mttr_median_h` is in wall-clock hours, holds
    included, `open` how many are neither resolved nor cancelled.
    """

    begins_on: date
    since: AwareDatetime
    until: AwareDatetime
    cases: int
    open: int
    rate: TierRate
    escalations: int
    breaches: int
    resolved: int
    mttr_median_h: float | None


class Trend(Facts):
    """The periods in order, also those without a ticket. `note` says where rates and times are left out, and why."""

    every: Every
    zone: str
    periods: tuple[Period, ...]
    note: str = ""


def trend(tickets: Iterable[TicketFacts], every: Every, zone: str, *, imported: bool = False) -> Trend:
    """The trend of these tickets, from the first that came in to the last; ValueError for an unknown zone."""
    facts = list(tickets)
    came_in = [ticket.came_in_at for ticket in facts]
    edges = edges_between(min(came_in), max(came_in), every, zone) if facts else []
    by_edge: defaultdict[int, list[TicketFacts]] = defaultdict(list)
    for ticket in facts:
        by_edge[sum(edge <= ticket.came_in_at for edge in edges)].append(ticket)
    periods = [
        period(edges, place, zone, **_counted(by_edge[place]), median_h=_median(by_edge[place]))
        for place in range(1, len(edges))
    ]
    return trend_of(every, zone, periods, imported=imported)


def trend_of(every: Every, zone: str, periods: Sequence[Period], *, imported: bool) -> Trend:
    """The trend of these periods; without what misleads where a log was cut."""
    if not imported:
        return Trend(every=every, zone=zone, periods=tuple(periods))
    return Trend(every=every, zone=zone, periods=tuple(map(_without_rates, periods)), note=_CUT)


def edges_between(first: datetime, last: datetime, every: Every, zone: str) -> list[datetime]:
    """The midnights at which the periods begin that hold both moments, and the one at which the last of them ends."""
    there = zone_named(zone)
    day, end = _first_of(first.astimezone(there).date(), every), last.astimezone(there).date()
    days = [day]
    while days[-1] <= end:
        days.append(_next(days[-1], every))
    return [datetime.combine(day, time(), there).astimezone(UTC) for day in days]


def period(edges: Sequence[datetime], place: int, zone: str, *, median_h: float | None, **counted: int) -> Period:
    """The place-th period, counted from one."""
    since, until = edges[place - 1 : place + 1]
    worked, escalated = counted.pop("worked", 0), counted.pop("escalated", 0)
    numbers = {name: counted.get(name, 0) for name in ("cases", "open", "escalations", "breaches", "resolved")}
    begins_on = since.astimezone(zone_named(zone)).date()
    rate = TierRate.of(escalated, worked)
    return Period(begins_on=begins_on, since=since, until=until, rate=rate, mttr_median_h=median_h, **numbers)


def _counted(tickets: Sequence[TicketFacts]) -> dict[str, int]:
    return {
        "cases": len(tickets),
        "open": sum(ticket.outcome == "open" for ticket in tickets),
        "worked": sum(worked_at(ticket, 1) for ticket in tickets),
        "escalated": sum(escalated_from(ticket, 1) for ticket in tickets),
        "escalations": sum(len(ticket.escalations) for ticket in tickets),
        "breaches": sum(len(ticket.kept.breaches) for ticket in tickets if ticket.kept),
        "resolved": sum(ticket.completed_at is not None for ticket in tickets),
    }


def _median(tickets: Sequence[TicketFacts]) -> float | None:
    return spread(took for ticket in tickets if (took := ticket.time_to_resolve) is not None).median_h


def _without_rates(one: Period) -> Period:
    return one.model_copy(update={"rate": one.rate.model_copy(update={"pct": None}), "mttr_median_h": None})


def _first_of(day: date, every: Every) -> date:
    match every:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)


def _next(day: date, every: Every) -> date:
    match every:
        case "day":
            return day + timedelta(days=1)
        case "week":
            return day + timedelta(weeks=1)
        case "month":
            return (day + timedelta(days=31)).replace(day=1)
