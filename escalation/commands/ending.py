"""How a ticket ends, and how it comes back."""

from typing import ClassVar

from pydantic import AwareDatetime

from escalation.commands.command import Command
from escalation.terms import SYSTEM, Line, Role, Text


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
    client: Line = ""
    opened_at: AwareDatetime
    watchers: tuple[str, ...] = ()
