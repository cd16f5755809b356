"""One line about something that time sets off, and the reasons that several of them share."""

from collections.abc import Iterable

from escalation.explain.moments import spoken
from escalation.explain.view import Coming, TimerExplained, TimerState
from escalation.ticket import Ticket


def timer(
    name: str,
    says: str,
    leads_to: str,
    *,
    fired: str = "",
    coming: tuple[Coming, ...] = (),
    why_not: str = "",
    promised: bool = True,
) -> TimerExplained:
    """What came, then what comes; `why_not` speaks where there is neither."""
    said = [fired, *(each.words for each in coming[:1])]
    return TimerExplained(
        id=name,
        says=says,
        leads_to=leads_to,
        state=_state(coming, fired=bool(fired), promised=promised),
        fired=bool(fired),
        coming=coming,
        words=" ".join(filter(None, said)) or f"It does not come: {why_not}.",
    )


def at_rest(ticket: Ticket) -> str:
    """Why nothing of a tier's work is timed, where the ticket is at no tier; blank where it is at one."""
    if ticket.tier is not None:
        return ""
    if ticket.ending and not ticket.over:
        return f"the ticket was resolved on {spoken(ticket.ending.at)}"
    return f"the ticket is {'in ' if not ticket.over else ''}{ticket.stage.value}"


def of_a_parent(ticket: Ticket) -> str:
    """Why nothing of the work on a child comes; empty for a ticket that is none."""
    return f"the work is done on its parent {ticket.parent}" if ticket.parent else ""


def on_hold(ticket: Ticket) -> str:
    """`the ticket is on hold since 2 Nov 2026 16:00 UTC (waiting customer)`; blank where it is not."""
    hold = ticket.hold
    return f"the ticket is on hold since {spoken(hold.since)} ({words(hold.reason)})" if hold else ""


def not_taken_up(ticket: Ticket) -> str:
    """Why what begins with acceptance has not begun; blank where it has."""
    return f"it begins when {ticket.owner} takes the ticket up" if ticket.accepted_at is None else ""


def words(name: str) -> str:
    """A name of the policy as a sentence has it."""
    return name.replace("_", " ")


def told(roles: Iterable[str]) -> str:
    """`the owner and the team lead are told`."""
    named = [f"the {words(role)}" for role in roles]
    if not named:
        return "nobody is told; it is recorded"
    return f"{' and '.join(named)} {'is' if len(named) == 1 else 'are'} told"


def _state(coming: tuple[Coming, ...], *, fired: bool, promised: bool) -> TimerState:
    if any(each.at for each in coming):
        return "coming"
    if coming:
        return "paused"
    if fired:
        return "fired"
    return "not_running" if promised else "not_promised"
