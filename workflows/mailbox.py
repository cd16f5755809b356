"""The mailbox: every update, signal and deadline waits here for the loop, which takes them one at a time."""

from dataclasses import dataclass

from temporalio.exceptions import ApplicationError

from escalation.commands import AnyCommand
from escalation.errors import Refusal


@dataclass
class Letter:
    """A command and, once the loop has judged it, its answer."""

    command: AnyCommand
    request_id: str
    wants_answer: bool = True
    answered: bool = False
    refusal: Refusal | None = None


def failure(refusal: Refusal) -> ApplicationError:
    """A refusal as Temporal carries it: a sentence for people, a code as its type, the details as data."""
    return ApplicationError(refusal.message, refusal.details, type=refusal.code, non_retryable=True)


def refusal_of(error: ApplicationError) -> Refusal | None:
    """The refusal inside a failure, if that is what it is."""
    kind = Refusal.codes.get(error.type or "")
    if kind is None:
        return None
    details = error.details[0] if error.details and isinstance(error.details[0], dict) else {}
    refusal = kind.__new__(kind)
    Refusal.__init__(refusal, error.message, **details)
    return refusal
