"""Why a ticket is where it is, and what would move it: every trigger of its policy, fired or not, with its reason.

A pure function of the ticket, its slice of the policy and the moment; the ticket remembers from its events what fired.
"""

from datetime import datetime

from escalation.explain import conditioned, standing, timed
from escalation.explain.moments import spoken
from escalation.explain.view import Explanation, TriggerExplained
from escalation.policy import Slice
from escalation.ticket import Ticket

__all__ = ["Explanation", "TriggerExplained", "explain"]


def explain(ticket: Ticket, policy: Slice, now: datetime) -> Explanation:
    """Every trigger and why; what wins; where it began; whether Tier 3 is open; what its tier may do."""
    triggers = (*timed.explained(ticket, policy, now), *conditioned.explained(ticket, policy))
    return Explanation(
        ticket_id=ticket.id,
        at=now,
        policy_version=ticket.policy_version,
        stage=ticket.stage,
        tier=ticket.tier,
        words=_in_short(ticket, triggers),
        start=standing.start(ticket, policy),
        ruling=conditioned.ruling(ticket, policy),
        triggers=triggers,
        tier_three=standing.tier_three(ticket, policy),
        scope=standing.scope(ticket, policy),
    )


def _in_short(ticket: Ticket, triggers: tuple[TriggerExplained, ...]) -> str:
    """Where it is, what moved it, and which trigger of time comes next."""
    where = f"{ticket.id} is in {ticket.stage.value.replace('_', ' ').replace('tier', 'Tier')}"
    fired = list(dict.fromkeys(firing.trigger for firing in ticket.firings if firing.trigger))
    moved = f"fired so far: {', '.join(fired)}" if fired else "no trigger has fired"
    coming = [(each.at, trigger.id) for trigger in triggers for each in trigger.coming if each.at]
    soonest = min(coming, default=None)
    then = f"; {soonest[1]} comes next, at {spoken(soonest[0])}" if soonest else ""
    return f"{where}; {moved}{then}."
