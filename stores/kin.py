"""Tickets alike, and the problems that they make; implements `escalation.ports.Record`."""

from collections.abc import Sequence

from sqlalchemy import Engine, select

from escalation.lifecycle import Stage
from escalation.ports import ProblemRecord
from escalation.recurrence import LOOKED_UP_AT, Kin
from escalation.ticket import Ticket
from stores.database import transaction
from stores.schema import tickets

_MOST = 50


class Record:
    """What is known of other tickets."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def client_of(self, ticket_id: str) -> str | None:
        """Whose ticket it is; None for one that is not there."""
        asked = select(tickets.c.client).where(tickets.c.ticket_id == ticket_id)
        with transaction(self._engine) as connection:
            return connection.execute(asked).scalar_one_or_none()

    def alike(self, kin: Kin) -> list[str]:
        """The other live tickets of the same kind that came to Tier 2 or above, the latest first, fifty at most."""
        asked = (
            select(tickets.c.ticket_id, tickets.c.state["stays"].label("stays"))
            .where(tickets.c.category == kin.category, tickets.c.client == kin.client)
            .where(tickets.c.taken_in_at >= kin.since, ~tickets.c.imported, tickets.c.ticket_id != kin.ticket_id)
            .where(tickets.c.stage != Stage.CANCELLED.value)
            .order_by(tickets.c.taken_in_at.desc(), tickets.c.ticket_id)
        )
        with transaction(self._engine) as connection:
            rows = connection.execute(asked).all()
        came = [row.ticket_id for row in rows if any(stay["tier"] >= LOOKED_UP_AT for stay in row.stays or ())]
        return came[:_MOST]

    def problems(self, clients: tuple[str, ...] | None = None) -> Sequence[ProblemRecord]:
        """Every problem, with all tickets linked to it, the latest first."""
        asked = select(tickets.c.state).where(tickets.c.problem.is_not(None))
        if clients is not None:
            asked = asked.where(tickets.c.client.in_(clients))
        with transaction(self._engine) as connection:
            states = connection.execute(asked.order_by(tickets.c.taken_in_at.desc())).scalars().all()
        found: dict[str, ProblemRecord] = {}
        for ticket in map(Ticket.model_validate, states):
            if ticket.problem is None:
                continue
            known = found.get(ticket.problem)
            linked = (*(known.tickets if known else ()), *ticket.alike, ticket.id)
            found[ticket.problem] = ProblemRecord(
                id=ticket.problem,
                client=ticket.client,
                category=ticket.category or "",
                tickets=tuple(sorted(dict.fromkeys(linked))),
            )
        return list(found.values())
