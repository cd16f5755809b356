"""Why the rules say no.

Refusal
├── NotAllowedInStage      the lifecycle has no such move from here
├── TicketClosed           nothing more can be done to a closed or cancelled ticket
├── NotOwner               only the named owner may do this
├── NotPermitted           the role may not do this
├── IncompleteTriage       leaving triage without customer details, category, severity or priority
├── IncompleteIntake       a fix attempt before the five intake facts
├── IncompleteAttempt      an attempt without step or result
├── IncompleteHandoff      a note from which nobody downstream could pick the ticket up
├── ChecklistIncomplete    a step of the SOP that must come before an escalation
├── WalkUnfinished         a decision tree that was not walked to a leaf
├── NoChecklist            the ticket is worked by no SOP
├── IncompleteResolution   a resolution without code, cause or note
├── IncompleteCommand      another command lacks what it needs
├── BeyondTierScope        this tier may not do or resolve this
├── TierThreeGuard         no allowed trigger leads to Tier 3
├── WorkLogFull            more attempts than any fault takes
├── AlreadyOnHold · NotOnHold
├── AlreadyEscalated       a near miss is logged only on a ticket that never escalated
├── ReopenWindowClosed     too late: open a linked ticket instead
├── MergeImpossible        into itself, or into a ticket that is over
├── ParentImpossible       itself, a ticket that is over, or one that is a child itself
├── NoParent               the ticket is nobody's child
├── NotMajor               no major incident
├── NoNoteDebt             nobody owes a note here
├── NoNoteToRate           nothing was handed over
├── NotBreached            no promise was broken that could have a reason
├── ExclusionPending       somebody asked for it already
├── ExclusionNotAsked      nobody asks for it
├── UnknownName            a client, person, category, hold reason … that the policy does not know
├── PolicyUnsound          a document that cannot work
├── VersionTaken           a published version is never changed
├── NothingChanges         a change of what is so already
├── PolicyUnfit            a version of the policy lacks what the ticket rests on
├── RulesFailed            a fault of ours, not of the command; the ticket is as it was
├── StaleAcknowledgement   the page was about an earlier handoff
└── StaleCommand           judged against an older state of the ticket (optimistic lock)

A refusal's `code` never changes meaning: clients branch on it. Its message is for people.
"""

from typing import ClassVar


class Refusal(Exception):
    """A command that the rules do not allow; the ticket is as it was."""

    code: ClassVar[str] = "refused"
    codes: ClassVar[dict[str, type["Refusal"]]] = {}

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def __init_subclass__(cls, code: str) -> None:
        cls.code = code
        Refusal.codes[code] = cls


class NotAllowedInStage(Refusal, code="not_allowed_in_stage"):
    """The lifecycle has no such move from the ticket's stage."""


class TicketClosed(Refusal, code="ticket_closed"):
    """The ticket is closed or cancelled; nothing more can be done to it, but to say why a promise was broken."""


class NotOwner(Refusal, code="not_owner"):
    """Only the ticket's named owner may do this."""


class NotPermitted(Refusal, code="not_permitted"):
    """The actor's role may not do this."""


class _Incomplete(Refusal, code="incomplete"):
    """Something required is missing; `missing` names every field."""

    def __init__(self, message: str, missing: list[str]) -> None:
        super().__init__(message, missing=missing)


class IncompleteTriage(_Incomplete, code="incomplete_triage"):
    """Triage ends only with customer details, category, impact and urgency."""


class IncompleteIntake(_Incomplete, code="incomplete_intake"):
    """No fix is attempted before the five intake facts are known."""


class IncompleteAttempt(_Incomplete, code="incomplete_attempt"):
    """An attempt needs the step taken and its result."""


class IncompleteHandoff(_Incomplete, code="incomplete_handoff"):
    """Nobody downstream could pick the ticket up from this note."""


class ChecklistIncomplete(_Incomplete, code="checklist_incomplete"):
    """The SOP asks for steps before the ticket goes up: each is done, or passed over with a reason."""


class NoChecklist(Refusal, code="no_checklist"):
    """The ticket is worked by no SOP whose steps could be ticked."""


class WalkUnfinished(Refusal, code="walk_unfinished"):
    """The tree asks on: `question` and its `choices` say what."""


class IncompleteResolution(_Incomplete, code="incomplete_resolution"):
    """A resolution needs its code, the category of its cause and a note."""


class IncompleteCommand(_Incomplete, code="incomplete_command"):
    """The command lacks something it needs."""


class BeyondTierScope(Refusal, code="beyond_tier_scope"):
    """This tier may not do this alone; the details name the trigger that offers the way up."""


class TierThreeGuard(Refusal, code="tier_three_guard"):
    """No allowed trigger leads to Tier 3; a service manager may override with a reason."""


class WorkLogFull(Refusal, code="work_log_full"):
    """The work log holds as many attempts as a ticket may carry."""


class AlreadyOnHold(Refusal, code="already_on_hold"):
    """The ticket is on hold already."""


class NotOnHold(Refusal, code="not_on_hold"):
    """There is no hold to end."""


class AlreadyEscalated(Refusal, code="already_escalated"):
    """A near miss is logged only on a ticket that never escalated."""


class ReopenWindowClosed(Refusal, code="reopen_window_closed"):
    """Too late to reopen; open a new ticket linked to this one."""


class MergeImpossible(Refusal, code="merge_impossible"):
    """A ticket cannot be merged into itself, nor into one that is over, missing, or not known to be its client's."""


class ParentImpossible(Refusal, code="parent_impossible"):
    """A ticket cannot be its own parent, nor a child of one that is over, missing or a child itself."""


class NoParent(Refusal, code="no_parent"):
    """The ticket is a child of none."""


class NotMajor(Refusal, code="not_major"):
    """The ticket is no major incident."""


class NoNoteDebt(Refusal, code="no_note_debt"):
    """Nobody owes a handoff note on this ticket."""


class NoNoteToRate(Refusal, code="no_note_to_rate"):
    """There is no handoff note to rate."""


class NotBreached(Refusal, code="not_breached"):
    """This promise is not broken."""


class ExclusionPending(Refusal, code="exclusion_pending"):
    """An exclusion of this breach is asked for already, and not yet decided."""


class ExclusionNotAsked(Refusal, code="exclusion_not_asked"):
    """Nobody has asked for an exclusion that could be decided."""


class UnknownName(Refusal, code="unknown_name"):
    """The policy knows no such client, person, category or reason; `field` and `value` say which."""


class PolicyUnfit(Refusal, code="policy_unfit"):
    """The version of the policy lacks what the ticket rests on: its client, category or hold; `missing` names it."""


class PolicyUnsound(Refusal, code="policy_unsound"):
    """The policy document cannot work; `errors` names every fault with its line."""


class VersionTaken(Refusal, code="policy_version_taken"):
    """This version was published with another text; give the change a version of its own."""


class NothingChanges(Refusal, code="nothing_changes"):
    """The change is in force already; a review ends with one that changes something, or is waived."""


class StaleCommand(Refusal, code="stale_command"):
    """The ticket has moved on since the version that the command was judged against."""


class StaleAcknowledgement(Refusal, code="stale_acknowledgement"):
    """The page was about an earlier handoff of the ticket; somebody else has it by now."""


class RulesFailed(Refusal, code="rules_failed"):
    """A fault in the rules themselves: the command is refused and the ticket stays as it was."""
