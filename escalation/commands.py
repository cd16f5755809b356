"""What can be asked of a ticket. Each command is an update of its name; `claim` and `handoff` are signals as well.

The models are lenient on purpose: what is missing is named by the rules, so that an operator in the Temporal UI reads
a sentence and not a decoding error.
"""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from escalation.handoff import HandoffNote
from escalation.terms import SYSTEM, Facts, Flag, Kind, Line, Role, Scope, Text


class Contact(Facts):
    """The person at the client who speaks with the desk."""

    name: Line = ""
    email: Line | None = None
    phone: Line | None = None
    vip: bool = False


class IntakeFacts(Facts):
    """The five facts that must be known before any fix; `none known` is an answer, None is not."""

    affected_systems: tuple[Line, ...] | None = None
    error_messages: Text | None = None
    users_affected: int | None = Field(default=None, ge=0, le=10_000_000)
    recent_changes: Text | None = None
    steps_attempted: Text | None = None


class Intake(Facts):
    """A client's issue as it came in."""

    client: Line
    contact: Contact = Contact()
    subject: Line
    description: Text = ""
    kind: Kind = Kind.INCIDENT
    category: Line | None = None
    impact: int | None = Field(default=None, ge=1, le=3)
    urgency: int | None = Field(default=None, ge=1, le=3)
    scope: Scope = Scope.ONE_USER
    flags: tuple[Flag, ...] = ()
    facts: IntakeFacts = IntakeFacts()
    required_skill: Line | None = None
    known_issue: Line | None = None
    asset: Line | None = None
    source: Line = "api"
    external_id: Line | None = None
    reopens: Line | None = None


class Command(BaseModel):
    """Base of every command: who asks, in which role, and the request's own id."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: ClassVar[str] = ""

    by: Line = ""
    role: Role = Role.TECHNICIAN
    at: AwareDatetime | None = None
    request_id: Line = ""
    expected_seq: int | None = None


class Open(Command):
    """Take a ticket in."""

    name: ClassVar[str] = "open"
    intake: Intake


class Opening(Facts):
    """The question after an intake; `fingerprint` tells a repeat from another intake under the same key."""

    fingerprint: str = ""


class Triage(Command):
    """Category, impact and urgency; the ticket leaves triage."""

    name: ClassVar[str] = "triage"
    category: Line | None = None
    impact: int | None = None
    urgency: int | None = None
    contact: Contact | None = None
    scope: Scope | None = None
    flags: tuple[Flag, ...] | None = None
    facts: IntakeFacts | None = None


class Accept(Command):
    """Take up a handoff; `take_over` makes another's ticket one's own; `contacted`: the client was told."""

    name: ClassVar[str] = "accept"
    take_over: bool = False
    contacted: bool = False


class UpdateFields(Command):
    """Correct or complete what is known; the triggers look at it again."""

    name: ClassVar[str] = "update_fields"
    subject: Line | None = None
    description: Text | None = None
    category: Line | None = None
    impact: int | None = None
    urgency: int | None = None
    contact: Contact | None = None
    scope: Scope | None = None
    flags: tuple[Flag, ...] | None = None
    facts: IntakeFacts | None = None
    required_skill: Line | None = None
    known_issue: Line | None = None
    asset: Line | None = None


class LogAttempt(Command):
    """One attempt at a fix: the step taken, and what came of it."""

    name: ClassVar[str] = "log_attempt"
    step: Line = ""
    result: Line = ""
    outcome: Literal["failed", "worked", "partly", ""] = ""
    sop_step: Line | None = None
    access: Line | None = None


class Escalate(Command):
    """Hand the ticket up with its note; functional unless the rules find an emergency."""

    name: ClassVar[str] = "escalate"
    to_tier: int | None = None
    skill: Line | None = None
    reason: Line = ""
    note: HandoffNote = HandoffNote()
    override_reason: Text = ""


class Emergency(Command):
    """Straight to Tier 3 on call; three fields of the note now, the rest within half an hour."""

    name: ClassVar[str] = "emergency"
    reason: Text = ""
    skill: Line | None = None
    note: HandoffNote = HandoffNote()


class Coordinate(Command):
    """Hierarchical escalation: the service manager speaks with the customer; owner and tier stay."""

    name: ClassVar[str] = "coordinate"
    reason: Text = ""


class Return(Command):
    """Send back to a lower tier, with a coded reason and what is missing."""

    name: ClassVar[str] = "return"
    reason: Line = ""
    what_is_missing: Text = ""
    to_tier: int | None = None


class Transfer(Command):
    """Lateral: the same tier, another skill or person, with a full note."""

    name: ClassVar[str] = "transfer"
    to_person: Line | None = None
    skill: Line | None = None
    reason: Text = ""
    note: HandoffNote = HandoffNote()


class Consult(Command):
    """Ask a senior and keep the ticket; not an escalation."""

    name: ClassVar[str] = "consult"
    person: Line = ""
    question: Text = ""
    answer: Text = ""


class Hold(Command):
    """Stop with a reason; the reason says which clocks pause and what evidence it needs."""

    name: ClassVar[str] = "hold"
    reason: Line = ""
    evidence: dict[Line, Text] = Field(default={}, max_length=20)


class Resume(Command):
    """Go on after a hold."""

    name: ClassVar[str] = "resume"
    reason: Text = ""


class ContactMade(Command):
    """The customer spoke, or was spoken to."""

    name: ClassVar[str] = "contact"
    direction: Literal["inbound", "outbound"] = "outbound"
    channel: Line = "phone"
    text: Text = ""
    automatic: bool = False


class LogNearMiss(Command):
    """Tier 1 considered escalating, and then did not need to."""

    name: ClassVar[str] = "near_miss"
    considered_trigger: Line = ""
    why_considered: Text = ""
    what_unblocked_it: Text = ""
    article_used: Line | None = None


class RateNote(Command):
    """The receiver's word on the note that came with the ticket."""

    name: ClassVar[str] = "rate_note"
    rating: Literal["complete", "usable", "unusable", ""] = ""
    comment: Text = ""


