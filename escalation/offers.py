"""What one person may ask of a ticket as it stands: what its stage permits, their role, and whose ticket it is."""

from escalation.permissions import OWNERS_ONLY, PERMITTED, STEERED
from escalation.records import Breach
from escalation.terms import Role
from escalation.ticket import Ticket
from escalation.view import allowed


def offers(ticket: Ticket, person: str, role: Role) -> frozenset[str]:
    """The commands that are worth offering: the rules judge each again, and may still miss something in it."""
    permitted = PERMITTED[role] & set(allowed(ticket))
    return frozenset(name for name in permitted if _theirs(ticket, name, person, role))


def _theirs(ticket: Ticket, name: str, person: str, role: Role) -> bool:
    owns = ticket.owner == person
    if name in OWNERS_ONLY and not owns and name not in STEERED.get(role, frozenset()):
        return False
    match name:
        case "accept":
            return _may_accept(ticket, owns, role)
        case "hold":
            return ticket.hold is None
        case "near_miss":
            return not ticket.escalations and not ticket.emergency
        case "ask_exclusion":
            return any(breach.asked_by is None or breach.approved is not None for breach in ticket.breaches.values())
        case "decide_exclusion":
            return any(pending(breach) and breach.asked_by != person for breach in ticket.breaches.values())
        case _:
            return True


def pending(breach: Breach) -> bool:
    """Whether somebody asks that this breach should not count, and nobody has decided."""
    return breach.asked_by is not None and breach.approved is None


def _may_accept(ticket: Ticket, owns: bool, role: Role) -> bool:
    """Take up what is theirs, or take over another's; a dispatcher routes tickets and works on none."""
    if owns:
        return ticket.accepted_at is None
    return ticket.tier is not None and role is not Role.DISPATCHER
