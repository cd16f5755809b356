"""What each event changes on a ticket. Only `Ticket.after` calls this; nothing here needs a policy or a clock."""

from typing import TYPE_CHECKING

from escalation.events import (
    Absorbed,
    Accepted,
    AgreementChanged,
    AlertsHeard,
    Attached,
    AttemptLogged,
    BreachStated,
    Cancelled,
    ChecklistTicked,
    ChildJoined,
    ChildLeft,
    Closed,
    CommandRefused,
    Contacted,
    Coordinated,
    Detached,
    Event,
    ExclusionAsked,
    ExclusionDecided,
    Fact,
    FieldsUpdated,
    Followed,
    Handoff,
    Held,
    HoldFollowedUp,
    MajorDeclared,
    MajorEnded,
    MajorUpdated,
    MajorUpdateMissed,
    MarkPassed,
    NearMissLogged,
    NoteCompleted,
    NoteOverdue,
    NoteRated,
    PolicyAdopted,
    ProblemLinked,
    RatingAnswered,
    Resolved,
    Resumed,
    ServiceRated,
    Triaged,
    TriggerFired,
    UnderEscalated,
)
from escalation.guide import Ticked, step_of
from escalation.handoff import StepTried
from escalation.handovers import guided, handed_over, last_stay, with_fired, with_names
from escalation.lifecycle import Stage
from escalation.records import Alerted, Breach, Ending, Major, OnHold, Rating

if TYPE_CHECKING:
    from escalation.ticket import Ticket

# Those fields of an update that are fields of the ticket: the rest say when, who, and what it was before.
_UPDATED = tuple(
    n for n in FieldsUpdated.model_fields if n not in {*Fact.model_fields, "kind", "before", "after", "guide"}
)
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
            return handed_over(ticket, event)
        case Triaged():
            return {n: getattr(event, n) for n in ("category", "impact", "urgency", "priority")}
        case FieldsUpdated():
            changed = {n: value for n in _UPDATED if (value := getattr(event, n)) is not None}
            return changed | (guided(ticket, event.guide) if event.category else {})
        case Accepted():
            return _accepted(ticket, event)
        case AttemptLogged():
            return _attempted(ticket, event)
        case ChecklistTicked():
            return {"ticked": ticket.ticked | _ticked(event)}
        case TriggerFired():
            return {"fired": with_fired(ticket, event.trigger)}
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
                "stays": last_stay(ticket, ended_at=event.at),
            }
        case Absorbed():
            return {
                "duplicates": (*ticket.duplicates, event.ticket_id),
                "watchers": with_names(ticket.watchers, *event.watchers),
                "opened_at": min(ticket.opened_at, event.counted_from or ticket.opened_at),
            }
        case Attached() | Detached() | ChildJoined() | ChildLeft() | Followed():
            return _joined(ticket, event)
        case MajorDeclared() | MajorUpdated() | MajorUpdateMissed() | MajorEnded():
            return {"major": _major(ticket, event)}
        case BreachStated() | ExclusionAsked() | ExclusionDecided():
            return {"breaches": ticket.breaches | {event.clock: _breach(ticket, event)}}
        case ServiceRated():
            return {"rating": Rating(at=event.at, by=event.by, score=event.score, comment=event.comment, low=event.low)}
        case RatingAnswered() if ticket.rating:
            answer = {"answer": event.text, "answered_by": event.by, "answered_at": event.at}
            return {"rating": ticket.rating.model_copy(update=answer)}
        case UnderEscalated():
            return {"under_escalated": event.at}
        case PolicyAdopted():
            agreed = {"agreement": event.agreement, "agreed_by": event.agreed_by} if event.agreed_by else {}
            return {"policy_version": event.after, **agreed}
        case AgreementChanged():
            return {"agreement": event.agreement, "agreed_by": event.agreed_by}
        case AlertsHeard():
            return {"alerts": _alerted(ticket, event)}
        case MarkPassed() | _:
            return {}


