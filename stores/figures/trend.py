"""Trends in SQL: the figures of each day, week or month."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, DateTime, Select, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from escalation.figures import Every, Period, Scope, Trend
from escalation.figures.trend import edges_between, period, trend_of
from stores.figures.cases import Cases, cases
from stores.figures.escalation import holds_tier
from stores.figures.spreads import hours_of


def trend(connection: Connection, scope: Scope, every: Every, zone: str) -> Trend:
    """The figures period by period."""
    found = cases(connection, scope)
    first, last = connection.execute(select(func.min(found.c.taken_in_at), func.max(found.c.taken_in_at))).one()
    edges = [] if first is None else edges_between(first, last, every, zone)
    told = {row.place: row for row in connection.execute(_by_period(found, edges))} if edges else {}
    periods = [_period(edges, place, zone, told.get(place)) for place in range(1, len(edges))]
    return trend_of(every, zone, periods, imported=scope.imported is not False)


def _by_period(found: Cases, edges: Sequence[datetime]) -> Select[*tuple[Any, ...]]:
    c = found.c
    place = func.width_bucket(c.taken_in_at, literal(list(edges), ARRAY(DateTime(timezone=True)))).label("place")
    return select(
        place,
        func.count().label("cases"),
        func.count().filter(c.outcome == "open").label("open"),
        func.count().filter(holds_tier(c.worked, 1)).label("worked"),
        func.count().filter(holds_tier(c.escalated_from, 1)).label("escalated"),
        func.sum(c.escalations).label("escalations"),
        (func.count(c.response_breached_at) + func.count(c.resolution_breached_at)).label("breaches"),
        func.count(c.to_resolve).label("resolved"),
        func.percentile_cont(0.5).within_group(hours_of(c.to_resolve)).label("median_h"),
    ).group_by(place)


def _period(edges: Sequence[datetime], place: int, zone: str, row: Any) -> Period:
    if row is None:
        return period(edges, place, zone, median_h=None)
    counted = {name: n for name, n in row._asdict().items() if name not in ("place", "median_h")}
    return period(edges, place, zone, median_h=None if row.median_h is None else round(row.median_h, 4), **counted)
