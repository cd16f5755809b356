"""The tickets that a question is about, as SQL, and the group to which each belongs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    DateTime,
    FromClause,
    Select,
    case,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from escalation.calendar import Calendar
from escalation.desk_hours import AFTER, BUSINESS, opened_and_closed
from escalation.figures import Scope
from escalation.metrics import UNNAMED, GroupBy
from stores.read_side import load_shifts
from stores.schema import people, ticket_figures

F = ticket_figures.c


@dataclass(frozen=True)
class Cases:
    """The rows of `ticket_figures` in a scope; `name` is the group by which they are told apart."""

    cte: CTE

    @property
    def c(self) -> Any:
        return self.cte.c


def cases(connection: Connection, scope: Scope, by: GroupBy | None = None) -> Cases:
    """The tickets of the scope, each with its group's name."""
    open_then = _open_then(connection, scope) if "hours" in {by, *scope.only} else None
    name = _group(by, open_then) if by else literal(UNNAMED)
    asked = select(ticket_figures, name.label("name")).select_from(_with_people({by, *scope.only}))
    asked = asked.where(*_conditions(scope))
    for narrowed, wanted in scope.only.items():
        asked = asked.where(_group(narrowed, open_then) == wanted)
    return Cases(inlined(asked, "cases"))


def inlined(asked: Select[*tuple[Any, ...]], name: str) -> CTE:
    """A part of a statement that may be read several times: each time for what is needed there, never kept in full."""
    return asked.cte(name).prefix_with("NOT MATERIALIZED", dialect="postgresql")


def bounds(connection: Connection, scope: Scope, column: ColumnElement[Any]) -> tuple[datetime, datetime] | None:
    """The first and the last of these moments in the scope; None where there are none."""
    within = select(func.min(column), func.max(column)).where(*_conditions(scope))
    first, last = connection.execute(within).one()
    return None if first is None else (first, last)


def _conditions(scope: Scope) -> Iterator[ColumnElement[bool]]:
    yield ~F.merged
    if scope.since is not None:
        yield F.taken_in_at >= scope.since
    if scope.until is not None:
        yield F.taken_in_at < scope.until
    if scope.clients is not None:
        yield F.client.in_(scope.clients)
    if scope.imported is not None:
        yield F.imported == scope.imported


def _with_people(grouped: set[GroupBy | None]) -> FromClause:
    if grouped.isdisjoint({"shift", "partner"}):
        return ticket_figures
    return ticket_figures.outerjoin(people, people.c.id == F.technician)


def _group(by: GroupBy, open_then: ColumnElement[bool] | None) -> ColumnElement[str]:
    match by:
        case "shift":
            named: ColumnElement[Any] = people.c.calendar
        case "partner":
            named = people.c.partner
        case "hours":
            return literal(UNNAMED) if open_then is None else case((open_then, BUSINESS), else_=AFTER)
        case _:
            named = F[by]
    return func.coalesce(func.nullif(named, ""), UNNAMED)


def _open_then(connection: Connection, scope: Scope) -> ColumnElement[bool] | None:
    """Whether any shift of today's policy was open when the ticket came in; None before the first policy."""
    shifts: list[Calendar] = load_shifts(connection)
    if not shifts:
        return None
    between = bounds(connection, scope, F.opened_at)
    edges = opened_and_closed(shifts, *between) if between else []
    come: ColumnElement[int] = func.width_bucket(F.opened_at, literal(edges, ARRAY(DateTime(timezone=True))))
    return come % 2 == 1


def of(cases: Cases, *columns: ColumnElement[Any], grouped: bool) -> Select[*tuple[Any, ...]]:
    """These columns over the cases: one row, or one for each group."""
    asked = select(*columns).select_from(cases.cte)
    return asked.add_columns(cases.c.name).group_by(cases.c.name) if grouped else asked
