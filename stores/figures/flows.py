"""Flows in SQL: a row for each step of each ticket, added up."""

from sqlalchemy import ColumnElement, Connection, Subquery, Text, cast, false, func, literal, select, true, union_all

from escalation.figures import Flows, Scope
from escalation.figures.flows import OPENED, flows_of
from stores.figures.cases import Cases, cases
from stores.schema import ticket_stays

S = ticket_stays.c


def flows(connection: Connection, scope: Scope) -> Flows:
    """How the tickets went from tier to tier, and how they ended."""
    steps = steps_of(cases(connection, scope))
    step = (steps.c.step, steps.c.source, steps.c.target, steps.c.last)
    rows = connection.execute(select(*step, func.count().label("n")).group_by(*step)).all()
    ended = sum(row.n for row in rows if row.last)
    return flows_of(ended, {(row.step, row.source, row.target): row.n for row in rows})


def steps_of(found: Cases) -> Subquery:
    """One row for each step of each ticket; `last` is the one to its end."""
    moves = select(
        S.ticket_id,
        S.n.label("step"),
        _place(S.from_tier).label("source"),
        _place(S.tier).label("target"),
        false().label("last"),
    ).join_from(ticket_stays, found.cte, found.c.ticket_id == S.ticket_id)
    ends = select(found.c.ticket_id, found.c.stays + 1, _place(found.c.last_tier), found.c.outcome, true())
    return union_all(moves, ends).subquery("steps")


def _place(tier: ColumnElement[int]) -> ColumnElement[str]:
    return func.coalesce(literal("tier_").concat(cast(tier, Text)), OPENED)
