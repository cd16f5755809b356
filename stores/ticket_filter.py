"""Which tickets a filter means, as conditions on the read side."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, TextClause, and_, false, func, or_, text

from escalation.lifecycle import TIERS, Stage
from escalation.ports import TicketFilter
from stores.schema import tickets
from stores.schema.journal import IN_DEBT, OWED_BY, TO_BE_DECIDED

IS_CHILD = tickets.c.state.has_key("parent")
# Fields at their defaults are not in the stored state, so a key that is there says enough.
STAGNANT = func.coalesce(tickets.c.state["idle"]["level"].as_integer(), 0) > 0
_UNDER_ESCALATED = tickets.c.state.has_key("under_escalated")
UNCOVERED = and_(
    tickets.c.state["climb"].has_key("exhausted"),
    ~tickets.c.state["climb"].has_key("next_at"),
    tickets.c.tier.is_not(None),
    tickets.c.accepted_at.is_(None),
    ~IS_CHILD,
)


HAS_BEEN_MAJOR = tickets.c.state.has_key("major")
IS_MAJOR = and_(HAS_BEEN_MAJOR, ~tickets.c.state["major"].has_key("ended_at"))
EMERGENCY = tickets.c.state.has_key("emergency")
OPEN = tickets.c.stage.in_((Stage.TRIAGE, *TIERS))


def _says(words: str) -> ColumnElement[bool]:
    """The id, however it is written, or a part of the subject."""
    part = words.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return or_(tickets.c.ticket_id == words.strip().upper(), tickets.c.subject.ilike(f"%{part}%"))


def _pinned() -> ColumnElement[str]:
    """The version of the policy that a ticket goes by."""
    pinned: ColumnElement[str] = tickets.c.state["policy_version"].astext
    return pinned


def conditions(wanted: TicketFilter, now: datetime) -> Iterator[ColumnElement[bool] | TextClause]:
    """Every condition that the filter sets; ValueError for an unknown `sla`."""
    for name in ("stage", "owner", "client", "priority", "kind", "category", "coordinator", "imported"):
        value = getattr(wanted, name)
        if value is not None:
            yield tickets.c[name] == value
    if wanted.clients is not None:
        yield tickets.c.client.in_(wanted.clients)
    if wanted.ids is not None:
        yield tickets.c.ticket_id.in_(wanted.ids)
    if wanted.accepted is not None:
        unaccepted = and_(tickets.c.accepted_at.is_(None), tickets.c.closed_at.is_(None), ~IS_CHILD)
        yield tickets.c.accepted_at.is_not(None) if wanted.accepted else unaccepted
    if wanted.running is not None:
        yield tickets.c.closed_at.is_(None) if wanted.running else tickets.c.closed_at.is_not(None)
    if wanted.pinned_to is not None:
        yield _pinned() == wanted.pinned_to
    if wanted.pinned_elsewhere_than is not None:
        yield _pinned() != wanted.pinned_elsewhere_than
    if wanted.parent is not None:
        yield and_(IS_CHILD, tickets.c.state["parent"].astext == wanted.parent)
    if wanted.owes_note is not None:
        yield text(IN_DEBT)
        yield text(f"{OWED_BY} = :owes_note").bindparams(owes_note=wanted.owes_note)
    if wanted.to_be_decided:
        yield text(TO_BE_DECIDED)
    if wanted.words:
        yield _says(wanted.words)
    if wanted.sla is not None:
        yield _standing(wanted.sla, now)
    told = (
        (wanted.stagnant, STAGNANT),
        (wanted.under_escalated, _UNDER_ESCALATED),
        (wanted.uncovered, UNCOVERED),
        (wanted.open, OPEN),
        (wanted.emergency, EMERGENCY),
        (wanted.major, IS_MAJOR),
        (wanted.on_hold, tickets.c.on_hold.is_not(None)),
    )
    for asked, holds in told:
        if asked is not None:
            yield holds if asked else ~func.coalesce(holds, false())


def _standing(sla: str, now: datetime) -> ColumnElement[bool]:
    """Breached counts for good, at risk only while a promise to the client runs."""
    breached = or_(tickets.c.breached, tickets.c.breach_at <= now)
    match sla:
        case "breached":
            return breached
        case "at_risk":
            return and_(~breached, tickets.c.risk_at <= now)
        case _:
            raise ValueError(f"sla is at_risk or breached, not {sla!r}")
