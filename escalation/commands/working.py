"""Work on a ticket, and what is said about it."""

from typing import ClassVar, Literal

from pydantic import Field

from escalation.commands.command import Command
from escalation.handoff import HandoffNote
from escalation.library.tree import Walk
from escalation.terms import Line, Text


class LogAttempt(Command):
    """One attempt at a fix: the step taken, and what came of it."""

    name: ClassVar[str] = "log_attempt"
    step: Line = ""
    result: Line = ""
    outcome: Literal["failed", "worked", "partly", ""] = ""
    sop_step: Line | None = None
    access: Line | None = None


class Tick(Command):
    """Steps of the SOP that are done, and those passed over, each with its reason."""

    name: ClassVar[str] = "tick"
    steps: tuple[Line, ...] = Field(default=(), max_length=50)
    skipped: dict[Line, Text] = Field(default={}, max_length=50)


class WalkTree(Command):
    """A decision tree walked on the ticket, from its first question to a leaf.

    Ask it over HTTP: there the way is found by `answers` in the published tree, and `revision` and `walked` are set.
    """

    name: ClassVar[str] = "walk_tree"
    tree: Line = ""
    answers: tuple[Line, ...] = Field(default=(), max_length=200)
    revision: int = 0
    walked: Walk | None = None


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
