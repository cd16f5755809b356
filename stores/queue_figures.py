"""The state of the desk in two questions: tickets by stage, and people by what they hold."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from escalation.lifecycle import TIERS, Stage, tier_of
from escalation.queues import PersonLoad, Queues, TierQueue
from stores.schema import people, tickets
from stores.ticket_filter import IS_CHILD

LIVE = and_(tickets.c.stage.in_((Stage.TRIAGE, *TIERS)), ~tickets.c.imported)


def queues_at(connection: Connection, at: datetime, clients: tuple[str, ...] | None) -> Queues:
    """Live tickets by tier and by person at a moment; of these clients only, where any are named."""
    live = LIVE if clients is None else and_(LIVE, tickets.c.client.in_(clients))
    by_stage = {row.stage: row for row in connection.execute(_by_stage(at, live))}
    triage = by_stage.get(Stage.TRIAGE)
    return Queues(
        at=at,
        triage=triage.open if triage else 0,
        tiers=tuple(_tier(stage, by_stage.get(stage)) for stage in TIERS),
        load=tuple(PersonLoad.model_validate(row._asdict()) for row in connection.execute(_by_person(live))),
    )


def _by_stage(at: datetime, live: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return select(tickets.c.stage, *counted(at)).where(live).group_by(tickets.c.stage)


def counted(at: datetime) -> tuple[ColumnElement[Any], ...]:
    """What is counted of live tickets, whatever they are grouped by."""
    breached = or_(tickets.c.breached, func.coalesce(tickets.c.breach_at < at, False))
    unaccepted = and_(tickets.c.accepted_at.is_(None), ~IS_CHILD)
    return (
        func.count().label("open"),
        _count(tickets.c.on_hold.is_not(None)).label("waiting"),
        _count(unaccepted).label("unaccepted"),
        func.min(tickets.c.owned_since).filter(unaccepted).label("oldest_unaccepted_at"),
        _count(and_(~breached, tickets.c.risk_at <= at)).label("at_risk"),
        _count(breached).label("breached"),
    )


def _by_person(live: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    held = select(tickets.c.owner, func.count().label("open")).where(live).group_by(tickets.c.owner).subquery()
    return (
        select(
            people.c.id.label("person"),
            people.c.name,
            people.c.tier,
            func.coalesce(held.c.open, 0).label("open"),
            people.c.capacity,
        )
        .outerjoin_from(people, held, held.c.owner == people.c.id)
        .where(or_(people.c.active, held.c.open > 0))
        .order_by(people.c.tier.nulls_last(), people.c.id)
    )


def _count(where: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(where)


def _tier(stage: Stage, row: Row[*tuple[Any, ...]] | None) -> TierQueue:
    tier = tier_of(stage) or 0
    if row is None:
        return TierQueue(tier=tier, open=0, waiting=0, unaccepted=0, oldest_unaccepted_at=None, at_risk=0, breached=0)
    return TierQueue(tier=tier, **{name: value for name, value in row._asdict().items() if name != "stage"})
