"""Who holds which ticket, as the desk counts it: one open assignment for each live ticket with an owner."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Text, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from escalation.events import Cancelled, Closed, Event, Handoff, Resolved
from escalation.lifecycle import OVER, Stage
from escalation.ticket import Ticket
from stores.schema import assignments, people

_OPEN = assignments.c.released_at.is_(None)

# Built once: putting a statement together costs more than running it.
_LOCK = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("ticket", type_=Text), 7_417_302)))
_HOLD = insert(assignments)
_RELEASE = (
    update(assignments)
    .where(assignments.c.ticket_id == bindparam("ticket"), _OPEN)
    .values(released_at=bindparam("at", type_=assignments.c.released_at.type))
)
_HOLDER = select(assignments.c.person).where(assignments.c.ticket_id == bindparam("ticket"), _OPEN)


def one_at_a_time(connection: Connection, ticket_id: str) -> None:
    """Hold the ticket's assignments until the end of the transaction."""
    connection.execute(_LOCK, {"ticket": ticket_id})


def hold(connection: Connection, ticket_id: str, person: str, via: str, at: datetime, *, within: bool) -> None:
    """Open the person's assignment; `within` has the database refuse it above the person's capacity."""
    row = {"ticket_id": ticket_id, "person": person, "via": via, "within_capacity": within, "assigned_at": at}
    connection.execute(_HOLD, row)


def release(connection: Connection, ticket_id: str, at: datetime) -> None:
    """End the ticket's open assignment, if it has one."""
    connection.execute(_RELEASE, {"ticket": ticket_id, "at": at})


def settle(connection: Connection, ticket: Ticket, events: Sequence[Event]) -> None:
    """Make the assignment follow the ticket's owner, where these events changed it.

    Mostly the desk has done it already. Not so when it was away and the policy's fallback owner took the ticket, or
    when the ticket ended.
    """
    handed_over = any(isinstance(event, Handoff) for event in events)
    if not handed_over and not any(isinstance(event, Resolved | Closed | Cancelled) for event in events):
        return
    at = events[-1].at
    if ticket.stage is Stage.RESOLVED or ticket.stage in OVER:
        release(connection, ticket.id, at)
    elif handed_over:
        _follow(connection, ticket, at)


def _follow(connection: Connection, ticket: Ticket, at: datetime) -> None:
    if _holder(connection, ticket.id) == ticket.owner:
        return
    one_at_a_time(connection, ticket.id)
    if _holder(connection, ticket.id) == ticket.owner:
        return
    release(connection, ticket.id, at)
    known = connection.execute(select(people.c.id).where(people.c.id == ticket.owner)).scalar_one_or_none()
    if known is not None:
        hold(connection, ticket.id, ticket.owner, "reconciled", at, within=False)


def _holder(connection: Connection, ticket_id: str) -> str | None:
    return connection.execute(_HOLDER, {"ticket": ticket_id}).scalar_one_or_none()
