"""The published figures in a few statements: over tickets, their stays, needless escalations, and those at Tier 3."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, literal_column, or_, select, true

from escalation.facts import NEVER_ACCEPTED
from escalation.figures import Scope
from escalation.metrics import HIGHEST_TIER, UNNAMED, GroupBy
from escalation.published import (
    EscalationFigures,
    InScope,
    NearMisses,
    NeverAccepted,
    NoteQuality,
    ReEscalation,
    Share,
    SlaFigures,
    TierRate,
    TierThreeUse,
)
from stores.figure_rows import bit_of
from stores.figures.cases import Cases, cases, of
from stores.figures.spreads import spread_columns, spread_of
from stores.figures.tier_three import used
from stores.schema import ticket_stays

S = ticket_stays.c
TIERS = range(1, HIGHEST_TIER + 1)
_MOVES = [(left, entered) for left in TIERS for entered in TIERS if left != entered]
_UP = S.tier > S.from_tier
_Made = Mapping[str, list[tuple[str, str, int]]]


def figures_by(connection: Connection, scope: Scope, by: GroupBy | None) -> dict[str, EscalationFigures]:
    """The figures of each group by its name; without `by` of them all, under one name."""
    found = cases(connection, scope, by)
    rows = {_name(row): row for row in connection.execute(_over_tickets(found, grouped=by is not None))}
    stays = {_name(row): row for row in connection.execute(_over_stays(found, grouped=by is not None))}
    figures = {name: _figures(rows[name], stays.get(name)) for name in sorted(rows)}
    return figures if scope.imported else _with_its_own(connection, found, rows, figures)


def _with_its_own(
    connection: Connection, found: Cases, rows: Mapping[str, Any], figures: Mapping[str, EscalationFigures]
) -> dict[str, EscalationFigures]:
    """The figures of the desk's own tickets, which tell more than a log does."""
    made, at_tier_3 = _in_scope(connection, found), used(connection, found)
    return {
        name: said.model_copy(
            update={
                "near_misses": NearMisses.beside(rows[name].near_misses, rows[name].escalated),
                "notes": _notes(rows[name]),
                "in_scope": _needless(said.never_accepted.of, made.get(name, [])),
                "tier_3": at_tier_3.get(name) or TierThreeUse.counted(0, {}),
                "time_to_resolve_in_business_hours": spread_of(rows[name], "promised"),
            }
        )
        for name, said in figures.items()
    }


def _name(row: Row[*tuple[Any, ...]]) -> str:
    return str(getattr(row, "name", UNNAMED))


def _over_tickets(found: Cases, *, grouped: bool) -> Any:
    c = found.c
    escalated = c.escalations > 0
    counts = {
        "cases": true(),
        "escalated": escalated,
        "either": and_(escalated, or_(c.sent_down, c.escalations > 1)),
        "sent_down": c.sent_down,
        "twice": c.escalations > 1,
        "same_tier": c.again_from_same_tier,
        "reopened": c.reopens > 0,
        "promised": c.promised,
        "responded": c.responded,
        "response_breached": c.response_breached_at.is_not(None),
        "promise_resolved": c.promise_resolved,
        "resolution_breached": c.resolution_breached_at.is_not(None),
        "gross_breached": c.gross_breached,
    }
    counts |= {f"worked_{tier}": holds_tier(c.worked, tier) for tier in TIERS}
    counts |= {f"escalated_{tier}": holds_tier(c.escalated_from, tier) for tier in TIERS}
    sums = ("events", "near_misses", "notes_complete", "notes_usable", "notes_unusable", "excluded")
    return of(
        found,
        *(func.count().filter(holds).label(name) for name, holds in counts.items()),
        *(func.coalesce(func.sum(c[name]), 0).label(name) for name in sums),
        *spread_columns("first", c.to_first_escalation, true()),
        *spread_columns("resolve", c.to_resolve, true()),
        *spread_columns("net", c.to_resolve - c.waited, true()),
        *spread_columns("promised", c.promise_took, true()),
        grouped=grouped,
    )


