"""What happened to a ticket: append-only facts. `clocks` holds the clocks that an event changed, as they then stand."""

from typing import Annotated

from pydantic import Field, TypeAdapter

from escalation.events.adopting import AgreementChanged, MovedDeadline, PolicyAdopted
from escalation.events.alerting import AlertsHeard
from escalation.events.clocks import AcceptMissed, MarkPassed, Nudged, UnderEscalated
from escalation.events.ending import Absorbed, Cancelled, Closed, Resolved
from escalation.events.exclusions import BreachStated, ExclusionAsked, ExclusionDecided
from escalation.events.fact import Fact, Handoff, Need
from escalation.events.family import Attached, ChildJoined, ChildLeft, Detached, Followed
from escalation.events.intake import FieldsUpdated, Opened, Triaged
from escalation.events.major import MajorDeclared, MajorEnded, MajorUpdated, MajorUpdateMissed
from escalation.events.moving import (
    Accepted,
    Consulted,
    Coordinated,
    Escalated,
    ProblemLinked,
    Queued,
    Reopened,
    Returned,
    Transferred,
    TriggerFired,
)
from escalation.events.paging import CoverageGap, Paged, ProgressMissed
from escalation.events.satisfaction import RatingAnswered, ServiceRated
from escalation.events.working import (
    AttemptLogged,
    ChecklistTicked,
    CommandRefused,
    Commented,
    Contacted,
    Held,
    HoldFollowedUp,
    NearMissLogged,
    NoteCompleted,
    NoteOverdue,
    NoteRated,
    Resumed,
    TreeWalked,
)
from escalation.terms import Facts

__all__ = [
    "EVENT",
    "Absorbed",
    "AcceptMissed",
    "Accepted",
    "AgreementChanged",
    "AlertsHeard",
    "Attached",
    "AttemptLogged",
    "BreachStated",
    "Cancelled",
    "ChecklistTicked",
    "ChildJoined",
    "ChildLeft",
    "Closed",
    "CommandRefused",
    "Commented",
    "Consulted",
    "Contacted",
    "Coordinated",
    "CoverageGap",
    "Detached",
    "Entry",
    "Escalated",
    "Event",
    "ExclusionAsked",
    "ExclusionDecided",
    "Fact",
    "FieldsUpdated",
    "Followed",
    "Handoff",
    "Held",
    "HoldFollowedUp",
    "MajorDeclared",
    "MajorEnded",
    "MajorUpdateMissed",
    "MajorUpdated",
    "MarkPassed",
    "MovedDeadline",
    "NearMissLogged",
    "Need",
    "NoteCompleted",
    "NoteOverdue",
    "NoteRated",
    "Nudged",
    "Opened",
    "Paged",
    "PolicyAdopted",
    "ProblemLinked",
    "ProgressMissed",
    "Queued",
    "RatingAnswered",
    "Reopened",
    "Resolved",
    "Resumed",
    "Returned",
    "ServiceRated",
    "Transferred",
    "TreeWalked",
    "Triaged",
    "TriggerFired",
    "UnderEscalated",
]

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
    | ChecklistTicked
    | TreeWalked
    | TriggerFired
    | Coordinated
    | ProblemLinked
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
    | Nudged
    | UnderEscalated
    | BreachStated
    | ExclusionAsked
    | ExclusionDecided
    | ServiceRated
    | RatingAnswered
    | Paged
    | CoverageGap
    | ProgressMissed
    | Resolved
    | Closed
    | Cancelled
    | Absorbed
    | Attached
    | Detached
    | ChildJoined
    | ChildLeft
    | Followed
    | MajorDeclared
    | MajorUpdated
    | MajorUpdateMissed
    | MajorEnded
    | PolicyAdopted
    | AgreementChanged
    | AlertsHeard
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
