"""Everything beside the triggers that time can set off: whether it came, when it comes, or why it does not.

Each deadline that the workflow may arm its timer for is either a mark of a trigger of time or one of these; a test
holds the two against each other.
"""

from collections.abc import Iterable
from datetime import datetime

from escalation.explain import held, promised, waiting
from escalation.explain.view import TimerExplained, TriggerExplained
from escalation.policy import Slice
from escalation.ticket import Ticket


def all_of(ticket: Ticket, policy: Slice, now: datetime) -> tuple[TimerExplained, ...]:
    """One line for each, in a fixed order."""
    return (
        promised.shares(ticket, policy, now),
        promised.next_reply(ticket, policy, now),
        promised.next_update(ticket, policy, now),
        promised.tier_time(ticket, policy, now),
        promised.vendor(ticket, policy, now),
        waiting.idle(ticket, policy),
        waiting.note_owed(ticket),
        held.follow_up(ticket, policy),
        held.longest_hold(ticket),
        waiting.page(ticket, policy),
        waiting.no_progress(ticket, policy),
        waiting.major_update(ticket),
        waiting.close(ticket),
    )


def soonest(explained: Iterable[TimerExplained | TriggerExplained]) -> tuple[datetime, str] | None:
    """When the first of them comes, and its name."""
    return min(((each.at, one.id) for one in explained for each in one.coming if each.at), default=None)
