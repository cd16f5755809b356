"""A ticket as its events made it. `after` is the only way that one changes; it needs no policy, calendar or clock."""

from pydantic import AwareDatetime

from escalation.commands import Contact, IntakeFacts
from escalation.events import (
    Absorbed,
    Accepted,
    AttemptLogged,
    Cancelled,
    Closed,
    Contacted,
    Coordinated,
    Escalated,
    Event,
    FieldsUpdated,
    Handoff,
    Held,
    HoldFollowedUp,
    MarkPassed,
    NearMissLogged,
    NoteCompleted,
    NoteOverdue,
    NoteRated,
    Opened,
    Queued,
    Reopened,
    Resolved,
    Resumed,
    Returned,
    Transferred,
    Triaged,
    TriggerFired,
)
from escalation.handoff import HandoffNote, StepTried
from escalation.lifecycle import OVER, Stage, tier_of
from escalation.records import Ending, FiledNote, NoteDebt, OnHold, Stay
from escalation.sla import Clock
from escalation.terms import EscalationKind, Facts, Flag, Kind, Priority, Scope, Tier

SERVICE_DESK = "service_desk"


class Ticket(Facts):
    """One client issue from intake to close."""

    id: str
    seq: int = 0
    client: str
    contact: Contact
    subject: str
    description: str = ""
    kind: Kind = Kind.INCIDENT
    source: str = "api"
    external_id: str | None = None
    reopens: str | None = None
    category: str | None = None
    impact: int | None = None
    urgency: int | None = None
    priority: Priority
    scope: Scope = Scope.ONE_USER
    flags: tuple[Flag, ...] = ()
    facts: IntakeFacts = IntakeFacts()
    required_skill: str | None = None
    known_issue: str | None = None
    asset: str | None = None
    vip: bool = False
    policy_version: str

    stage: Stage = Stage.TRIAGE
    opened_at: AwareDatetime
    owner: str = ""
    owned_since: AwareDatetime
    accepted_at: AwareDatetime | None = None
    coordinator: str = SERVICE_DESK
    watchers: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    hold: OnHold | None = None
    clocks: dict[str, Clock] = {}
    stays: tuple[Stay, ...] = ()
    steps: tuple[StepTried, ...] = ()
    failed_attempts: int = 0
    repeated_steps: int = 0
    notes: tuple[FiledNote, ...] = ()
    note_debt: NoteDebt | None = None
    fired: tuple[str, ...] = ()
    inbound_contacts: int = 0
    escalations: int = 0
    auto_escalations: int = 0
    emergency: bool = False
    returns: int = 0
    bounced: bool = False
    near_misses: int = 0
    reached_tier_3: bool = False
    reopen_count: int = 0
    merged_into: str | None = None
    duplicates: tuple[str, ...] = ()
    ending: Ending | None = None
    closed_at: AwareDatetime | None = None

    @property
    def tier(self) -> Tier | None:
        """1, 2 or 3 while the ticket is at a tier."""
        return tier_of(self.stage)

    @property
    def over(self) -> bool:
        """Closed or cancelled: nothing more can happen."""
        return self.stage in OVER

    @property
    def stay(self) -> int:
        """The number of the present stay; a trigger fires once in each."""
        return len(self.stays)

    def has_fired(self, trigger: str) -> bool:
        """Whether the trigger fired in this stay."""
        return f"{trigger}@{self.stay}" in self.fired

    def after(self, event: Event) -> "Ticket":
        """The ticket with one more fact."""
        changed = _changes(self, event)
        changed["seq"] = self.seq + 1
        if event.clocks:
            changed["clocks"] = self.clocks | event.clocks
        return self.model_copy(update=changed)


def opened(event: Opened) -> Ticket:
    """The ticket that an intake makes; it has no owner until the next event of the same decision."""
    intake = event.intake
    return Ticket(
        id=event.ticket_id,
        seq=1,
        impact=event.impact,
        urgency=event.urgency,
        priority=event.priority,
        vip=event.vip,
        policy_version=event.policy_version,
        opened_at=event.at,
        owned_since=event.at,
        clocks=event.clocks,
        **{name: getattr(intake, name) for name in _TAKEN_IN},
    )


_TAKEN_IN = (
    "client",
    "contact",
    "subject",
    "description",
    "kind",
    "source",
    "external_id",
    "reopens",
    "category",
    "scope",
    "flags",
    "facts",
    "required_skill",
    "known_issue",
    "asset",
)
_UPDATED = (
    "subject",
    "description",
    "category",
    "contact",
    "scope",
    "flags",
    "facts",
    "required_skill",
    "known_issue",
    "asset",
    "impact",
    "urgency",
    "priority",
)


def _changes(ticket: Ticket, event: Event) -> dict[str, object]:
    match event:
        case Handoff():
            return _handed_over(ticket, event)
        case Triaged():
            return {n: getattr(event, n) for n in ("category", "impact", "urgency", "priority")}
        case FieldsUpdated():
            return {n: value for n in _UPDATED if (value := getattr(event, n)) is not None}
        case Accepted():
            return {"accepted_at": event.at, "stays": _last_stay(ticket, accepted_at=event.at)}
        case AttemptLogged():
            return _attempted(ticket, event)
        case TriggerFired():
            return {"fired": (*ticket.fired, f"{event.trigger}@{ticket.stay}")}
        case Coordinated():
            coordinator = event.coordinator or ticket.coordinator
            return {"coordinator": coordinator, "watchers": _with(ticket.watchers, coordinator)}
        case Held():
            held = OnHold(reason=event.reason, since=event.at, evidence=event.evidence, follow_ups=event.follow_ups)
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
        case MarkPassed() | _:
            return {}


