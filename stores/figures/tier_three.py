"""What Tier 3 is used for, in SQL: its tickets by category, of which the policy in force says which are routine."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, not_, select

from escalation.figures import FigureName, Place
from escalation.published import TierThreeUse
from escalation.routine import is_routine, routine_of
from stores.figures.cases import Cases
from stores.scope_in_force import may_finish


def used(connection: Connection, found: Cases) -> Mapping[str, TierThreeUse]:
    """For each group that has tickets at Tier 3 what they are; the others have none."""
    c, limits = found.c, may_finish(connection)
    asked = select(c.name, c.category, func.count().label("n")).where(_there(found)).group_by(c.name, c.category)
    tickets, routine = defaultdict[str, int](int), defaultdict[str, dict[str, int]](dict)
    for row in connection.execute(asked):
        tickets[row.name] += row.n
        if is_routine(row.category, limits):
            routine[row.name][row.category] = row.n
    return {name: TierThreeUse.counted(n, routine[name]) for name, n in tickets.items()}


def behind_use(connection: Connection, found: Cases, figure: FigureName, place: Place) -> Select[*tuple[Any, ...]]:
    """The tickets at Tier 3 that are `routine`, `reserved`, or routine and of one category; each counts once."""
    c, there = found.c, _there(found)
    seen = connection.execute(select(c.category).where(there).distinct()).scalars()
    routine = c.category.in_(routine_of(seen, may_finish(connection)))
    counted = select(c.ticket_id, literal_column("1").label("times")).where(there)
    match figure:
        case "reserved":
            return counted.where(func.coalesce(not_(routine), True))
        case "routine_by_category":
            return counted.where(routine, c.category == place.of)
        case _:
            return counted.where(routine)


def _there(found: Cases) -> ColumnElement[bool]:
    """In the words that its index answers."""
    there: ColumnElement[bool] = found.c.worked.op("&")(literal_column("4")) > literal_column("0")
    return there
