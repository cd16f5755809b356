"""Which tier solved what: a few figures over the read side, counted by PostgreSQL."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Integer, extract, func, select

from escalation.lifecycle import Stage
from escalation.review.effect import Solved
from stores.database import transaction
from stores.schema import tickets

_TIERS = (1, 2, 3)
_BY: ColumnElement[int] = tickets.c.state["ending"]["tier"].as_string().cast(Integer)
_SOLVED = tickets.c.resolved_at.is_not(None)
_SECONDS = extract("epoch", tickets.c.resolved_at - tickets.c.taken_in_at)


class Solving:
    """Implements `escalation.review.effect.Solving`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def solved(
        self,
        category: str,
        since: datetime,
        until: datetime,
        client: str | None = None,
        clients: tuple[str, ...] | None = None,
    ) -> Solved:
        """Tickets of the category taken in from `since` on and before `until`: one client's, or all those of `clients`.

        None for both is everybody's. What was imported, merged away or cancelled does not count.
        """
        asked = (
            select(
                func.count().filter(_SOLVED).label("solved"),
                func.count().filter(~_SOLVED).label("unsolved"),
                func.percentile_cont(0.5).within_group(_SECONDS).filter(_SOLVED).label("median"),
                *(func.count().filter(_SOLVED, _BY.in_((tier,))).label(f"tier_{tier}") for tier in _TIERS),
            )
            .where(tickets.c.category == category, ~tickets.c.imported, tickets.c.merged_into.is_(None))
            .where(tickets.c.stage != Stage.CANCELLED.value)
            .where(tickets.c.taken_in_at >= since, tickets.c.taken_in_at < until)
        )
        if client is not None:
            asked = asked.where(tickets.c.client == client)
        if clients is not None:
            asked = asked.where(tickets.c.client.in_(clients))
        with transaction(self._engine) as connection:
            row = connection.execute(asked).mappings().one()
        return _told(dict(row), since, until)


def _told(row: Mapping[str, Any], since: datetime, until: datetime) -> Solved:
    median, solved = row["median"], row["solved"]
    by_tier = {tier: row[f"tier_{tier}"] for tier in _TIERS}
    return Solved(
        since=since,
        until=until,
        solved=solved,
        unsolved=row["unsolved"],
        by_tier=by_tier,
        shares={tier: count / solved for tier, count in by_tier.items()} if solved else {},
        median=None if median is None else timedelta(seconds=round(float(median))),
    )
