"""Whether a person who was asked for by name can take a ticket: the desk asks it, and the API before it."""

from escalation.errors import NotAllowedInStage, NotPermitted, UnknownName
from escalation.events import Need
from escalation.lifecycle import tier_stage
from escalation.terms import Role, Tier

_LEADS = frozenset({Role.TEAM_LEAD.value, Role.SERVICE_MANAGER.value})


def check_receiver(person: str, role: str, tier: Tier | None, need: Need) -> None:
    """Raise where this person may not take over a ticket, or where a transfer would lead past a tier's guard.

    Who leads can take any ticket. A transfer stays at its tier; a take-over may come from above, never from below.
    """
    if role in _LEADS or need.tier is None:
        return
    if role != Role.TECHNICIAN.value:
        does = f"{person} is {role.replace('_', ' ')} and works on no tickets."
        raise UnknownName(does, field="to_person", value=person)
    if need.in_person:
        if tier is not None and tier < need.tier:
            raise NotPermitted(
                f"The ticket is at Tier {need.tier}, beyond the Tier {tier} of {person}: its owner can return it.",
                role=role,
            )
    elif tier != need.tier:
        raise NotAllowedInStage(
            f"{person} works at Tier {tier}, the ticket is at Tier {need.tier}: escalate or return it instead.",
            stage=tier_stage(need.tier).value,
        )