def holds_tier(column: ColumnElement[int], tier: int) -> ColumnElement[bool]:
    """Whether a set of tiers holds this one."""
    return column.op("&")(bit_of(tier)) > 0


def _over_stays(found: Cases, *, grouped: bool) -> Any:
    moves = [
        func.count().filter(S.from_tier == left, S.tier == entered).label(f"move_{left}_{entered}")
        for left, entered in _MOVES
    ]
    asked = select(
        *moves,
        func.count().filter(_UP).label("ups"),
        func.count().filter(_UP, never_accepted()).label("never_accepted"),
        *spread_columns("in_tier", S.in_previous, _UP),
        *spread_columns("delay", S.handoff_delay, _UP),
    ).join_from(ticket_stays, found.cte, found.c.ticket_id == S.ticket_id)
    asked = asked.where(S.from_tier.is_not(None))
    return asked.add_columns(found.c.name).group_by(found.c.name) if grouped else asked


def never_accepted() -> ColumnElement[bool]:
    """Whether nobody accepted the stay before it was left or completed."""
    holds: ColumnElement[bool] = S.pickup.in_(sorted(NEVER_ACCEPTED))
    return holds


def _in_scope(connection: Connection, found: Cases) -> _Made:
    each = func.unnest(found.c.in_scope_by, found.c.in_scope_of).table_valued("who", "of").render_derived()
    asked = (
        select(found.c.name, each.c.who, each.c.of, func.count().label("n"))
        .select_from(found.cte)
        .join(each, true())
        .where(func.cardinality(found.c.in_scope_by) > literal_column("0"))  # in the words that its index answers
        .group_by(found.c.name, each.c.who, each.c.of)
    )
    made = defaultdict[str, list[tuple[str, str, int]]](list)
    for row in connection.execute(asked):
        made[row.name].append((row.who, row.of or UNNAMED, row.n))
    return made


def _figures(row: Any, stays: Any) -> EscalationFigures:
    ups = stays.ups if stays else 0
    moves = {f"{left}->{entered}": getattr(stays, f"move_{left}_{entered}", 0) for left, entered in _MOVES}
    return EscalationFigures(
        cases=row.cases,
        events=row.events,
        tier_moves={name: n for name, n in moves.items() if n},
        escalation_rate={
            str(tier): TierRate.of(getattr(row, f"escalated_{tier}"), getattr(row, f"worked_{tier}"))
            for tier in range(1, HIGHEST_TIER)
        },
        escalated_cases=Share.part(row.escalated, row.cases),
        re_escalation=ReEscalation.counted(
            row.escalated, either=row.either, sent_down=row.sent_down, twice=row.twice, same_tier=row.same_tier
        ),
        time_to_escalate=spread_of(stays, "in_tier"),
        opening_to_first_escalation=spread_of(row, "first"),
        handoff_delay_accepted=spread_of(stays, "delay"),
        never_accepted=NeverAccepted(n=stays.never_accepted if stays else 0, of=ups),
        time_to_resolve=spread_of(row, "resolve"),
        time_to_resolve_net_of_waits=spread_of(row, "net"),
        reopened_cases=Share.part(row.reopened, row.cases),
        sla=_sla(row),
    )


def _sla(row: Any) -> SlaFigures:
    return SlaFigures(
        cases=row.promised,
        response_breached=row.response_breached,
        responded=row.responded,
        resolved=row.promise_resolved,
        resolution_breached=row.resolution_breached,
        resolution_breached_if_holds_did_not_pause=row.gross_breached,
        excluded=row.excluded,
    )


def _notes(row: Any) -> NoteQuality:
    said = {name: int(getattr(row, f"notes_{name}")) for name in ("complete", "usable", "unusable")}
    return NoteQuality(rated=sum(said.values()), **said)


def _needless(ups: int, made: list[tuple[str, str, int]]) -> InScope:
    by, of_category = defaultdict[str, int](int), defaultdict[str, int](int)
    for who, category, n in made:
        by[who] += n
        of_category[category] += n
    return InScope.made(ups, by, of_category)
