"""What the customer thinks of the service, and what the desk says to that."""

from typing import ClassVar

from escalation.commands.command import Command
from escalation.terms import Line, Text


class RateService(Command):
    """The customer's word on a ticket that is resolved or closed, from 1 (bad) to 5; a new one replaces the last."""

    name: ClassVar[str] = "rate_service"
    score: int | None = None
    comment: Text = ""
    channel: Line = "phone"


class AnswerRating(Command):
    """What was done about a low score: the service manager's task is over."""

    name: ClassVar[str] = "answer_rating"
    text: Text = ""
