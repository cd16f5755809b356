"""The hours of the week in SQL: what happened when, on the clocks of a zone."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, Connection, Subquery, case, cast, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import array

from escalation.figures import HeatMap, Scope
from escalation.figures.heat import map_of
from escalation.offsets import stretches
from escalation.zones import zone_named
from stores.figures.cases import Cases, cases
from stores.schema import ticket_stays

S = ticket_stays.c
_NONE, _A_MOMENT = timedelta(), timedelta(microseconds=1)
_HOUR, _DAY, _THURSDAY = 3_600, 86_400, 3  # the first of January 1970 was one


def heat(connection: Connection, scope: Scope, zone: str) -> HeatMap:
    """At which hours of the week things happened."""
    happened = moments_of(cases(connection, scope))
    slot = slot_columns(connection, happened, zone)
    asked = select(happened.c.what, *slot, func.count().label("n")).group_by(happened.c.what, *slot)
    return map_of(zone, {(what, (day, hour)): n for what, day, hour, n in connection.execute(asked)} if slot else {})


def moments_of(found: Cases) -> Subquery:
    """One row for everything that happened to each ticket, with its moment."""
    broken = func.unnest(array([found.c.response_breached_at, found.c.resolution_breached_at]))
    breaches = broken.table_valued("at").render_derived()
    taken_in = select(found.c.ticket_id, literal("taken_in").label("what"), found.c.taken_in_at.label("at"))
    escalated = select(S.ticket_id, literal("escalations"), S.began_at).where(S.tier > S.from_tier)
    return union_all(
        taken_in,
        escalated.join_from(ticket_stays, found.cte, found.c.ticket_id == S.ticket_id),
        select(found.c.ticket_id, literal("breaches"), breaches.c.at).join_from(
            found.cte, breaches, breaches.c.at.is_not(None)
        ),
    ).subquery("happened")


def slot_columns(connection: Connection, happened: Subquery, zone: str) -> list[ColumnElement[int]]:
    """Weekday and hour of each moment; none where nothing happened.

    The zone's offsets come from our own zone files: PostgreSQL's may be of another release.
    """
    first, last = connection.execute(select(func.min(happened.c.at), func.max(happened.c.at))).one()
    if first is None:
        return []
    local = _local_seconds(happened.c.at, zone, first, last)
    weekday = (local // _DAY + _THURSDAY) % 7 + 1
    return [weekday.label("weekday"), (local // _HOUR % 24).label("hour")]


def _local_seconds(at: ColumnElement[datetime], zone: str, first: datetime, last: datetime) -> ColumnElement[int]:
    """Seconds since 1970 as the zone's clocks would count them."""
    there = zone_named(zone)
    spans = stretches(lambda at: at.astimezone(there).utcoffset() or _NONE, first.astimezone(UTC), last + _A_MOMENT)
    offsets = [(at < until, int(offset.total_seconds())) for _, until, offset in spans]
    return cast(func.floor(func.extract("epoch", at)), BigInteger) + case(*offsets, else_=0)
