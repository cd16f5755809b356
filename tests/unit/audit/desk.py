"""A made-up week of a desk, as audits see it."""

from datetime import UTC, datetime, timedelta

from escalation.audit.seen import AtTierThree, Note, Noted, Seen, Upward, Worked
from escalation.audit.window import Window
from escalation.terms import EscalationKind

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
WEEK = Window(since=MONDAY, until=MONDAY + timedelta(weeks=1))


def worked(n: int, *, emergency: bool = False, known_issue: bool = False) -> Worked:
    return Worked(
        ticket_id=f"T-{n:03}",
        client=f"client-{n % 5}",
        category=f"category-{n % 4}",
        technician=("ann", "bob", "cleo")[n % 3],
        shift=("day", "night")[n % 2],
        emergency=emergency,
        known_issue=known_issue,
    )


def up(
    n: int,
    *,
    from_tier: int = 1,
    kind: EscalationKind = EscalationKind.FUNCTIONAL,
    in_scope: bool = False,
    trigger: str | None = "C2",
    incomplete: bool = False,
) -> Upward:
    of = worked(n)
    return Upward(
        ticket_id=of.ticket_id,
        seq=5,
        at=MONDAY + timedelta(hours=n),
        client=of.client,
        category=of.category,
        from_tier=from_tier,
        to_tier=from_tier + 1,
        kind=kind,
        technician=of.technician,
        shift=of.shift,
        trigger=trigger,
        in_scope=in_scope,
        incomplete=incomplete,
    )


def note(n: int, what: Noted, **more: object) -> Note:
    of = worked(n)
    said = {"by": of.technician, "client": of.client, "category": of.category, "shift": of.shift, "tier": 1} | more
    return Note.model_validate({"what": what, "ticket_id": of.ticket_id, "at": MONDAY + timedelta(hours=n)} | said)


def week(tickets: int, escalated: int, **more: object) -> Seen:
    ups = tuple(up(n) for n in range(escalated))
    return Seen.model_validate({"worked": tuple(worked(n) for n in range(tickets)), "upwards": ups} | more)


def at_tier_three(n: int, category: str = "network.latency") -> AtTierThree:
    return AtTierThree(ticket_id=f"T-{n:03}", at=MONDAY, client="client-1", category=category, entered_by="escalated")
