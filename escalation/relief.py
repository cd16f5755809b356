"""Somebody else gets a ticket because its owner is away, has left or goes home; nothing else about it changes."""

from escalation import promises
from escalation.commands import HandOver, Relieve
from escalation.errors import IncompleteCommand, NotAllowedInStage
from escalation.events import Event, Need, Transferred
from escalation.handoff import is_blank, missing
from escalation.lifecycle import Stage
from escalation.prefill import auto_built
from escalation.situation import Situation
from escalation.terms import SYSTEM, Role

_SAID = {
    "absence": "{person} is away",
    "left": "{person} has left the desk",
    "shift_end": "the shift of {person} is over, and nobody had handed the ticket over",
}


def judge_hand_over(at: Situation, command: HandOver) -> list[Event]:
    """At the end of a shift: a shift note, and whoever is here then, or a person by name."""
    ticket = at.ticket
    if ticket.tier is None:
        raise NotAllowedInStage(f"{ticket.id} is in {ticket.stage.value}: nothing to hand over.", stage=ticket.stage)
    if is_blank(command.shift_note, at.policy.note):
        raise IncompleteCommand("Say in shift_note what the next one needs to know.", ["shift_note"])
    if command.to_person == ticket.owner:
        raise IncompleteCommand(f"{ticket.owner} owns {ticket.id} already.", ["to_person"])
    need = _need(at).model_copy(update={"person": command.to_person, "after_shift_of": ticket.owner})
    return [_transferred(at, need, "shift_end", command.shift_note)]


def judge_relieve(at: Situation, command: Relieve) -> list[Event]:
    """The ticket to somebody else, if it is still this person's and somebody has to work on it; else nothing."""
    ticket = at.ticket
    if not command.person.strip():
        raise IncompleteCommand("Say whom to relieve: person is missing.", ["person"])
    if ticket.owner != command.person or ticket.stage is Stage.RESOLVED:
        return []
    reason = command.reason or _SAID[command.why].format(person=command.person)
    moved = _transferred(at, _need(at), command.why, reason)
    if command.why != "shift_end" or not moved.incomplete:
        return [moved]
    return [moved.model_copy(update={"owed_by": ticket.owner, "owed_at": at.now + at.policy.note.auto_debt})]


def _need(at: Situation) -> Need:
    """Somebody of the same tier and skill, and never the one who goes."""
    ticket = at.ticket
    if ticket.tier is None:
        return Need(role=Role.DISPATCHER, priority=ticket.priority, exclude=(ticket.owner,))
    category = at.policy.categories.get(ticket.category or "")
    return Need(
        tier=ticket.tier,
        skill=ticket.required_skill or (category.skill if category else None),
        on_call=promises.urgent_handoff(ticket),
        priority=ticket.priority,
        exclude=(ticket.owner,),
    )


def _transferred(at: Situation, need: Need, why: str, reason: str) -> Transferred:
    """The transfer, with a note built from intake and work log as far as those go."""
    ticket = at.ticket
    note = auto_built(ticket, at.policy)
    return Transferred.model_validate(
        {
            "at": at.now,
            "by": at.by or SYSTEM,
            "stage": ticket.stage,
            "from_tier": ticket.tier,
            "to_tier": ticket.tier,
            "need": need,
            "previous_owner": ticket.owner,
            "reason": reason,
            "why": why,
            "note": note,
            "incomplete": tuple(missing(note, at.policy.note, subject=ticket.subject)),
            "clocks": promises.at_relief(ticket, at.policy, at.now),
        }
    )
