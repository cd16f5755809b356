"""The same fault again: tickets of one client and category that came to Tier 2 one after the other.

How many there are is looked up when a ticket is handed to Tier 2, and stands in the event as a fact; so what follows
from it is a matter of the ticket's fields again.
"""

from datetime import datetime

from pydantic import AwareDatetime

from escalation.events import Escalated, Event, ProblemLinked
from escalation.firing import reactions
from escalation.policy import Slice
from escalation.situation import Situation
from escalation.terms import Facts, Tier
from escalation.ticket import Ticket

LOOKED_UP_AT: Tier = 2
_FIELD = "recurrences"


class Kin(Facts):
    """Which tickets are alike: the same client and category, taken in since, and once at Tier 2 or above."""

    ticket_id: str
    client: str
    category: str
    since: AwareDatetime


def kin_of(ticket: Ticket, policy: Slice, now: datetime) -> Kin | None:
    """What to look for where this ticket comes to Tier 2; None while nobody knows what kind of fault it is."""
    if ticket.category is None:
        return None
    since = now - policy.recurs_within
    return Kin(ticket_id=ticket.id, client=ticket.client, category=ticket.category, since=since)


def judge_recur(at: Situation) -> list[Event]:
    """What the triggers make of tickets alike; if one fires on them, all of them become one problem."""
    made = reactions(at)
    if not any(isinstance(event, Escalated) and _FIELD in event.values for event in made):
        return made
    ticket = at.ticket
    tickets = (*ticket.alike, ticket.id)
    return [*made, ProblemLinked(at=at.now, problem=problem_of(ticket), tickets=tickets)]


def problem_of(ticket: Ticket) -> str:
    """The id of the problem behind the tickets alike: one for each client and category."""
    return f"PRB-{ticket.client}-{ticket.category}"
