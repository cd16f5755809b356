"""What an audit reads of the desk: the tickets that were worked on in its window, and what was noted about them."""

from typing import Literal

from pydantic import AwareDatetime

from escalation.terms import EscalationKind, Facts, Tier


class Worked(Facts):
    """A ticket that was at Tier 1 within the window, and who had it there last."""

    ticket_id: str
    client: str
    category: str | None = None
    technician: str | None = None
    shift: str | None = None
    emergency: bool = False
    known_issue: bool = False


class Upward(Facts):
    """One escalation, as entry `seq` of its ticket's journal; `technician` is who had the ticket before it."""

    ticket_id: str
    seq: int
    at: AwareDatetime
    client: str
    category: str | None = None
    subject: str = ""
    from_tier: Tier | None = None
    to_tier: Tier | None = None
    kind: EscalationKind = EscalationKind.FUNCTIONAL
    technician: str | None = None
    shift: str | None = None
    trigger: str | None = None
    reason: str = ""
    auto: bool = False
    in_scope: bool = False
    override: str = ""
    incomplete: bool = False

    @property
    def item(self) -> str:
        """What a verdict names it by."""
        return f"{self.ticket_id}#{self.seq}"


Noted = Literal["near_miss", "attempt", "unusable_note", "note_overdue", "under_escalated", "prompted"]


class Note(Facts):
    """Something that the journal says beside escalations: by whom, at which tier, of what.

    `along_sop` and `repeated` are an attempt's.
    """

    what: Noted
    ticket_id: str
    at: AwareDatetime
    by: str
    client: str
    category: str | None = None
    shift: str | None = None
    tier: Tier | None = None
    detail: str = ""
    along_sop: bool = False
    repeated: bool = False

    @property
    def technician(self) -> str:
        """Whose line of the audit it belongs on."""
        return self.by


class AtTierThree(Facts):
    """A ticket that came to Tier 3 within the window; `entered_by` is how."""

    ticket_id: str
    at: AwareDatetime
    client: str
    category: str | None = None
    subject: str = ""
    technician: str | None = None
    entered_by: str = ""


class Seen(Facts):
    """All of it."""

    worked: tuple[Worked, ...] = ()
    upwards: tuple[Upward, ...] = ()
    notes: tuple[Note, ...] = ()
