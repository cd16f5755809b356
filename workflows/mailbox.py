"""The mailbox: every update, signal and deadline waits here for the loop, which takes them one at a time."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import Token
from dataclasses import dataclass, field
from hashlib import blake2b

from opentelemetry import context as tracing
from temporalio import workflow
from temporalio.exceptions import ApplicationError

from escalation.commands import AnyCommand, Command
from escalation.errors import Refusal, RulesFailed
from escalation.view import TicketView


@dataclass
class Letter:
    """A command and, once the loop has judged it, its answer."""

    command: AnyCommand
    request_id: str
    wants_answer: bool = True
    answer: TicketView | None = None  # the ticket as this command left it, whatever the loop does next
    refusal: Refusal | None = None
    asked_in: tracing.Context = field(default_factory=tracing.get_current)  # the trace of whoever sent it

    @property
    def answered(self) -> bool:
        """Whether the loop is done with it."""
        return self.answer is not None or self.refusal is not None


@contextmanager
def in_trace(context: tracing.Context) -> Iterator[None]:
    """What is done inside belongs to this trace; nothing but a variable is set where nobody traces."""
    token: Token[tracing.Context] = tracing.attach(context)
    try:
        yield
    finally:
        with suppress(ValueError):  # a workflow that is forgotten meanwhile is taken apart somewhere else
            token.var.reset(token)


def mark_of(command: Command) -> str:
    """Tells a repeat from another request under the same id: what is asked, whoever asks and whenever."""
    said = command.model_dump(mode="json", exclude={"by", "role", "at", "request_id", "expected_seq"})
    return blake2b(json.dumps([command.name, said], sort_keys=True).encode(), digest_size=6).hexdigest()


def check_same(mark: str, command: Command) -> None:
    """Raise where the request's id has been used for something else."""
    if mark != mark_of(command):
        raise key_reused("This key was used for another request.")


def key_reused(message: str) -> ApplicationError:
    """The refusal of a request whose key belongs to another one."""
    return ApplicationError(message, type="idempotency_key_reused", non_retryable=True)


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """A fault in the rules as the refusal RulesFailed: raised as it is, it would stop the ticket and its timers."""
    try:
        yield
    except Refusal:
        raise
    except Exception as fault:
        workflow.logger.exception("the rules failed on %s", what)
        raise RulesFailed(f"The rules failed on {what.replace('_', ' ')}: {fault!r}") from fault


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
