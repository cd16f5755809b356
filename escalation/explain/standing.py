"""Where a ticket began, what its tier may do with it, and whether Tier 3 is open to it."""

from escalation.explain.view import GuardExplained, ScopeExplained, StartExplained
from escalation.firing import destination, matches
from escalation.firings import Firing
from escalation.policy import Slice
from escalation.situation import access_of, beyond_scope, must_escalate
from escalation.ticket import Ticket


def start(ticket: Ticket, policy: Slice) -> StartExplained:
    """Its first tier, and what put it there: the category, a linked known issue, a trigger, or a person."""
    begun = ticket.start
    if begun is None:
        return StartExplained(words="Not at a tier yet: triage still has to say what it is and how severe.")
    category = policy.categories.get(begun.category or "")
    if begun.trigger:
        says = next((trigger.says for trigger in policy.triggers if trigger.id == begun.trigger), begun.trigger)
        words = f"It began at Tier {begun.tier}: {begun.trigger} held from the first ({says})."
    elif category is None:
        words = f"It began at Tier {begun.tier}, before its category was known."
    elif begun.known_issue and begun.tier < category.tier:
        words = (
            f"It began at Tier {begun.tier}, though {begun.category} starts at Tier {category.tier}: "
            f"the known issue {begun.known_issue} is linked."
        )
    elif begun.tier == category.tier:
        words = f"It began at Tier {begun.tier}, where {begun.category} starts."
    else:
        words = f"It began at Tier {begun.tier} by a person's word; {begun.category} starts at Tier {category.tier}."
    return StartExplained(tier=begun.tier, trigger=begun.trigger, words=words)


def scope(ticket: Ticket, policy: Slice) -> ScopeExplained | None:
    """What the present tier may do with the ticket; None while it is at no tier."""
    tier = ticket.tier
    if tier is None:
        return None
    signs = must_escalate(ticket, policy, tier)
    inside = not beyond_scope(ticket, policy, tier)
    why = []
    if signs:
        why.append(f"it shows {' and '.join(signs)}, which Tier {tier} must hand on")
    if not inside:
        why.append(f"{ticket.category} is not among what Tier {tier} may do")
    if why:
        words = f"Tier {tier} may not resolve it: {'; '.join(why)}."
    elif (ticket.known_issue or "").strip():
        words = f"Tier {tier} may resolve it: the known issue {ticket.known_issue} is linked."
    else:
        words = f"Tier {tier} may resolve it."
    return ScopeExplained(
        tier=tier,
        may_resolve=not why,
        category_in_scope=inside,
        must_escalate=signs,
        access=tuple(sorted(access_of(policy, tier))),
        words=words,
    )


def tier_three(ticket: Ticket, policy: Slice) -> GuardExplained:
    """The guard before Tier 3: which allowed triggers lead there now, or how the ticket came in."""
    allowed = policy.tier_three_entry
    if ticket.reached_tier_3:
        entries = [each for each in ticket.firings if each.to_tier == 3 and each.event in ("queued", "escalated")]
        return GuardExplained(open=True, allowed=allowed, words=_entered(entries[-1] if entries else None))
    tier = ticket.tier or 1
    found = matches(ticket, policy, tier) if ticket.tier else []
    leading = tuple(m.trigger.id for m in found if destination(m.trigger, ticket, policy, tier) == 3)
    opening = tuple(name for name in leading if name in allowed)
    if opening:
        return GuardExplained(open=True, allowed=allowed, leading=leading, words=f"Open by {' and '.join(opening)}.")
    words = (
        f"Closed: none of {', '.join(allowed)} leads it there now. A service manager may override that with a reason."
    )
    return GuardExplained(open=False, allowed=allowed, leading=leading, words=words)


def _entered(entry: Firing | None) -> str:
    if entry is None:
        return "It has been at Tier 3."
    if entry.override:
        return f"{entry.by} let it in past the guard: {entry.override}"
    return f"It came in by {entry.trigger or entry.reason}."
