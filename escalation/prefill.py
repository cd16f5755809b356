"""What the ticket itself can say in a handoff note."""

from escalation.commands import Contact
from escalation.handoff import HandoffNote
from escalation.policy import Slice
from escalation.promises import RESOLUTION
from escalation.terms import LINE, TEXT
from escalation.ticket import Ticket

STEPS_CARRIED = 100  # in one note, the latest; two hundred long ones would be most of a megabyte


def prefilled(ticket: Ticket, policy: Slice) -> HandoffNote:
    """The note as far as intake, work log and clocks know it; the rest is for a person to write."""
    facts = ticket.facts
    return HandoffNote(
        customer_contact=_cut(contact_line(ticket.contact), LINE) or None,
        environment=_cut(policy.client.environment, TEXT) or None,
        error_messages=facts.error_messages,
        recent_changes=facts.recent_changes,
        steps_tried=ticket.steps[-STEPS_CARRIED:] or None,
        urgency=ticket.priority.value,
        sla_deadline=_deadline(ticket),
        affected_systems=facts.affected_systems,
        users_affected=facts.users_affected,
    )


def true_to_ticket(note: HandoffNote, ticket: Ticket) -> HandoffNote:
    """The note with the ticket's own urgency and deadline, whatever was written: those two are facts."""
    deadline = _deadline(ticket) or note.sla_deadline
    return note.model_copy(update={"urgency": ticket.priority.value, "sla_deadline": deadline})


def auto_built(ticket: Ticket, policy: Slice) -> HandoffNote:
    """The note of a timer or an emergency: intake and work log, and nothing invented."""
    carried = ticket.steps[-STEPS_CARRIED:]
    failed = [f"{step.step}: {step.result}" for step in carried]
    if len(carried) < len(ticket.steps):
        failed.insert(0, f"(the last {len(carried)} of {len(ticket.steps)} steps; the timeline has them all)")
    symptoms = ". ".join(part for part in (ticket.subject, ticket.description) if part)
    return prefilled(ticket, policy).model_copy(
        update={"summary_symptoms": _cut(symptoms, TEXT) or None, "what_failed": _cut("; ".join(failed), TEXT) or None}
    )


def contact_line(contact: Contact) -> str:
    """Name and ways to reach them, in one line."""
    return ", ".join(part for part in (contact.name, contact.email, contact.phone) if part)


def _cut(text: str, most: int) -> str:
    """No longer than the note's field can hold: what is joined here would else be a note that nobody can read back."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _deadline(ticket: Ticket) -> str | None:
    clock = ticket.clocks.get(RESOLUTION)
    if clock is None:
        return None
    return clock.due_at.isoformat() if clock.due_at else "paused"
