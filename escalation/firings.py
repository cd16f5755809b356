"""What a ticket remembers of why it moved: which trigger, on which values. Read from its events, and only from them."""

from collections.abc import Mapping

from pydantic import AwareDatetime

from escalation.events import (
    AcceptMissed,
    Coordinated,
    Escalated,
    Event,
    Handoff,
    MarkPassed,
    Queued,
    Returned,
    TriggerFired,
)
from escalation.terms import Facts, Role, Tier

REMEMBERED = 60  # firings kept on the ticket; the journal has them all
UNACCEPTED = "S4"


class Firing(Facts):
    """One time that a trigger, or a person's coded reason, moved a ticket or involved somebody.

    `matched` are the triggers that held as well, and did not win. `override` is a service manager's word for it.
    """

    at: AwareDatetime
    event: str
    trigger: str | None = None
    reason: str = ""
    by: str
    values: dict[str, object] = {}
    matched: tuple[str, ...] = ()
    stay: int
    from_tier: Tier | None = None
    to_tier: Tier | None = None
    role: str | None = None
    override: str = ""


class Start(Facts):
    """Where a ticket began its way through the tiers, and why there."""

    at: AwareDatetime
    tier: Tier
    category: str | None = None
    known_issue: str | None = None
    trigger: str | None = None


def firing(event: Event, stay: int) -> Firing | None:
    """The firing that an event tells of, None where it tells of none; `stay` is the one before the event."""
    said: dict[str, object] = {"at": event.at, "by": event.by, "event": event.kind, "stay": stay}
    match event:
        case Returned():
            return None  # its triggers are those that shall not fire
        case Queued(trigger=None) | Coordinated(trigger=None):
            return None
        case Escalated() | Handoff(trigger=str()):
            return _moved(event, said)
        case TriggerFired(inform=role):
            return _told(event.trigger, role, event.values, said, event.matched)
        case Coordinated(need=need):
            role = need.role.value if need.role is not Role.TECHNICIAN else None
            return _told(event.trigger, role, event.values, said)
        case MarkPassed(trigger=str() as trigger):
            values = {"clock": event.clock, "mark": event.mark, "due_at": event.due_at.isoformat()}
            return _told(trigger, ", ".join(event.inform) or None, values, said)
        case AcceptMissed():
            return _told(UNACCEPTED, None, {"level": event.level, "due_at": event.due_at.isoformat()}, said)
        case _:
            return None


def start(event: Event, category: str | None, known_issue: str | None) -> Start | None:
    """The beginning that a handoff is, for a ticket that was at no tier yet."""
    if not isinstance(event, Handoff) or event.to_tier is None:
        return None
    return Start(at=event.at, tier=event.to_tier, category=category, known_issue=known_issue, trigger=event.trigger)


def _moved(event: Handoff, said: dict[str, object]) -> Firing:
    return Firing.model_validate(
        {
            **said,
            "trigger": event.trigger,
            "reason": event.reason,
            "values": event.values,
            "matched": event.matched,
            "from_tier": event.from_tier,
            "to_tier": event.to_tier,
            "override": getattr(event, "override", ""),
        }
    )


def _told(
    trigger: str | None,
    role: str | None,
    values: Mapping[str, object],
    said: dict[str, object],
    matched: tuple[str, ...] = (),
) -> Firing:
    return Firing.model_validate({**said, "trigger": trigger, "role": role, "values": values, "matched": matched})
