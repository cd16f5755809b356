"""What happened to a ticket: append-only facts. `clocks` holds the clocks that an event changed, as they then stand."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from escalation.commands import Contact, Intake, IntakeFacts
from escalation.durations import Duration
from escalation.handoff import HandoffNote
from escalation.lifecycle import Stage
from escalation.sla import Clock
from escalation.terms import SYSTEM, EscalationKind, Facts, Flag, Priority, Role, Scope, Tier


class Fact(Facts):
    """Base of every event: when, by whom, and the clocks it changed."""

    at: AwareDatetime
    by: str = SYSTEM
    clocks: dict[str, Clock] = {}


class Need(Facts):
    """Whom a handoff needs. The rules say tier and skill; the desk names the person."""

    role: Role = Role.TECHNICIAN
    tier: Tier | None = None
    skill: str | None = None
    on_call: bool = False
    priority: Priority = Priority.P3
    person: str | None = None
    in_person: bool = False  # they ask for it themselves
    prefer: str | None = None
    exclude: tuple[str, ...] = ()


class Handoff(Fact):
    """Ownership moves: to a named person, at once. `owner` is empty only until the desk has answered `need`."""

    stage: Stage
    from_tier: Tier | None = None
    to_tier: Tier | None = None
    need: Need
    owner: str = ""
    via: str = ""
    previous_owner: str | None = None
    reason: str = ""
    trigger: str | None = None
    values: dict[str, object] = {}
    matched: tuple[str, ...] = ()


class Opened(Fact):
    """A ticket was taken in."""

    kind: Literal["opened"] = "opened"
    ticket_id: str
    intake: Intake
    impact: int | None = None
    urgency: int | None = None
    priority: Priority
    vip: bool = False
    policy_version: str


class Triaged(Fact):
    """Category, severity and priority are set."""

    kind: Literal["triaged"] = "triaged"
    category: str
    impact: int
    urgency: int
    priority: Priority


class Queued(Handoff):
    """The ticket has its first owner: a dispatcher while facts are missing, otherwise at its start tier."""

    kind: Literal["queued"] = "queued"


class Escalated(Handoff):
    """Up a tier, or to a skill: with a note, by a person or by a trigger."""

    kind: Literal["escalated"] = "escalated"
    escalation: EscalationKind
    auto: bool = False
    note: HandoffNote
    incomplete: tuple[str, ...] = ()
    owed_by: str | None = None
    owed_at: AwareDatetime | None = None
    in_scope: bool = False
    override: str = ""


class Returned(Handoff):
    """Sent back to a lower tier. `matched` are the triggers that hold there already: they will not send it up again."""

    kind: Literal["returned"] = "returned"
    what_is_missing: str = ""
    flagged: bool = False


class Transferred(Handoff):
    """Lateral: same tier, another person."""

    kind: Literal["transferred"] = "transferred"
    note: HandoffNote | None = None
    why: Literal["asked", "take_over", "not_accepted", "absence"] = "asked"


class Reopened(Handoff):
    """It was not gone; the same ticket goes on, its clocks where they stood."""

    kind: Literal["reopened"] = "reopened"


class Accepted(Fact):
    """The owner took the handoff up."""

    kind: Literal["accepted"] = "accepted"


class FieldsUpdated(Fact):
    """What is known changed; before and after of each field that did."""

    kind: Literal["fields_updated"] = "fields_updated"
    before: dict[str, object]
    after: dict[str, object]
    subject: str | None = None
    description: str | None = None
    category: str | None = None
    contact: Contact | None = None
    scope: Scope | None = None
    flags: tuple[Flag, ...] | None = None
    facts: IntakeFacts | None = None
    required_skill: str | None = None
    known_issue: str | None = None
    asset: str | None = None
    impact: int | None = None
    urgency: int | None = None
    priority: Priority | None = None
    vip: bool | None = None


class AttemptLogged(Fact):
    """A fix was tried."""

    kind: Literal["attempt_logged"] = "attempt_logged"
    step: str
    result: str
    outcome: Literal["failed", "worked", "partly"]
    sop_step: str | None = None
    tier: Tier | None = None
    repeated: bool = False


class TriggerFired(Fact):
    """A documented condition was met; the others that were met as well are recorded, not acted on."""

    kind: Literal["trigger_fired"] = "trigger_fired"
    trigger: str
    escalation: EscalationKind
    values: dict[str, object]
    matched: tuple[str, ...] = ()
    inform: str | None = None


class Coordinated(Fact):
    """Hierarchical escalation: who speaks with the customer from now on."""

    kind: Literal["coordinated"] = "coordinated"
    need: Need
    coordinator: str = ""
    reason: str
    trigger: str | None = None


class Consulted(Fact):
    """Somebody senior was asked; the ticket stayed where it is."""

    kind: Literal["consulted"] = "consulted"
    person: str
    question: str
    answer: str = ""


class Held(Fact):
    """Work stopped, with a reason."""

    kind: Literal["held"] = "held"
    reason: str
    evidence: dict[str, str] = {}
    pauses: tuple[str, ...] = ()
    follow_ups: tuple[AwareDatetime, ...] = ()


class HoldFollowedUp(Fact):
    """Time to ask again; the last follow-up says what happens next."""

    kind: Literal["hold_followed_up"] = "hold_followed_up"
    n: int
    due_at: AwareDatetime


class Resumed(Fact):
    """Work goes on."""

    kind: Literal["resumed"] = "resumed"
    reason: str = ""


class Contacted(Fact):
    """The customer spoke or was spoken to."""

    kind: Literal["contacted"] = "contacted"
    direction: Literal["inbound", "outbound"]
    channel: str
    text: str = ""


class NearMissLogged(Fact):
    """Almost an escalation."""

    kind: Literal["near_miss_logged"] = "near_miss_logged"
    considered_trigger: str
    why_considered: str
    what_unblocked_it: str
    article_used: str | None = None
    category: str | None = None


class NoteRated(Fact):
    """The receiver judged the note."""

    kind: Literal["note_rated"] = "note_rated"
    rating: Literal["complete", "usable", "unusable"]
    comment: str = ""


class NoteCompleted(Fact):
    """What a note left out was supplied."""

    kind: Literal["note_completed"] = "note_completed"
    note: HandoffNote


class NoteOverdue(Fact):
    """The rest of a note was owed, and did not come."""

    kind: Literal["note_overdue"] = "note_overdue"
    owed_by: str
    due_at: AwareDatetime


class Commented(Fact):
    """A work note."""

    kind: Literal["commented"] = "commented"
    text: str


class MarkPassed(Fact):
    """A clock reached one of its marks: fired once for each clock, generation and mark."""

    kind: Literal["mark_passed"] = "mark_passed"
    clock: str
    generation: int
    mark: str
    due_at: AwareDatetime
    inform: tuple[str, ...] = ()


class AcceptMissed(Fact):
    """Nobody took the handoff up: paged again, then the next person, then the manager."""

    kind: Literal["accept_missed"] = "accept_missed"
    level: int
    due_at: AwareDatetime


class Resolved(Fact):
    """The fault is gone."""

    kind: Literal["resolved"] = "resolved"
    code: str
    cause: str
    resolution: str
    tier: Tier | None = None
    reopen_until: AwareDatetime
    close_at: AwareDatetime


class Closed(Fact):
    """The end of a ticket."""

    kind: Literal["closed"] = "closed"
    reason: str


class Cancelled(Fact):
    """The end of a ticket that was not to be worked on."""

    kind: Literal["cancelled"] = "cancelled"
    reason: str
    merged_into: str | None = None


class Absorbed(Fact):
    """A duplicate came in: its clock was earlier, its watchers come along."""

    kind: Literal["absorbed"] = "absorbed"
    ticket_id: str
    watchers: tuple[str, ...] = ()
    counted_from: AwareDatetime | None = None
    gained: Duration = timedelta()


class CommandRefused(Fact):
    """A signal asked for something that the rules do not allow; noted, since a signal has no answer."""

    kind: Literal["command_refused"] = "command_refused"
    command: str
    code: str
    message: str


Event = Annotated[
    Opened
    | Triaged
    | Queued
    | Escalated
    | Returned
    | Transferred
    | Reopened
    | Accepted
    | FieldsUpdated
    | AttemptLogged
    | TriggerFired
    | Coordinated
    | Consulted
    | Held
    | HoldFollowedUp
    | Resumed
    | Contacted
    | NearMissLogged
    | NoteRated
    | NoteCompleted
    | NoteOverdue
    | Commented
    | MarkPassed
    | AcceptMissed
    | Resolved
    | Closed
    | Cancelled
    | Absorbed
    | CommandRefused,
    Field(discriminator="kind"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)


class Entry(Facts):
    """One line of the journal: the event in its place in the ticket's story."""

    ticket_id: str
    seq: int
    policy_version: str
    request_id: str = ""
    event: Event
