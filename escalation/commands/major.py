"""A major incident: who leads it, who speaks for it, and how often the clients hear."""

from typing import ClassVar

from escalation.commands.command import Command
from escalation.durations import Duration
from escalation.terms import Line, Text


class DeclareMajor(Command):
    """Name who commands and who communicates, and how often the clients hear; said again, it changes just that.

    Left out, `update_every` is what the policy says.
    """

    name: ClassVar[str] = "declare_major"
    commander: Line = ""
    communicator: Line = ""
    update_every: Duration | None = None
    reason: Text = ""


class PostUpdate(Command):
    """Tell the clients of a major incident how it stands: one wording for the ticket and all of its children."""

    name: ClassVar[str] = "post_update"
    text: Text = ""


class StandDown(Command):
    """It is no major incident any more, though the fault may not be gone yet."""

    name: ClassVar[str] = "stand_down"
    reason: Text = ""
