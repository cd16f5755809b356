"""One fault behind several tickets: children belong to a parent, where the work is done."""

from typing import ClassVar

from escalation.commands.command import Command
from escalation.terms import SYSTEM, Following, Line, Role, Text


class Attach(Command):
    """Make this ticket a child of another, whose fault it shares: nobody has to take it up while that one lasts."""

    name: ClassVar[str] = "attach"
    parent: Line = ""
    reason: Text = ""


class Detach(Command):
    """It is a fault of its own after all: the ticket goes on by itself."""

    name: ClassVar[str] = "detach"
    reason: Text = ""


class Adopt(Command):
    """The parent's side of an attachment, sent from workflow to workflow."""

    name: ClassVar[str] = "adopt"
    role: Role = Role.SYSTEM
    by: Line = SYSTEM
    ticket_id: Line = ""


class Disown(Command):
    """The parent's side of a detachment, sent from workflow to workflow."""

    name: ClassVar[str] = "disown"
    role: Role = Role.SYSTEM
    by: Line = SYSTEM
    ticket_id: Line = ""


class Follow(Command):
    """What became of the parent, told to each child, from workflow to workflow.

    `parent` is whose word it is, `author` the person who said or did it; `to` is another parent to go to.
    """

    name: ClassVar[str] = "follow"
    role: Role = Role.SYSTEM
    by: Line = SYSTEM
    parent: Line = ""
    what: Following
    author: Line = SYSTEM
    text: Text = ""
    code: Line = ""
    cause: Line = ""
    evidence: dict[Line, Text] = {}
    to: Line = ""
