"""Nothing sits without progress: who is reminded of a ticket that stands still, and what a tier keeps too long."""

from collections.abc import Sequence
from datetime import datetime

from escalation.clockwork import idle_at
from escalation.commands import Command, ContactMade
from escalation.events import Event, MarkPassed, Nudged, UnderEscalated
from escalation.situation import Situation, beyond_scope, must_escalate
from escalation.terms import Flag, Role
from escalation.ticket import Ticket

OWNER, TEAM_LEAD = "owner", "team_lead"
UNDECIDED = ("escalate", "plan", "near_miss")
UNATTENDED = ("log_attempt", "plan", "hold")
# What a person does on a ticket: any of it shows that it does not stand still.
PROGRESS = frozenset(
    {
        "accept", "triage", "update_fields", "log_attempt", "consult", "coordinate", "resume", "near_miss",
        "complete_note", "contact", "comment",
    }
)  # fmt: skip
_TOLD = (OWNER, TEAM_LEAD)
_COMPLEX = (Flag.RECURRING, Flag.CRITICAL_ASSET)


def with_idle_limit(after: Situation, command: Command, events: Sequence[Event]) -> list[Event]:
    """The decision, its last event saying until when the next is expected: after whatever a person did, or at the
    end of a hold.

    `after` is the ticket after it. Nobody is waited for who has not taken the ticket up, or holds it.
    """
    ticket = after.ticket
    if not events or not worked_on(ticket) or (ticket.idle is not None and not _is_progress(command)):
        return list(events)
    return [*events[:-1], events[-1].model_copy(update={"idle_at": idle_at(ticket, after.policy, after.now)})]


def worked_on(ticket: Ticket) -> bool:
    """Whether somebody has taken the ticket up and nothing holds it, nor is the work done on its parent."""
    taken_up = ticket.tier is not None and ticket.accepted_at is not None
    return taken_up and ticket.hold is None and ticket.parent is None


def nudged(at: Situation, due_at: datetime) -> list[Event]:
    """The owner is asked what is to become of it; if that goes unanswered, the team lead is told."""
    ticket, idle = at.ticket, at.ticket.idle
    limit = at.policy.scope[ticket.tier].idle if ticket.tier in at.policy.scope else None
    if idle is None or limit is None or ticket.tier is None:
        return []
    level = idle.level + 1
    return [
        Nudged(
            at=at.now,
            level=level,
            due_at=due_at,
            idle_since=idle.since,
            limit=limit,
            tier=ticket.tier,
            ask=UNDECIDED if ticket.tier == 1 else UNATTENDED,
            inform=_TOLD[level - 1],
            idle_at=idle_at(ticket, at.policy, idle.since, level + 1) if level < len(_TOLD) else None,
        )
    ]


def under_escalated(at: Situation, passed: MarkPassed) -> list[Event]:
    """A tier that has used up its time with a ticket that looks too complex for it."""
    ticket = at.ticket
    found = signs(at) if ticket.tier and ticket.tier < 3 and ticket.under_escalated is None else {}
    return [UnderEscalated(at=at.now, tier=ticket.tier or 1, due_at=passed.due_at, values=found)] if found else []


def signs(at: Situation) -> dict[str, object]:
    """The fields that speak for a higher tier; empty where none does."""
    ticket, tier = at.ticket, at.ticket.tier or 1
    found: dict[str, object] = {
        "must_escalate": list(must_escalate(ticket, at.policy, tier)),
        "flags": [flag.value for flag in ticket.flags if flag in _COMPLEX],
        "beyond_scope": beyond_scope(ticket, at.policy, tier),
        "failed_attempts": ticket.failed_attempts,
        "repeated_steps": ticket.repeated_steps,
    }
    return {name: value for name, value in found.items() if value}


def _is_progress(command: Command) -> bool:
    if command.role in (Role.INTEGRATION, Role.SYSTEM) or command.name not in PROGRESS:
        return False
    return not isinstance(command, ContactMade) or (command.direction == "outbound" and not command.automatic)
