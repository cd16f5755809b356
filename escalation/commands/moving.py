"""Who has the ticket, and who is asked about it."""

from typing import ClassVar, Literal

from pydantic import Field

from escalation.commands.command import Command
from escalation.handoff import HandoffNote
from escalation.terms import SYSTEM, Line, Role, Text


class Accept(Command):
    """Take up a handoff; `take_over` makes another's ticket one's own; `contacted`: the client was told.

    `epoch` is the handoff that a page was about: an answer to an earlier one is refused. `channel` is how the answer
    came, where it was given to a message.
    """

    name: ClassVar[str] = "accept"
    epoch: int | None = None
    take_over: bool = False
    contacted: bool = False
    channel: Line | None = Field(default=None, exclude_if=lambda said: said is None)


class Escalate(Command):
    """Hand the ticket up with its note; functional unless the rules find an emergency.

    `ticked` and `skipped` say of the SOP's steps what was not said before: done, or passed over and why.
    """

    name: ClassVar[str] = "escalate"
    to_tier: int | None = None
    skill: Line | None = None
    reason: Line = ""
    note: HandoffNote = HandoffNote()
    override_reason: Text = ""
    ticked: tuple[Line, ...] = Field(default=(), max_length=50)
    skipped: dict[Line, Text] = Field(default={}, max_length=50)


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


class HandOver(Command):
    """The shift ends: whoever is here after it gets the ticket, with what they need to know of it."""

    name: ClassVar[str] = "hand_over"
    shift_note: Text = ""
    to_person: Line | None = None


class Relieve(Command):
    """The owner is away, has left or went home: somebody else has the ticket, if it is still theirs."""

    name: ClassVar[str] = "relieve"
    role: Role = Role.SYSTEM
    by: Line = SYSTEM
    person: Line = ""
    why: Literal["absence", "left", "shift_end"] = "absence"
    reason: Text = ""


class Consult(Command):
    """Ask a senior and keep the ticket; not an escalation."""

    name: ClassVar[str] = "consult"
    person: Line = ""
    question: Text = ""
    answer: Text = ""
