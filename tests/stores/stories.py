"""Tickets for tests, told as their journal tells them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from escalation import sla
from escalation.calendar import AROUND_THE_CLOCK
from escalation.commands import Contact, Intake
from escalation.events import Accepted, Closed, Entry, Escalated, Event, Need, Opened, Queued, Resolved
from escalation.handoff import HandoffNote
from escalation.lifecycle import tier_stage
from escalation.sla import Clock
from escalation.terms import EscalationKind, Priority

MONDAY = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def clock(name: str, started_at: datetime, target: timedelta) -> Clock:
    marks = {str(share): target * share / 100 for share in (50, 75, 90, 100)}
    return sla.start(name, target, "client", AROUND_THE_CLOCK, started_at, marks)


def intake(
    ticket_id: str,
    at: datetime = MONDAY,
    *,
    client: str = "acme",
    source: str = "api",
    priority: Priority = Priority.P3,
    target: timedelta = 8 * HOUR,
) -> Opened:
    return Opened(
        at=at,
        by="api",
        ticket_id=ticket_id,
        intake=Intake(client=client, contact=Contact(name="Ann"), subject="No mail", category="mail", source=source),
        priority=priority,
        policy_version="v1",
        clocks={
            "first_response": clock("first_response", at, target / 4),
            "resolution": clock("resolution", at, target),
        },
    )


def queued(owner: str, at: datetime = MONDAY, tier: int = 1) -> Queued:
    return Queued(at=at, stage=tier_stage(tier), to_tier=tier, need=Need(tier=tier), owner=owner, via="on_shift")


def escalated(owner: str, at: datetime, from_tier: int = 1, to_tier: int = 2) -> Escalated:
    return Escalated(
        at=at,
        by="ann",
        stage=tier_stage(to_tier),
        from_tier=from_tier,
        to_tier=to_tier,
        need=Need(tier=to_tier),
        owner=owner,
        escalation=EscalationKind.FUNCTIONAL,
        note=HandoffNote(what_failed="everything"),
    )


def accepted(by: str, at: datetime) -> Accepted:
    return Accepted(at=at, by=by)


def resolved(by: str, at: datetime, tier: int = 1) -> Resolved:
    return Resolved(
        at=at,
        by=by,
        code="fixed",
        cause="mail",
        resolution="Restarted it.",
        tier=tier,
        reopen_until=at + 50 * HOUR,
        close_at=at + 30 * HOUR,
    )


def closed(at: datetime) -> Closed:
    return Closed(at=at, reason="confirmed")


def story(ticket_id: str, *events: Event, first: int = 1) -> list[Entry]:
    """The journal entries of these events, numbered from `first`."""
    return [
        Entry(ticket_id=ticket_id, seq=first + place, policy_version="v1", request_id=f"r{first + place}", event=event)
        for place, event in enumerate(events)
    ]


def short_life(ticket_id: str, owner: str = "tomas", at: datetime = MONDAY, **said: str) -> Sequence[Entry]:
    """Taken in, queued at Tier 1 and accepted."""
    return story(
        ticket_id,
        intake(ticket_id, at, client=said.get("client", "acme")),
        queued(owner, at),
        accepted(owner, at + HOUR / 4),
    )