class CompleteNote(Command):
    """Pay a note debt: what a timer's or an emergency's note left out."""

    name: ClassVar[str] = "complete_note"
    note: HandoffNote = HandoffNote()


class Comment(Command):
    """A work note."""

    name: ClassVar[str] = "comment"
    text: Text = ""


class Resolve(Command):
    """The fault is gone: what it was, and what ended it."""

    name: ClassVar[str] = "resolve"
    code: Line = ""
    cause: Line = ""
    resolution: Text = ""


class Reopen(Command):
    """It is not gone; inside the window the same ticket goes on."""

    name: ClassVar[str] = "reopen"
    reason: Text = ""


class Close(Command):
    """The client confirmed, or nobody objected."""

    name: ClassVar[str] = "close"
    reason: Text = ""


class Cancel(Command):
    """Not to be worked on."""

    name: ClassVar[str] = "cancel"
    reason: Text = ""


class Merge(Command):
    """A duplicate: this ticket ends, the other one goes on with the earlier clock."""

    name: ClassVar[str] = "merge"
    into: Line = ""
    reason: Text = ""


class Absorb(Command):
    """The other side of a merge, sent from workflow to workflow."""

    name: ClassVar[str] = "absorb"
    role: Role = Role.SYSTEM
    by: Line = SYSTEM
    ticket_id: Line = ""
    opened_at: AwareDatetime
    watchers: tuple[str, ...] = ()


class DeadlinePassed(Command):
    """Time did it: the earliest deadline of the ticket has come."""

    name: ClassVar[str] = "deadline"
    role: Role = Role.SYSTEM
    by: Line = SYSTEM


AnyCommand = (
    Open
    | Triage
    | Accept
    | UpdateFields
    | LogAttempt
    | Escalate
    | Emergency
    | Coordinate
    | Return
    | Transfer
    | Consult
    | Hold
    | Resume
    | ContactMade
    | LogNearMiss
    | RateNote
    | CompleteNote
    | Comment
    | Resolve
    | Reopen
    | Close
    | Cancel
    | Merge
    | Absorb
    | DeadlinePassed
)

# What people and tools may ask: the updates of the workflow and the calls of the API, by name.
ASKED: dict[str, type[Command]] = {
    command.name: command
    for command in (
        Triage,
        Accept,
        UpdateFields,
        LogAttempt,
        Escalate,
        Emergency,
        Coordinate,
        Return,
        Transfer,
        Consult,
        Hold,
        Resume,
        ContactMade,
        LogNearMiss,
        RateNote,
        CompleteNote,
        Comment,
        Resolve,
        Reopen,
        Close,
        Cancel,
        Merge,
    )
}
