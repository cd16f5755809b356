"""The tickets behind a number: how often a figure counts each, in SQL."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
)

from escalation.figures import Behind, Behinds, FigureName, Place, Scope
from escalation.figures.flows import flow_named
from escalation.metrics import UNNAMED
from stores.figures.cases import Cases, cases
from stores.figures.escalation import TIERS, holds_tier, never_accepted
from stores.figures.flows import steps_of
from stores.figures.heat import first_year, moments_of, slot_columns
from stores.figures.tier_three import behind_use
from stores.schema import ticket_stays

S = ticket_stays.c
_UP = S.tier > S.from_tier
_RATINGS = ("complete", "usable", "unusable")


def behind(
    connection: Connection, scope: Scope, figure: FigureName, place: Place, limit: int, after: str | None
) -> Behinds:
    """One page of the tickets that the figure counts."""
    counted = _counted(connection, scope, figure, place)
    sums = select(func.count(), func.coalesce(func.sum(counted.c.times), 0)).select_from(counted)
    tickets, total = connection.execute(sums).one()
    by_id = counted.c.ticket_id.collate("C")  # the order of Python's strings
    page = select(counted.c.ticket_id, counted.c.times).order_by(by_id).limit(limit + 1)
    rows = connection.execute(page if after is None else page.where(by_id > after)).all()
    return Behinds(
        figure=figure,
        tickets=tickets,
        total=total,
        behind=tuple(Behind(ticket_id=row.ticket_id, times=row.times) for row in rows[:limit]),
        next_after=rows[limit - 1].ticket_id if len(rows) > limit else None,
    )


def _counted(connection: Connection, scope: Scope, figure: FigureName, place: Place) -> CTE:
    """One row for each ticket that the figure counts."""
    found = cases(connection, scope)
    match figure:
        case "moves":
            move = func.concat(S.from_tier, "->", S.tier) == place.of
            asked = _stays(found, S.from_tier.is_not(None), move)
        case "handoffs_accepted":
            asked = _stays(found, _UP, S.handoff_delay.is_not(None))
        case "never_accepted":
            asked = _stays(found, _UP, never_accepted())
        case "routine" | "reserved" | "routine_by_category":
            asked = behind_use(connection, found, figure, place)
        case "flow":
            steps = steps_of(found)
            asked = _happened(steps.c, *_is_flow(steps.c, place.of))
        case "hour":
            moments = moments_of(found)
            asked = _happened(
                moments.c, moments.c.what == place.of, _is_hour(moments, place, first_year(connection, scope))
            )
        case _:
            times = cast(_OF_A_TICKET[figure](found.c, place), Integer)
            asked = select(found.c.ticket_id, times.label("times")).where(times > 0)
    return asked.cte("behind")


def _stays(found: Cases, *where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return _happened(S, *where).join_from(ticket_stays, found.cte, found.c.ticket_id == S.ticket_id)


def _happened(c: Any, *where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """How often something happened to each ticket, by the rows of these columns."""
    return select(c.ticket_id, func.count().label("times")).where(*where).group_by(c.ticket_id)


def _is_flow(c: Any, name: str) -> list[ColumnElement[bool]]:
    named = flow_named(name)
    if named is None:
        return [false()]
    step, source, target = named
    return [c.step == step, c.source == source, c.target == target]


def _is_hour(moments: Any, place: Place, first_year: int) -> ColumnElement[bool]:
    weekday, hour = slot_columns(moments, place.zone, first_year)
    return and_(weekday == place.weekday, hour == place.hour)


def _any_tier(column: ColumnElement[int], place: Place) -> ColumnElement[bool]:
    return or_(*(holds_tier(column, tier) for tier in ((place.tier,) if place.tier else TIERS)))


def _notes(c: Any, place: Place) -> ColumnElement[int]:
    said: dict[str, ColumnElement[int]] = {name: c[f"notes_{name}"] for name in _RATINGS}
    if place.of:
        return said.get(place.of, literal(0))
    return said["complete"] + said["usable"] + said["unusable"]


def _named(names: ColumnElement[Any], place: Place) -> ColumnElement[int]:
    """How often the name stands in the array."""
    wanted = func.array_positions(names, "" if place.of == UNNAMED else place.of)
    return func.cardinality(wanted)


def _broken(at: ColumnElement[Any]) -> ColumnElement[int]:
    return case((at.is_not(None), 1), else_=0)


_OF_A_TICKET: Mapping[str, Callable[[Any, Place], ColumnElement[Any]]] = {
    "cases": lambda _c, _place: literal(1),
    "worked": lambda c, place: _any_tier(c.worked, place),
    "escalated": lambda c, place: _any_tier(c.escalated_from, place),
    "escalations": lambda c, _: c.escalations,
    "sent_down_or_second_escalation": lambda c, _: or_(c.sent_down, c.escalations > 1),
    "sent_down_after_escalation": lambda c, _: c.sent_down,
    "two_or_more_escalations": lambda c, _: c.escalations > 1,
    "again_from_same_tier": lambda c, _: c.again_from_same_tier,
    "resolved": lambda c, _: c.to_resolve.is_not(None),
    "reopened": lambda c, _: c.reopens > 0,
    "near_misses": lambda c, _: c.near_misses,
    "notes": _notes,
    "in_scope": lambda c, _: func.cardinality(c.in_scope_by),
    "in_scope_by_technician": lambda c, place: _named(c.in_scope_by, place),
    "in_scope_by_category": lambda c, place: _named(c.in_scope_of, place),
    "promised": lambda c, _: c.promised,
    "responded": lambda c, _: c.responded,
    "response_breached": lambda c, _: _broken(c.response_breached_at),
    "promise_resolved": lambda c, _: c.promise_resolved,
    "resolution_breached": lambda c, _: _broken(c.resolution_breached_at),
    "resolution_breached_if_holds_did_not_pause": lambda c, _: c.gross_breached,
    "excluded": lambda c, _: c.excluded,
    "breaches": lambda c, _: _broken(c.response_breached_at) + _broken(c.resolution_breached_at),
    "ended": lambda c, place: c.outcome == place.of,
}
