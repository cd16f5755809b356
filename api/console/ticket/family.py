"""Forms of the commands that join tickets which share a fault, and of a major incident."""

from collections.abc import Sequence

from api.console.ticket.controls import Control
from api.console.ticket.desk import Desk
from escalation.durations import format_duration


def attach(_: Desk) -> Sequence[Control]:
    """Of which ticket, and why."""
    return [
        Control("parent", "Its parent", required=True, hint="The id of the ticket whose fault it shares."),
        Control("reason", "Why", "area", rows=2),
    ]


def detach(_: Desk) -> Sequence[Control]:
    """Why it is a fault of its own."""
    return [Control("reason", "Why it is a fault of its own", "area", required=True)]


def declare_major(desk: Desk) -> Sequence[Control]:
    """Who leads it, how often the clients hear, and why."""
    major = desk.look.ticket.major if desk.look.ticket.is_major else None
    every = major.update_every if major else desk.policy.major_incidents.update_every
    people = desk.everybody()
    return [
        Control("commander", "Commands", "choice", major.commander if major else None, people, required=True),
        Control("communicator", "Speaks to the clients", "choice", major.communicator if major else None, people,
                required=True),
        Control("update_every", "The clients hear every", value=format_duration(every), hint="Such as 30m or 1h."),
        Control("reason", "Why", "area", required=major is None),
    ]  # fmt: skip


def post_update(desk: Desk) -> Sequence[Control]:
    """What the clients read."""
    count = len(desk.look.ticket.children)
    whom = f"The contact of this ticket and those of its {count} children read it." if count else ""
    return [Control("text", "What the clients read", "area", required=True, hint=whom)]


def stand_down(_: Desk) -> Sequence[Control]:
    """Why it is none any more."""
    return [Control("reason", "Why it is none any more", "area", required=True)]
