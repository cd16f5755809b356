"""What each event changes on a ticket. Only `Ticket.after` calls this; nothing here needs a policy or a clock."""

from typing import TYPE_CHECKING

from escalation.events import (
    Absorbed,
    Accepted,
    AgreementChanged,
    AttemptLogged,
    BreachStated,
    Cancelled,
    Closed,
    CommandRefused,
    Contacted,
    Coordinated,
    Escalated,
    Event,
    ExclusionAsked,
    ExclusionDecided,
    Fact,
    FieldsUpdated,
    Handoff,
    Held,
    HoldFollowedUp,
    MarkPassed,
    NearMissLogged,
    NoteCompleted,
    NoteOverdue,
    NoteRated,
    PolicyAdopted,
    ProblemLinked,
    Queued,
    Reopened,
    Resolved,
    Resumed,
    Returned,
    Transferred,
    Triaged,
    TriggerFired,
    UnderEscalated,
)
from escalation.filing import debt, filed, relieved
from escalation.handoff import HandoffNote, StepTried
from escalation.lifecycle import Stage, tier_of
from escalation.records import Breach, Ending, OnHold, Stay
from escalation.terms import EscalationKind

if TYPE_CHECKING:
    from escalation.ticket import Ticket

# Those fields of an update that are fields of the ticket: the rest say when, who, and what it was before.
_UPDATED = tuple(n for n in FieldsUpdated.model_fields if n not in {*Fact.model_fields, "kind", "before", "after"})
_HELD = ("evidence", "follow_ups", "until")


def changes(ticket: "Ticket", event: Event) -> dict[str, object]:
    """The fields of the ticket that the event gives a new value."""
    return _progress(ticket, event) | _changes(ticket, event)


def _progress(ticket: "Ticket", event: Event) -> dict[str, object]:
    """Somebody of the desk did something: what silence is counted from, where it is counted at all."""
    ours = {ticket.owner, ticket.coordinator, *ticket.watchers}
    if ticket.climb is None or event.by not in ours or isinstance(event, CommandRefused):
        return {}
    return {"progress_at": event.at, "climb": ticket.climb.model_copy(update={"nudges": 0, "nudged_at": None})}


def _changes(ticket: "Ticket", event: Event) -> dict[str, object]:
    match event:
        case Handoff():
            return _handed_over(ticket, event)
        case Triaged():
            return {n: getattr(event, n) for n in ("category", "impact", "urgency", "priority")}
        case FieldsUpdated():
            return {n: value for n in _UPDATED if (value := getattr(event, n)) is not None}
        case Accepted():
            return _accepted(ticket, event)
        case AttemptLogged():
            return _attempted(ticket, event)
        case TriggerFired():
            return {"fired": _fired(ticket, event.trigger)}
        case Coordinated():
            return _coordinated(ticket, event)
        case ProblemLinked(problem=problem):
            return {"problem": problem}
        case Held():
            held = OnHold(reason=event.reason, since=event.at, **{n: getattr(event, n) for n in _HELD})
            return {"hold": held}
        case HoldFollowedUp():
            return _followed_up(ticket, event)
        case Resumed():
            return {"hold": None}
        case Contacted():
            inbound = event.direction == "inbound"
            return {"inbound_contacts": ticket.inbound_contacts + inbound}
        case NearMissLogged():
            return {"near_misses": ticket.near_misses + 1}
        case NoteRated():
            rated = ticket.notes[-1].model_copy(update={"rating": event.rating})
            return {"notes": (*ticket.notes[:-1], rated)}
        case NoteCompleted():
            whole = ticket.notes[-1].model_copy(update={"note": event.note, "incomplete": ()})
            return {"notes": (*ticket.notes[:-1], whole), "note_debt": None}
        case NoteOverdue() if ticket.note_debt:
            return {"note_debt": ticket.note_debt.model_copy(update={"overdue": True})}
        case Resolved():
            return _resolved(ticket, event)
        case Closed():
            return {"stage": Stage.CLOSED, "closed_at": event.at}
        case Cancelled():
            return {
                "stage": Stage.CANCELLED,
                "closed_at": event.at,
                "merged_into": event.merged_into,
                "hold": None,
                "note_debt": None,
                "stays": _last_stay(ticket, ended_at=event.at),
            }
        case Absorbed():
            return {
                "duplicates": (*ticket.duplicates, event.ticket_id),
                "watchers": _with(ticket.watchers, *event.watchers),
                "opened_at": min(ticket.opened_at, event.counted_from or ticket.opened_at),
            }
        case BreachStated() | ExclusionAsked() | ExclusionDecided():
            return {"breaches": ticket.breaches | {event.clock: _breach(ticket, event)}}
        case UnderEscalated():
            return {"under_escalated": event.at}
        case PolicyAdopted():
            agreed = {"agreement": event.agreement, "agreed_by": event.agreed_by} if event.agreed_by else {}
            return {"policy_version": event.after, **agreed}
        case AgreementChanged():
            return {"agreement": event.agreement, "agreed_by": event.agreed_by}
        case MarkPassed() | _:
            return {}


