"""Why a ticket is where it is, and what would move it: every trigger of its policy, fired or not, with its reason, and
whatever else time can set off.

A pure function of the ticket, its slice of the policy and the moment; the ticket remembers from its events what fired.
"""

from datetime import datetime

from escalation.explain import conditioned, standing, timed, timers
from escalation.explain.moments import spoken
from escalation.explain.view import Explanation, TimerExplained, TriggerExplained
from escalation.policy import Slice
from escalation.ticket import Ticket

__all__ = ["Explanation", "TimerExplained", "TriggerExplained", "explain"]


def explain(ticket: Ticket, policy: Slice, now: datetime) -> Explanation:
    """Every trigger and why; what wins; where it began; whether Tier 3 is open; what its tier may do."""
    triggers = (*timed.explained(ticket, policy, now), *conditioned.explained(ticket, policy))
    others = timers.all_of(ticket, policy, now)
    return Explanation(
        ticket_id=ticket.id,
        at=now,
        policy_version=ticket.policy_version,
        stage=ticket.stage,
        tier=ticket.tier,
        words=_in_short(ticket, triggers, others),
        start=standing.start(ticket, policy),
        ruling=conditioned.ruling(ticket, policy),
        triggers=triggers,
        timers=others,
        tier_three=standing.tier_three(ticket, policy),
        scope=standing.scope(ticket, policy),
    )


def _in_short(ticket: Ticket, triggers: tuple[TriggerExplained, ...], others: tuple[TimerExplained, ...]) -> str:
    """Where it is, what moved it, which trigger of time comes next, and what else comes before that."""
    where = f"{ticket.id} is in {ticket.stage.value.replace('_', ' ').replace('tier', 'Tier')}"
    fired = list(dict.fromkeys(firing.trigger for firing in ticket.firings if firing.trigger))
    moved = f"fired so far: {', '.join(fired)}" if fired else "no trigger has fired"
    soonest, sooner = timers.soonest(triggers), timers.soonest(others)
    then = f"; {soonest[1]} comes next, at {spoken(soonest[0])}" if soonest else ""
    if sooner and (soonest is None or sooner[0] < soonest[0]):
        says = next(each.says for each in others if each.id == sooner[1])
        then += f"{'; before that,' if soonest else ';'} at {spoken(sooner[0])}: {says[0].lower()}{says[1:]}"
    nobody = "; uncovered: everybody on call was paged, and nobody has taken it up" if ticket.uncovered else ""
    return f"{where}{nobody}; {moved}{then}."
