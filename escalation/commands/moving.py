"""Who has the ticket, and who is asked about it."""

from typing import ClassVar

from escalation.commands.command import Command
from escalation.handoff import HandoffNote
from escalation.terms import Line, Text


class Accept(Command):
    """Take up a handoff; `take_over` makes another's ticket one's own; `contacted`: the client was told."""

    name: ClassVar[str] = "accept"
    take_over: bool = False
    contacted: bool = False


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
