"""What can be asked of a ticket. Each command is an update of its name; `claim` and `handoff` are signals as well.

The models are lenient on purpose: what is missing is named by the rules, so that an operator in the Temporal UI reads
a sentence and not a decoding error.
"""

from escalation.commands.adopting import AdoptPolicy, ChangeAgreement
from escalation.commands.alerting import HearAlerts
from escalation.commands.command import Command, DeadlinePassed, Recur
from escalation.commands.ending import Absorb, Cancel, Close, Merge, Reopen, Resolve
from escalation.commands.exclusions import AskExclusion, DecideExclusion, StateBreach
from escalation.commands.family import Adopt, Attach, Detach, Disown, Follow
from escalation.commands.intake import Contact, Intake, IntakeFacts, Open, Opening, Triage, UpdateFields
from escalation.commands.major import DeclareMajor, PostUpdate, StandDown
from escalation.commands.moving import (
    Accept,
    Consult,
    Coordinate,
    Emergency,
    Escalate,
    HandOver,
    Relieve,
    Return,
    Transfer,
)
from escalation.commands.satisfaction import AnswerRating, RateService
from escalation.commands.working import (
    Comment,
    CompleteNote,
    ContactMade,
    Hold,
    LogAttempt,
    LogNearMiss,
    RateNote,
    Resume,
    Tick,
    WalkTree,
)

__all__ = [
    "ASKED",
    "Absorb",
    "Accept",
    "Adopt",
    "AdoptPolicy",
    "AnswerRating",
    "AnyCommand",
    "AskExclusion",
    "Attach",
    "Cancel",
    "ChangeAgreement",
    "Close",
    "Command",
    "Comment",
    "CompleteNote",
    "Consult",
    "Contact",
    "ContactMade",
    "Coordinate",
    "DeadlinePassed",
    "DecideExclusion",
    "DeclareMajor",
    "Detach",
    "Disown",
    "Emergency",
    "Escalate",
    "Follow",
    "HandOver",
    "HearAlerts",
    "Hold",
    "Intake",
    "IntakeFacts",
    "LogAttempt",
    "LogNearMiss",
    "Merge",
    "Open",
    "Opening",
    "PostUpdate",
    "RateNote",
    "RateService",
    "Recur",
    "Relieve",
    "Reopen",
    "Resolve",
    "Resume",
    "Return",
    "StandDown",
    "StateBreach",
    "Tick",
    "Transfer",
    "Triage",
    "UpdateFields",
    "WalkTree",
]

AnyCommand = (
    Open
    | Triage
    | Accept
    | UpdateFields
    | LogAttempt
    | Tick
    | WalkTree
    | Escalate
    | Emergency
    | Coordinate
    | Return
    | Transfer
    | HandOver
    | Relieve
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
    | Attach
    | Detach
    | DeclareMajor
    | PostUpdate
    | StandDown
    | StateBreach
    | AskExclusion
    | DecideExclusion
    | RateService
    | AnswerRating
    | AdoptPolicy
    | ChangeAgreement
    | HearAlerts
    | Absorb
    | Adopt
    | Disown
    | Follow
    | Recur
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
        Tick,
        WalkTree,
        Escalate,
        Emergency,
        Coordinate,
        Return,
        Transfer,
        HandOver,
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
        Attach,
        Detach,
        DeclareMajor,
        PostUpdate,
        StandDown,
        StateBreach,
        AskExclusion,
        DecideExclusion,
        RateService,
        AnswerRating,
        AdoptPolicy,
        ChangeAgreement,
    )
}