def _joined(ticket: "Ticket", event: Attached | Detached | ChildJoined | ChildLeft | Followed) -> dict[str, object]:
    match event:
        case Attached(parent=parent):
            return {"parent": parent}
        case Detached():
            return {"parent": None}
        case ChildJoined(ticket_id=child):
            return {"children": with_names(ticket.children, child)}
        case ChildLeft(ticket_id=child):
            return {"children": tuple(other for other in ticket.children if other != child)}
        case Followed(what="resolved"):
            return {"resolved_along": event.at}
        case Followed(what="held"):
            return {"held_along": event.at}
        case Followed():
            return {}


def _major(ticket: "Ticket", event: MajorDeclared | MajorUpdated | MajorUpdateMissed | MajorEnded) -> Major | None:
    major = ticket.major
    if isinstance(event, MajorDeclared):
        led = {name: getattr(event, name) for name in ("commander", "communicator", "update_every", "update_due_at")}
        return Major(since=event.at, **led) if major is None or major.ended_at else major.model_copy(update=led)
    if major is None:
        return None
    match event:
        case MajorUpdated():
            told = {"updates": major.updates + 1, "missed": 0, "update_due_at": event.update_due_at}
        case MajorUpdateMissed():
            told = {"missed": event.n, "update_due_at": event.update_due_at}
        case MajorEnded():
            return major.model_copy(update={"ended_at": event.at})
    return major.model_copy(update=told)


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


def _alerted(ticket: "Ticket", event: AlertsHeard) -> Alerted:
    storm = event.storm or bool(ticket.alerts and ticket.alerts.storm)
    kept = {name: getattr(event, name) for name in ("total", "live", "flapping", "latest", "quiet_until")}
    return Alerted(heard_at=event.at, storm=storm, **kept)


def _accepted(ticket: "Ticket", event: Accepted) -> dict[str, object]:
    """A stay counts as taken up when the first of its owners did."""
    first = ticket.stays[-1].accepted_at if ticket.stays else None
    return {
        "accepted_at": event.at,
        "stays": last_stay(ticket, accepted_at=first or event.at),
        "climb": ticket.climb and ticket.climb.model_copy(update={"next_at": None, "duty_ends_at": None}),
    }


def _coordinated(ticket: "Ticket", event: Coordinated) -> dict[str, object]:
    coordinator = event.coordinator or ticket.coordinator
    return {
        "coordinator": coordinator,
        "coordinator_role": event.need.role,
        "watchers": with_names(ticket.watchers, coordinator),
        "fired": with_fired(ticket, event.trigger),
    }


def _attempted(ticket: "Ticket", event: AttemptLogged) -> dict[str, object]:
    """An attempt by a step of the SOP is that step done."""
    step = StepTried(step=event.step, result=event.result, at=event.at, tier=event.tier, by=event.by)
    approved_failure = event.outcome == "failed" and event.sop_step is not None
    changed: dict[str, object] = {
        "steps": (*ticket.steps, step),
        "failed_attempts": ticket.failed_attempts + approved_failure,
        "repeated_steps": ticket.repeated_steps + event.repeated,
    }
    guide, done = ticket.guide, step_of(ticket.guide, event.sop_step)
    if guide and done and done not in ticket.ticked:
        changed["ticked"] = {**ticket.ticked, done: Ticked(by=event.by, at=event.at, revision=guide.revision)}
    return changed


def _ticked(event: ChecklistTicked) -> dict[str, Ticked]:
    said = dict.fromkeys(event.steps) | event.skipped
    return {
        step: Ticked(by=event.by, at=event.at, revision=event.revision, skipped=reason) for step, reason in said.items()
    }


def _followed_up(ticket: "Ticket", event: HoldFollowedUp) -> dict[str, object]:
    if ticket.hold is None:
        return {}
    left = tuple(at for at in ticket.hold.follow_ups if at > event.due_at)
    return {"hold": ticket.hold.model_copy(update={"follow_ups": left, "followed_up": event.n})}


def _resolved(ticket: "Ticket", event: Resolved) -> dict[str, object]:
    ending = Ending(**{name: getattr(event, name) for name in Ending.model_fields})
    over = {"major": ticket.major.model_copy(update={"ended_at": event.at})} if ticket.major else {}
    return over | {
        "stage": Stage.RESOLVED,
        "ending": ending,
        "hold": None,
        "stays": last_stay(ticket, ended_at=event.at),
    }