def _breach(ticket: "Ticket", event: BreachStated | ExclusionAsked | ExclusionDecided) -> Breach:
    """A reason that is stated anew begins anew; a request after a refusal leaves only the last word on record here."""
    if isinstance(event, BreachStated):
        return Breach(code=event.code, text=event.text, by=event.by, at=event.at)
    said = ticket.breaches[event.clock]
    if isinstance(event, ExclusionAsked):
        asked = {"asked_by": event.by, "asked_at": event.at, "asked_because": event.reason, "approved": None}
        return said.model_copy(update=asked)
    return said.model_copy(
        update={
            "approved": event.approved,
            "decided_by": event.by,
            "decided_at": event.at,
            "decided_because": event.reason,
        }
    )


def _accepted(ticket: "Ticket", event: Accepted) -> dict[str, object]:
    """A stay counts as taken up when the first of its owners did."""
    first = ticket.stays[-1].accepted_at if ticket.stays else None
    return {
        "accepted_at": event.at,
        "stays": _last_stay(ticket, accepted_at=first or event.at),
        "climb": ticket.climb and ticket.climb.model_copy(update={"next_at": None, "duty_ends_at": None}),
    }


def _coordinated(ticket: "Ticket", event: Coordinated) -> dict[str, object]:
    coordinator = event.coordinator or ticket.coordinator
    return {
        "coordinator": coordinator,
        "coordinator_role": event.need.role,
        "watchers": _with(ticket.watchers, coordinator),
        "fired": _fired(ticket, event.trigger),
    }


def _fired(ticket: "Ticket", trigger: str | None) -> tuple[str, ...]:
    return _with(ticket.fired, f"{trigger}@{ticket.stay}") if trigger else ticket.fired


def _handed_over(ticket: "Ticket", event: Handoff) -> dict[str, object]:
    owner = event.owner or ticket.owner
    watchers = ticket.watchers
    if ticket.owner and ticket.owner != owner:
        watchers = _with(watchers, ticket.owner)
    changed: dict[str, object] = {
        "stage": event.stage,
        "owner": owner,
        "owned_since": event.at,
        "accepted_at": None,
        "watchers": watchers,
        "technicians": _with(ticket.technicians, owner) if event.to_tier else ticket.technicians,
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
        "fired": _fired(ticket, event.trigger),
    }


def _moved(ticket: "Ticket", event: Handoff, owner: str) -> tuple[Stay, ...]:
    """The stays after a handoff: a new one where the tier changed or the ticket came back, else a new owner of it."""
    if event.to_tier is None:
        return ticket.stays
    if ticket.stays and ticket.stays[-1].tier == event.to_tier and ticket.stays[-1].ended_at is None:
        owners = ticket.stays[-1].owners
        return _last_stay(ticket, owner=owner, owners=owners if owners[-1:] == (owner,) else (*owners, owner))
    stays = (
        _last_stay(ticket, ended_at=event.at) if ticket.stays and ticket.stays[-1].ended_at is None else ticket.stays
    )
    entered_by = event.kind if isinstance(event, Queued | Escalated | Returned | Transferred | Reopened) else "handoff"
    new = Stay(
        n=len(stays) + 1, tier=event.to_tier, began_at=event.at, entered_by=entered_by, owner=owner, owners=(owner,)
    )
    return (*stays, new)


def _attempted(ticket: "Ticket", event: AttemptLogged) -> dict[str, object]:
    step = StepTried(step=event.step, result=event.result, at=event.at, tier=event.tier, by=event.by)
    approved_failure = event.outcome == "failed" and event.sop_step is not None
    return {
        "steps": (*ticket.steps, step),
        "failed_attempts": ticket.failed_attempts + approved_failure,
        "repeated_steps": ticket.repeated_steps + event.repeated,
    }


def _followed_up(ticket: "Ticket", event: HoldFollowedUp) -> dict[str, object]:
    if ticket.hold is None:
        return {}
    left = tuple(at for at in ticket.hold.follow_ups if at > event.due_at)
    return {"hold": ticket.hold.model_copy(update={"follow_ups": left, "followed_up": event.n})}


def _resolved(ticket: "Ticket", event: Resolved) -> dict[str, object]:
    ending = Ending(**{name: getattr(event, name) for name in Ending.model_fields})
    return {"stage": Stage.RESOLVED, "ending": ending, "hold": None, "stays": _last_stay(ticket, ended_at=event.at)}


def _last_stay(ticket: "Ticket", **changes: object) -> tuple[Stay, ...]:
    if not ticket.stays:
        return ticket.stays
    return (*ticket.stays[:-1], ticket.stays[-1].model_copy(update=changes))


def _with(names: tuple[str, ...], *more: str) -> tuple[str, ...]:
    return names + tuple(name for name in dict.fromkeys(more) if name and name not in names)
