"""What a decision looks at, and the small questions that every decision asks of it."""

from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from escalation.commands import IntakeFacts
from escalation.errors import UnknownName
from escalation.events import Event
from escalation.policy import Category, Rules, Slice
from escalation.terms import Flag, Priority, Scope, Tier
from escalation.ticket import Ticket
from escalation.triggers import Fields

_NEXT_UP = {
    Priority.P1: Priority.P1,
    Priority.P2: Priority.P1,
    Priority.P3: Priority.P2,
    Priority.P4: Priority.P3,
}
PROVISIONAL = Priority.P3  # while impact or urgency is not known yet


@dataclass(frozen=True)
class Situation:
    """A ticket, the policy it is pinned to, the moment, and who acts."""

    ticket: Ticket
    policy: Slice
    now: datetime
    by: str

    def after(self, *events: Event) -> "Situation":
        """The same moment with more facts."""
        ticket = self.ticket
        for event in events:
            ticket = ticket.after(event)
        return Situation(ticket, self.policy, self.now, self.by)


def category_of(ticket: Ticket, policy: Slice) -> Category:
    """The ticket's category; UnknownName where the policy has none of that name."""
    if ticket.category is None or ticket.category not in policy.categories:
        raise UnknownName(f"The policy knows no category {ticket.category!r}.", field="category", value=ticket.category)
    return policy.categories[ticket.category]


def start_tier(ticket: Ticket, policy: Slice) -> Tier:
    """Where the ticket starts: with its category, or at Tier 1 where a published known issue is linked.

    A sign that Tier 1 must hand on is the stronger, and so is a category of Tier 3.
    """
    tier = category_of(ticket, policy).tier
    known = bool((ticket.known_issue or "").strip())
    return 1 if tier == 2 and known and not must_escalate(ticket, policy, 1) else tier


def impact_of(policy: Slice, scope: Scope, facts: IntakeFacts, flags: tuple[Flag, ...]) -> int:
    """The impact that the reach of a fault means, 1 being the widest."""
    for rule in policy.impact_rules:
        if rule.scopes and scope in rule.scopes:
            return rule.impact
        if rule.users is not None and (facts.users_affected or 0) >= rule.users:
            return rule.impact
        if set(rule.flags) & set(flags) or not (rule.scopes or rule.users is not None or rule.flags):
            return rule.impact
    return 3


def priority_of(policy: Slice, impact: int | None, urgency: int | None, *, vip: bool) -> Priority:
    """Impact × urgency by the policy's matrix, one step up for a VIP if the policy says so; P3 while one is unknown."""
    if impact is None or urgency is None:
        return PROVISIONAL
    honest = policy.matrix[impact][urgency]
    return _NEXT_UP[honest] if vip and policy.vip_raises_priority else honest


def known_skill(skill: str | None, policy: Slice, field: str = "skill") -> None:
    """Raise UnknownName for a skill that no tier holds: nobody could be looked for by it, and no tier would keep it."""
    known = {name for limits in policy.scope.values() for name in limits.skills}
    if skill and skill.strip() and skill.strip() not in known:
        raise UnknownName(
            f"No tier has the skill {skill!r}; there are {', '.join(sorted(known))}.", field=field, value=skill
        )


def known_access(access: str | None, policy: Slice) -> None:
    """Raise UnknownName for an access that no tier has: a ticket that needs it would be above every tier."""
    known = access_of(policy, 3)
    if _beyond(access, known):
        raise UnknownName(
            f"No tier has the access {access!r}; there are {', '.join(sorted(known))}.",
            field="needed_access",
            value=access,
        )


def must_escalate(ticket: Ticket, policy: Slice, tier: int) -> tuple[str, ...]:
    """The signs on the ticket that this tier may not handle alone."""
    return tuple(flag.value for flag in ticket.flags if flag in policy.scope[tier].must_escalate)


def beyond_scope(ticket: Ticket, policy: Slice, tier: int) -> bool:
    """Whether the category lies outside what the tier may do; a published known issue brings it inside."""
    if ticket.category is None or (ticket.known_issue or "").strip():
        return False
    return not any(fnmatchcase(ticket.category, pattern) for pattern in policy.scope[tier].may)


def access_of(policy: Rules, tier: int) -> frozenset[str]:
    """The access that a tier has: its own, and that of the tiers below it."""
    return frozenset(name for t, limits in policy.scope.items() if t <= tier for name in limits.access)


def fields_of(ticket: Ticket, policy: Slice, tier: int) -> Fields:
    """What the triggers may look at: ticket fields only, never who is on duty or how busy the desk is."""
    category = policy.categories.get(ticket.category or "")
    skill = (ticket.required_skill or "").strip()
    return {
        "category": ticket.category,
        "scope": ticket.scope.value,
        "users_affected": ticket.facts.users_affected,
        "tier": tier,
        "priority": ticket.priority.value,
        "flags": tuple(flag.value for flag in ticket.flags),
        "vip": ticket.vip,
        "kind": ticket.kind.value,
        "failed_attempts": ticket.failed_attempts,
        "inbound_contacts": ticket.inbound_contacts,
        "technicians": len(ticket.technicians),
        "returns": ticket.returns,
        "recurrences": len(ticket.alike) + 1,
        "beyond_scope": beyond_scope(ticket, policy, tier),
        "must_escalate": bool(must_escalate(ticket, policy, tier)),
        "emergency_category": category is not None and category.emergency,
        "access_beyond_tier": _beyond(ticket.needed_access, access_of(policy, tier)),
        "skill_beyond_tier": bool(skill) and skill not in policy.scope[tier].skills,
    }


def _beyond(access: str | None, granted: frozenset[str]) -> bool:
    return bool((access or "").strip()) and (access or "").strip() not in granted
