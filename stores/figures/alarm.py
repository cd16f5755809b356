"""The 40 % line in SQL: what was worked on at Tier 1 within a window, and what was done to it there."""

from typing import Any

from sqlalchemy import CTE, ColumnElement, Connection, Select, and_, func, literal, select
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range

from escalation.audit.alarm import Alarm, Counts, verdict
from escalation.audit.window import Window
from stores.figures.cases import F, inlined
from stores.schema import tier_one_events

E = tier_one_events.c


def alarm_in(connection: Connection, window: Window, clients: tuple[str, ...] | None) -> Alarm:
    """The alarm over what was worked on within the window, of all clients or of these."""
    base = _worked(window, clients)
    worked = connection.execute(_counts(base, window)).one()
    ups = connection.execute(_ups(base, window)).all()
    return verdict(
        Counts(
            **worked._asdict(),
            in_scope=sum(row.in_scope for row in ups),
            by_trigger={row.trigger: row.n for row in ups if row.trigger},
            by_person=sum(row.n for row in ups if row.trigger is None),
        )
    )


def _worked(window: Window, clients: tuple[str, ...] | None) -> CTE:
    """The desk's own tickets that were at Tier 1 within the window, emergencies apart."""
    span = literal(Range(window.since, window.until), TSTZRANGE)
    there = and_(~F.merged, ~F.imported, ~F.emergency, F.taken_in_at < window.until, F.at_tier_1.op("&&")(span))
    asked = select(F.ticket_id, F.known_issue).where(there)
    return inlined(asked if clients is None else asked.where(F.client.in_(clients)), "worked")


def _counts(base: CTE, window: Window) -> Select[*tuple[Any, ...]]:
    """Added up ticket by ticket first: to count tickets and not events."""
    attempt = E.kind == "attempt_logged"
    told = (
        select(
            E.ticket_id,
            func.bool_or(and_(E.kind == "escalated", ~E.emergency)).label("escalated"),
            func.bool_or(E.along_sop).label("along_sop"),
            _n(attempt).label("attempts"),
            _n(attempt, E.repeated).label("repeated"),
            _n(E.kind == "near_miss_logged").label("near_misses"),
            func.bool_or(E.kind == "nudged").label("prompted"),
        )
        .where(*_within(window))
        .group_by(E.ticket_id)
        .cte("told")
    )
    c = told.c
    return select(
        func.count().label("worked"),
        *(_n(holds).label(holds.key) for holds in (base.c.known_issue, c.escalated, c.along_sop, c.prompted)),
        *(func.coalesce(func.sum(n), 0).label(n.key) for n in (c.attempts, c.repeated, c.near_misses)),
    ).select_from(base.outerjoin(told, c.ticket_id == base.c.ticket_id))


def _ups(base: CTE, window: Window) -> Select[*tuple[Any, ...]]:
    """By trigger the escalations out of Tier 1 of the tickets that it escalated; an emergency alone is none."""
    up = (
        select(E.ticket_id, E.emergency, E.trigger, E.in_scope)
        .join_from(tier_one_events, base, base.c.ticket_id == E.ticket_id)
        .where(*_within(window), E.kind == "escalated")
        .cte("up")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    escalated = select(up.c.ticket_id).where(~up.c.emergency)
    asked = select(up.c.trigger, func.count().label("n"), _n(up.c.in_scope).label("in_scope"))
    return asked.where(up.c.ticket_id.in_(escalated)).group_by(up.c.trigger)


def _within(window: Window) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return E.at >= window.since, E.at < window.until


def _n(*holds: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(*holds)
