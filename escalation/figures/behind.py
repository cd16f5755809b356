"""Which tickets are behind a number: every figure has a name, and the tickets it counts add up to it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, get_args

from escalation.facts import NEVER_ACCEPTED, Kept, TicketFacts
from escalation.figures.flows import steps_of
from escalation.figures.heat import moments_of, slot_of
from escalation.metrics import HIGHEST_TIER, UNNAMED, escalated_from, worked_at
from escalation.terms import Facts
from escalation.zones import zone_named

FigureName = Literal[
    "cases",
    "worked",
    "escalated",
    "escalations",
    "moves",
    "sent_down_or_second_escalation",
    "sent_down_after_escalation",
    "two_or_more_escalations",
    "again_from_same_tier",
    "handoffs_accepted",
    "never_accepted",
    "resolved",
    "reopened",
    "near_misses",
    "notes",
    "in_scope",
    "in_scope_by_technician",
    "in_scope_by_category",
    "routine",
    "reserved",
    "routine_by_category",
    "promised",
    "responded",
    "response_breached",
    "promise_resolved",
    "resolution_breached",
    "resolution_breached_if_holds_did_not_pause",
    "excluded",
    "breaches",
    "flow",
    "ended",
    "hour",
]
FIGURES: tuple[FigureName, ...] = get_args(FigureName)


class Place(Facts):
    """Where in its figure a number stands.

    `tier`: of `worked` and `escalated`; without one, of any tier. `of`: of `moves` the move (`1->2`), of `notes` the
    rating, of `in_scope_by_…` and `routine_by_category` the name, of `flow` the flow (`2:tier_1->tier_2`), of `ended`
    the end (`resolved`, `cancelled`, `open`), of `hour` what happened (`taken_in`, `escalations`, `breaches`).
    `weekday` and `hour`: of `hour` alone, on the clocks of `zone`.
    """

    tier: int | None = None
    of: str = ""
    weekday: int | None = None
    hour: int | None = None
    zone: str = "UTC"


class Behind(Facts):
    """A ticket, and how often the figure counts it."""

    ticket_id: str
    times: int


class Behinds(Facts):
    """A page of the tickets behind a figure, by id; `next_after` begins the next one.

    `tickets` is how many there are in all, `total` the figure itself: how often they are counted together.
    """

    figure: FigureName
    tickets: int
    total: int
    behind: tuple[Behind, ...]
    next_after: str | None = None


def behind(
    tickets: Iterable[TicketFacts], figure: FigureName, place: Place, limit: int, after: str | None = None
) -> Behinds:
    """One page of the tickets that the figure counts."""
    found = sorted((ticket.ticket_id, times) for ticket in tickets if (times := counted_by(ticket, figure, place)))
    page = [each for each in found if after is None or each[0] > after]
    return Behinds(
        figure=figure,
        tickets=len(found),
        total=sum(times for _, times in found),
        behind=tuple(Behind(ticket_id=ticket_id, times=times) for ticket_id, times in page[:limit]),
        next_after=page[limit - 1][0] if len(page) > limit else None,
    )


def counted_by(ticket: TicketFacts, figure: FigureName, place: Place) -> int:
    """How often a figure counts a ticket."""
    return _COUNTED[figure](ticket, place)


def _tier(ticket: TicketFacts, place: Place, holds: Callable[[TicketFacts, int], bool]) -> bool:
    return any(holds(ticket, tier) for tier in ((place.tier,) if place.tier else (1, 2, 3)))


def _at_the_top(ticket: TicketFacts, *, routine: bool) -> bool:
    return worked_at(ticket, HIGHEST_TIER) and ticket.routine is routine


def _kept(told: Callable[[Kept], int]) -> Callable[[TicketFacts, Place], int]:
    return lambda ticket, _: told(ticket.kept) if ticket.kept else 0


def _at_hour(ticket: TicketFacts, place: Place) -> int:
    there = zone_named(place.zone)
    for what in ("taken_in", "escalations", "breaches"):
        if what == place.of:
            slots = [slot_of(at.astimezone(there)) for at in moments_of(ticket, what)]
            return sum(slot == (place.weekday, place.hour) for slot in slots)
    return 0


_COUNTED: Mapping[FigureName, Callable[[TicketFacts, Place], int]] = {
    "cases": lambda _ticket, _place: 1,
    "worked": lambda ticket, place: _tier(ticket, place, worked_at),
    "escalated": lambda ticket, place: _tier(ticket, place, escalated_from),
    "escalations": lambda ticket, _: len(ticket.escalations),
    "moves": lambda ticket, place: sum(move.name == place.of for move in ticket.moves),
    "sent_down_or_second_escalation": lambda ticket, _: (
        ticket.sent_down_after_escalation or len(ticket.escalations) > 1
    ),
    "sent_down_after_escalation": lambda ticket, _: ticket.sent_down_after_escalation,
    "two_or_more_escalations": lambda ticket, _: len(ticket.escalations) > 1,
    "again_from_same_tier": lambda ticket, _: ticket.escalated_again_from_same_tier,
    "handoffs_accepted": lambda ticket, _: sum(m.entered.accepted_at is not None for m in ticket.escalations),
    "never_accepted": lambda ticket, _: sum(move.entered.pickup in NEVER_ACCEPTED for move in ticket.escalations),
    "resolved": lambda ticket, _: ticket.completed_at is not None,
    "reopened": lambda ticket, _: ticket.reopens > 0,
    "near_misses": lambda ticket, _: ticket.near_misses,
    "notes": lambda ticket, place: sum(not place.of or rating == place.of for rating in ticket.ratings),
    "in_scope": lambda ticket, _: len(ticket.in_scope),
    "in_scope_by_technician": lambda ticket, place: sum(who == place.of for who, _ in ticket.in_scope),
    "in_scope_by_category": lambda ticket, place: sum((of or UNNAMED) == place.of for _, of in ticket.in_scope),
    "routine": lambda ticket, _: _at_the_top(ticket, routine=True),
    "reserved": lambda ticket, _: _at_the_top(ticket, routine=False),
    "routine_by_category": lambda ticket, place: _at_the_top(ticket, routine=True) and ticket.category == place.of,
    "promised": _kept(lambda _: 1),
    "responded": _kept(lambda kept: kept.response is not None),
    "response_breached": _kept(lambda kept: kept.response_breached),
    "promise_resolved": _kept(lambda kept: kept.resolution is not None),
    "resolution_breached": _kept(lambda kept: kept.resolution_breached),
    "resolution_breached_if_holds_did_not_pause": _kept(lambda kept: kept.gross_breached),
    "excluded": _kept(lambda kept: kept.excluded),
    "breaches": _kept(lambda kept: len(kept.breaches)),
    "flow": lambda ticket, place: sum(f"{n}:{a}->{b}" == place.of for n, a, b in steps_of(ticket)),
    "ended": lambda ticket, place: ticket.outcome == place.of,
    "hour": _at_hour,
}