def _handed_over(ticket: Ticket, event: Handoff) -> dict[str, object]:
    owner = event.owner or ticket.owner
    watchers = ticket.watchers
    if ticket.owner and ticket.owner != owner:
        watchers = _with(watchers, ticket.owner)
    changes: dict[str, object] = {
        "stage": event.stage,
        "owner": owner,
        "owned_since": event.at,
        "accepted_at": None,
        "watchers": watchers,
        "owners": (*ticket.owners, owner) if owner != ticket.owner or not ticket.owners else ticket.owners,
        "stays": _moved(ticket, event, owner),
        "hold": None,
        "reached_tier_3": ticket.reached_tier_3 or event.stage is Stage.TIER_3,
    }
    match event:
        case Escalated():
            changes |= _escalated(ticket, event)
        case Returned():
            changes |= {"returns": ticket.returns + 1, "bounced": ticket.bounced or event.flagged, "failed_attempts": 0}
        case Reopened():
            changes |= {"reopen_count": ticket.reopen_count + 1, "ending": None, "failed_attempts": 0}
        case Transferred(note=HandoffNote() as note):
            changes["notes"] = (*ticket.notes, _filed(event, note))
        case _:
            pass
    return changes


def _escalated(ticket: Ticket, event: Escalated) -> dict[str, object]:
    debt = None
    if event.owed_by and event.owed_at:
        debt = NoteDebt(owed_by=event.owed_by, due_at=event.owed_at, missing=event.incomplete)
    up = event.from_tier is not None and event.to_tier != event.from_tier
    return {
        "notes": (*ticket.notes, _filed(event, event.note, event.incomplete)),
        "note_debt": debt,
        "escalations": ticket.escalations + up,
        "auto_escalations": ticket.auto_escalations + event.auto,
        "emergency": ticket.emergency or event.escalation is EscalationKind.EMERGENCY,
        "failed_attempts": 0,
        "fired": (*ticket.fired, f"{event.trigger}@{ticket.stay}") if event.trigger else ticket.fired,
    }


def _filed(event: Handoff, note: HandoffNote, incomplete: tuple[str, ...] = ()) -> FiledNote:
    return FiledNote(
        at=event.at, by=event.by, from_tier=event.from_tier, to_tier=event.to_tier, note=note, incomplete=incomplete
    )


def _moved(ticket: Ticket, event: Handoff, owner: str) -> tuple[Stay, ...]:
    """The stays after a handoff: a new one where the tier changed or the ticket came back, else a new owner of it."""
    if event.to_tier is None:
        return ticket.stays
    if ticket.stays and ticket.stays[-1].tier == event.to_tier and ticket.stays[-1].ended_at is None:
        return _last_stay(ticket, owner=owner)
    stays = (
        _last_stay(ticket, ended_at=event.at) if ticket.stays and ticket.stays[-1].ended_at is None else ticket.stays
    )
    entered_by = event.kind if isinstance(event, Queued | Escalated | Returned | Transferred | Reopened) else "handoff"
    new = Stay(n=len(stays) + 1, tier=event.to_tier, began_at=event.at, entered_by=entered_by, owner=owner)
    return (*stays, new)


def _attempted(ticket: Ticket, event: AttemptLogged) -> dict[str, object]:
    step = StepTried(step=event.step, result=event.result, at=event.at, tier=event.tier, by=event.by)
    approved_failure = event.outcome == "failed" and event.sop_step is not None
    return {
        "steps": (*ticket.steps, step),
        "failed_attempts": ticket.failed_attempts + approved_failure,
        "repeated_steps": ticket.repeated_steps + event.repeated,
    }


def _followed_up(ticket: Ticket, event: HoldFollowedUp) -> dict[str, object]:
    if ticket.hold is None:
        return {}
    left = tuple(at for at in ticket.hold.follow_ups if at > event.due_at)
    return {"hold": ticket.hold.model_copy(update={"follow_ups": left, "followed_up": event.n})}


def _resolved(ticket: Ticket, event: Resolved) -> dict[str, object]:
    ending = Ending(**{name: getattr(event, name) for name in Ending.model_fields})
    return {"stage": Stage.RESOLVED, "ending": ending, "hold": None, "stays": _last_stay(ticket, ended_at=event.at)}


def _last_stay(ticket: Ticket, **changes: object) -> tuple[Stay, ...]:
    if not ticket.stays:
        return ticket.stays
    return (*ticket.stays[:-1], ticket.stays[-1].model_copy(update=changes))


def _with(names: tuple[str, ...], *more: str) -> tuple[str, ...]:
    return names + tuple(name for name in dict.fromkeys(more) if name and name not in names)


def fold(events: list[Event]) -> Ticket:
    """The ticket that a whole story tells; the first event is its intake."""
    first, *rest = events
    if not isinstance(first, Opened):
        raise ValueError(f"a ticket's story begins with its intake, not with {first.kind!r}")
    ticket = opened(first)
    for event in rest:
        ticket = ticket.after(event)
    return ticket
