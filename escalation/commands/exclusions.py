"""Why a promise was broken, and whether that counts."""

from typing import ClassVar

from escalation.commands.command import Command
from escalation.terms import Line, Text


class StateBreach(Command):
    """Say why a promise was broken, by a code of the policy and in words."""

    name: ClassVar[str] = "state_breach"
    clock: Line = ""
    code: Line = ""
    text: Text = ""


class AskExclusion(Command):
    """Ask that a breach whose reason is stated be left out of the compliance figures."""

    name: ClassVar[str] = "ask_exclusion"
    clock: Line = ""
    reason: Text = ""


class DecideExclusion(Command):
    """Leave a breach out of the compliance figures, or refuse to; never by whoever asked. The record stays."""

    name: ClassVar[str] = "decide_exclusion"
    clock: Line = ""
    approve: bool | None = None
    reason: Text = ""
