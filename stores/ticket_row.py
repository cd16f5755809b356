"""One row of the read side for each ticket: what lists filter by, what dashboards add up, and the ticket itself."""

from datetime import datetime
from typing import Any

from escalation.deadlines import next_deadline
from escalation.sla import Clock
from escalation.ticket import Ticket
from stores.ticket_facts import FIRST_RESPONSE, Story

RESOLUTION = "resolution"
_AT_RISK = 75  # per cent of the target used


def row_of(ticket: Ticket, story: Story, taken_in_at: datetime) -> dict[str, Any]:
    """The columns of `tickets`."""
    named = {name: getattr(ticket, name) for name in _SAME}
    # An import is history: nothing of it falls due any more.
    deadline = None if story.imported else next_deadline(ticket)
    promised = [] if story.imported else _promised(ticket)
    first_response = ticket.clocks.get(FIRST_RESPONSE)
    return named | {
        "ticket_id": ticket.id,
        "imported": story.imported,
        "on_hold": ticket.hold.reason if ticket.hold else None,
        "taken_in_at": taken_in_at,
        "first_response_at": first_response.stopped_at if first_response else story.facts.first_response_at,
        "resolved_at": ticket.ending.at if ticket.ending else None,
        "changed_at": story.last_at,
        "next_deadline": str(deadline) if deadline else None,
        "next_due_at": deadline.at if deadline else None,
        "risk_at": min(map(_risk_at, promised), default=None),
        "breach_at": min((clock.due_at for clock in promised if clock.due_at), default=None),
        "breached": any(ticket.clocks[name].breached for name in _TO_THE_CLIENT if name in ticket.clocks),
        "facts": story.model_dump(mode="json", exclude_defaults=True),
        "state": ticket.model_dump(mode="json", exclude_defaults=True),
    }


_TO_THE_CLIENT = (FIRST_RESPONSE, RESOLUTION)
_SAME = (
    "seq",
    "client",
    "subject",
    "kind",
    "category",
    "priority",
    "vip",
    "stage",
    "tier",
    "owner",
    "owned_since",
    "accepted_at",
    "coordinator",
    "opened_at",
    "closed_at",
    "escalations",
    "returns",
    "near_misses",
    "reopen_count",
    "reached_tier_3",
    "merged_into",
    "problem",
)


def _promised(ticket: Ticket) -> list[Clock]:
    """The running promises to the client."""
    clocks = [ticket.clocks[name] for name in _TO_THE_CLIENT if name in ticket.clocks]
    return [clock for clock in clocks if clock.running and clock.due_at]


def _risk_at(clock: Clock) -> datetime:
    """When three quarters of the promise are used up; a mark that passed is gone from the clock."""
    mark = clock.marks.get(str(_AT_RISK))
    if mark and mark.at:
        return mark.at
    earlier = any(name.isdigit() and int(name) < _AT_RISK for name in clock.marks)
    if clock.due_at and (earlier or not clock.marks):  # the policy has no such mark: the last quarter by the wall clock
        return clock.due_at - (clock.due_at - clock.started_at) / 4
    return clock.started_at
