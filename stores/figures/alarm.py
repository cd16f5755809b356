"""The 40 % line in SQL: what was worked on at Tier 1 within a window, and what the journal says of it."""

from typing import Any

from sqlalchemy import CTE, ColumnElement, Connection, Select, and_, false, func, literal, or_, select, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range

from escalation.audit.alarm import Alarm, Counts, verdict
from escalation.audit.window import Window
from escalation.terms import EscalationKind
from stores.figures.cases import F, inlined
from stores.schema import journal
from stores.schema.journal import AUDITED

J = journal.c


def alarm_in(connection: Connection, window: Window, clients: tuple[str, ...] | None) -> Alarm:
    """The alarm over what was worked on within the window, of all clients or of these."""
    base = _worked(window, clients)
    said = _said(base, window)
    worked = connection.execute(select(func.count().label("worked"), _n(base.c.known_issue).label("known_issue"))).one()
    noted = connection.execute(_noted(said)).one()
    ups = connection.execute(_ups(said)).all()
    return verdict(
        Counts(
            **worked._asdict(),
            **noted._asdict(),
            in_scope=sum(row.in_scope for row in ups),
            by_trigger={row.trigger: row.n for row in ups if row.trigger},
            by_person=sum(row.n for row in ups if row.trigger is None),
        )
    )


def _worked(window: Window, clients: tuple[str, ...] | None) -> CTE:
    """The desk's own tickets that were at Tier 1 within the window, emergencies apart."""
    span = literal(Range(window.since, window.until), TSTZRANGE)
    there = and_(~F.merged, ~F.imported, ~F.emergency, F.taken_in_at < window.until, F.at_tier_1.op("&&")(span))
    asked = select(F.ticket_id, F.known_issue).where(there)
    return inlined(asked if clients is None else asked.where(F.client.in_(clients)), "worked")


def _said(base: CTE, window: Window) -> CTE:
    """What the journal says of them, in the words that its index answers."""
    event = J.event
    asked = (
        select(
            J.ticket_id,
            J.kind,
            and_(J.kind == "escalated", event["from_tier"].astext == "1").label("up"),
            (event["escalation"].astext == EscalationKind.EMERGENCY).label("emergency"),
            event["trigger"].astext.label("trigger"),
            func.coalesce(event["in_scope"].as_boolean(), false()).label("in_scope"),
            event["tier"].astext.label("tier"),
            (func.coalesce(event["sop_step"].astext, "") != "").label("along_sop"),
            func.coalesce(event["repeated"].as_boolean(), false()).label("repeated"),
        )
        .join_from(journal, base, base.c.ticket_id == J.ticket_id)
        .where(text(f"journal.{AUDITED}"), J.at >= window.since, J.at < window.until)
    )
    return inlined(asked, "said")


def _noted(said: CTE) -> Select[*tuple[Any, ...]]:
    c = said.c
    attempt = c.kind == "attempt_logged"
    return select(
        _tickets(said, c.up, ~c.emergency).label("escalated"),
        _tickets(said, attempt, c.along_sop, or_(c.tier.is_(None), c.tier == "1")).label("along_sop"),
        _n(attempt).label("attempts"),
        _n(attempt, c.repeated).label("repeated"),
        _n(c.kind == "near_miss_logged").label("near_misses"),
        _tickets(said, c.kind == "nudged", c.tier == "1").label("prompted"),
    )


def _ups(said: CTE) -> Select[*tuple[Any, ...]]:
    """By trigger the escalations out of Tier 1 of the tickets that it escalated; an emergency alone is none."""
    c = said.c
    escalated = select(c.ticket_id).where(c.up, ~c.emergency)
    asked = select(c.trigger, func.count().label("n"), _n(c.in_scope).label("in_scope"))
    return asked.where(c.up, c.ticket_id.in_(escalated)).group_by(c.trigger)


def _n(*holds: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(*holds)


def _tickets(said: CTE, *holds: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(said.c.ticket_id.distinct()).filter(*holds)
