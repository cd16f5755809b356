"""The hours of the week in SQL: what happened when, on the clocks of a zone."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from sqlalchemy import BigInteger, ColumnElement, Connection, Subquery, case, cast, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import array

from escalation.figures import HeatMap, Scope
from escalation.figures.heat import map_of
from escalation.offsets import stretches
from escalation.zones import zone_named
from stores.figures.cases import Cases, F, bounds, cases
from stores.schema import ticket_stays

S = ticket_stays.c
_NONE = timedelta()
_EPOCH, _OLDER, _YEARS = 1970, 2, 25  # a duplicate that was merged in may be older than the ticket
_HOUR, _DAY, _THURSDAY = 3_600, 86_400, 3  # the first of January 1970 was one


def heat(connection: Connection, scope: Scope, zone: str) -> HeatMap:
    """At which hours of the week things happened."""
    happened = moments_of(cases(connection, scope))
    slot = slot_columns(happened, zone, first_year(connection, scope))
    asked = select(happened.c.what, *slot, func.count().label("n")).group_by(happened.c.what, *slot)
    return map_of(zone, {(what, (day, hour)): n for what, day, hour, n in connection.execute(asked)})


def first_year(connection: Connection, scope: Scope) -> int:
    """A year before anything that the tickets of the scope were about; asked for only where no time is named."""
    if scope.since is not None:
        return scope.since.year - _OLDER
    first_and_last = bounds(connection, scope, F.taken_in_at)
    return (first_and_last[0].year if first_and_last else _EPOCH) - _OLDER


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


def slot_columns(happened: Subquery, zone: str, first_year: int) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Weekday and hour of each moment, on the zone's clocks.

    Its offsets come from our own zone files: PostgreSQL's may be of another release.
    """
    at = happened.c.at
    offsets = [(at < until, seconds) for until, seconds in _offsets(zone, first_year)]
    local = cast(func.floor(func.extract("epoch", at)), BigInteger) + case(*offsets, else_=offsets[-1][1])
    weekday = (local // _DAY + _THURSDAY) % 7 + 1
    return weekday.label("weekday"), (local // _HOUR % 24).label("hour")


@lru_cache(maxsize=64)
def _offsets(zone: str, first_year: int) -> tuple[tuple[datetime, int], ...]:
    """Until when the zone keeps which offset from UTC, in seconds; the last one for good."""
    there = zone_named(zone)
    since, until = (datetime(year, 1, 1, tzinfo=UTC) for year in (first_year, first_year + _YEARS))
    spans = stretches(lambda at: at.astimezone(there).utcoffset() or _NONE, since, until)
    return tuple((until, int(offset.total_seconds())) for _, until, offset in spans)
