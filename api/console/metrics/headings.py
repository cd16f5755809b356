"""What the tickets behind a number are, in words."""

from collections.abc import Callable, Mapping

from api.console.drawings.heat import when
from api.console.metrics.groups import group_words
from api.console.names import Names, said
from escalation.figures import FigureName, Place

PLACES: Mapping[str, str] = {
    "opened": "Opened",
    "tier_1": "Tier 1",
    "tier_2": "Tier 2",
    "tier_3": "Tier 3",
    "resolved": "Resolved",
    "cancelled": "Cancelled",
    "open": "Still open",
}
HAPPENINGS: Mapping[str, str] = {
    "taken_in": "Tickets taken in",
    "escalations": "Escalations",
    "breaches": "Broken promises",
}
_PLAIN: Mapping[FigureName, str] = {
    "cases": "Tickets taken in",
    "escalations": "Escalations",
    "sent_down_or_second_escalation": "Escalated tickets that were sent down again or escalated a second time",
    "sent_down_after_escalation": "Escalated tickets that were sent down again",
    "two_or_more_escalations": "Tickets that were escalated twice or more",
    "again_from_same_tier": "Tickets that the same tier escalated again",
    "handoffs_accepted": "Escalations that were accepted",
    "never_accepted": "Escalations that nobody accepted",
    "resolved": "Tickets that were resolved",
    "reopened": "Tickets that were reopened",
    "near_misses": "Near misses: escalations considered and not made",
    "in_scope": "Escalations of what the tier may finish alone",
    "routine": "Tickets at Tier 3 that Tier 1 or 2 may finish alone",
    "reserved": "Tickets at Tier 3 that are there for it",
    "promised": "Tickets with a promise to the client",
    "responded": "Tickets with a first response",
    "response_breached": "Tickets whose first response came too late",
    "promise_resolved": "Tickets with a promise that were resolved",
    "resolution_breached": "Tickets whose resolution came too late",
    "resolution_breached_if_holds_did_not_pause": "Tickets too late, had holds not paused the clock",
    "excluded": "Broken promises that are left out by approval",
    "breaches": "Broken promises to the client",
}


def heading(figure: FigureName, place: Place, names: Names) -> str:
    """What they are, such as `Tickets that Tier 1 escalated`."""
    placed = _PLACED.get(figure)
    return placed(place, names) if placed else _PLAIN[figure]


def _of_tier(any_tier: str, one: str) -> Callable[[Place, Names], str]:
    return lambda place, _: one.format(place.tier) if place.tier else any_tier


def _move(place: Place, _: Names) -> str:
    left, _arrow, entered = place.of.partition("->")
    return f"Moves from Tier {left} to Tier {entered}"


def _flow(place: Place, _: Names) -> str:
    step, _colon, way = place.of.partition(":")
    source, _arrow, target = way.partition("->")
    return f"Step {step}: from {PLACES.get(source, source)} to {PLACES.get(target, target)}"


def _hour(place: Place, _: Names) -> str:
    what = HAPPENINGS.get(place.of, place.of)
    if place.weekday is None or place.hour is None:
        return what
    return f"{what}, {when(place.weekday, place.hour)} to {(place.hour + 1) % 24:02}:00 ({place.zone})"


_PLACED: Mapping[FigureName, Callable[[Place, Names], str]] = {
    "worked": _of_tier("Tickets worked on at a tier", "Tickets worked on at Tier {}"),
    "escalated": _of_tier("Tickets that were escalated", "Tickets that Tier {} escalated"),
    "moves": _move,
    "notes": lambda place, _: f"Handoff notes rated {place.of or 'by their receivers'}",
    "in_scope_by_technician": lambda place, names: f"Escalated within their scope by {names.person(place.of)}",
    "in_scope_by_category": lambda place, names: (
        f"Escalated within the tier's scope, {group_words(names, 'category', place.of)}"
    ),
    "routine_by_category": lambda place, names: (
        f"Tickets at Tier 3 that Tier 1 or 2 may finish alone, {group_words(names, 'category', place.of)}"
    ),
    "flow": _flow,
    "ended": lambda place, _: f"Tickets that ended: {PLACES.get(place.of, said(place.of)).lower()}",
    "hour": _hour,
}
