"""What a handoff changes on a ticket: its owner, its stays, its notes, and the procedure it is worked by."""

from typing import TYPE_CHECKING

from escalation.events import Escalated, Handoff, Queued, Reopened, Returned, Transferred
from escalation.filing import debt, filed, relieved
from escalation.guide import Guide
from escalation.handoff import HandoffNote
from escalation.lifecycle import Stage, tier_of
from escalation.records import Stay
from escalation.terms import EscalationKind

if TYPE_CHECKING:
    from escalation.ticket import Ticket


def handed_over(ticket: "Ticket", event: Handoff) -> dict[str, object]:
    """The fields that any handoff gives a new value."""
    owner = event.owner or ticket.owner
    watchers = ticket.watchers
    if ticket.owner and ticket.owner != owner:
        watchers = with_names(watchers, ticket.owner)
    changed: dict[str, object] = {
        "stage": event.stage,
        "owner": owner,
        "owned_since": event.at,
        "accepted_at": None,
        "watchers": watchers,
        "technicians": with_names(ticket.technicians, owner) if event.to_tier else ticket.technicians,
        "owners": (*ticket.owners, owner) if owner != ticket.owner or not ticket.owners else ticket.owners,
        "stays": _moved(ticket, event, owner),
        "hold": ticket.hold if relieved(event) else None,
        "epoch": ticket.epoch + 1,
        "climb": None,
        "reached_tier_3": ticket.reached_tier_3 or event.stage is Stage.TIER_3,
    }
    if tier_of(event.stage) is not None:
        changed |= {"ending": None, "closed_at": None}  # an imported log takes up again even what was closed
    if event.alike:
        changed["alike"] = event.alike
    if event.guide:
        changed |= guided(ticket, event.guide)
    match event:
        case Escalated():
            changed |= _escalated(ticket, event)
        case Returned():
            changed |= _returned(ticket, event)
        case Reopened():
            changed |= {"reopen_count": ticket.reopen_count + 1, "failed_attempts": 0}
        case Transferred(note=HandoffNote() as note):
            changed |= {"notes": (*ticket.notes, filed(event, note, event.incomplete)), "note_debt": debt(event)}
            if relieved(event) and event.owed_by is None:
                changed["note_debt"] = ticket.note_debt
        case _:
            pass
    return changed


def _returned(ticket: "Ticket", event: Returned) -> dict[str, object]:
    """What holds there already has fired for the new stay: a person's word that it goes down stands."""
    return {
        "returns": ticket.returns + 1,
        "bounced": ticket.bounced or event.flagged,
        "failed_attempts": 0,
        "fired": (*ticket.fired, *(f"{trigger}@{ticket.stay + 1}" for trigger in event.matched)),
    }


def _escalated(ticket: "Ticket", event: Escalated) -> dict[str, object]:
    up = event.from_tier is not None and event.to_tier != event.from_tier
    return {
        "notes": (*ticket.notes, filed(event, event.note, event.incomplete)),
        "note_debt": debt(event),
        "escalations": ticket.escalations + up,
        "auto_escalations": ticket.auto_escalations + event.auto,
        "emergency": ticket.emergency or event.escalation is EscalationKind.EMERGENCY,
        "failed_attempts": 0,
        "fired": with_fired(ticket, event.trigger),
    }


def _moved(ticket: "Ticket", event: Handoff, owner: str) -> tuple[Stay, ...]:
    """The stays after a handoff: a new one where the tier changed or the ticket came back, else a new owner of it."""
    if event.to_tier is None:
        return ticket.stays
    if ticket.stays and ticket.stays[-1].tier == event.to_tier and ticket.stays[-1].ended_at is None:
        owners = ticket.stays[-1].owners
        return last_stay(ticket, owner=owner, owners=owners if owners[-1:] == (owner,) else (*owners, owner))
    stays = last_stay(ticket, ended_at=event.at) if ticket.stays and ticket.stays[-1].ended_at is None else ticket.stays
    entered_by = event.kind if isinstance(event, Queued | Escalated | Returned | Transferred | Reopened) else "handoff"
    new = Stay(
        n=len(stays) + 1, tier=event.to_tier, began_at=event.at, entered_by=entered_by, owner=owner, owners=(owner,)
    )
    return (*stays, new)


def guided(ticket: "Ticket", guide: Guide | None) -> dict[str, object]:
    """Worked by this SOP from now on; what was done by an earlier revision of it is done."""
    same = guide and ticket.guide and guide.sop == ticket.guide.sop
    return {"guide": guide, "ticked": ticket.ticked if same else {}}


def with_fired(ticket: "Ticket", trigger: str | None) -> tuple[str, ...]:
    """What has fired, with this trigger in the present stay."""
    return with_names(ticket.fired, f"{trigger}@{ticket.stay}") if trigger else ticket.fired


def last_stay(ticket: "Ticket", **changes: object) -> tuple[Stay, ...]:
    """The stays with a change of the last one, where there is one."""
    if not ticket.stays:
        return ticket.stays
    return (*ticket.stays[:-1], ticket.stays[-1].model_copy(update=changes))


def with_names(names: tuple[str, ...], *more: str) -> tuple[str, ...]:
    """The names and those of `more` that are new, each once."""
    return names + tuple(name for name in dict.fromkeys(more) if name and name not in names)
