"""What the API itself says no to; the rules' own refusals are in escalation.errors.

Fault
├── NotConfirmed       nobody can say whether it was done
├── NoSuchTicket       no ticket of this id, or none that the caller may see
├── UnknownSource      no source of this id lets anything in
├── Overloaded         what came cannot be kept just now
├── SlowDown           the same, for senders that come again after a 429
├── Conflict           it stands otherwise by now, or there is one already
├── NotFound           no such path, person, review, document …
├── KeyReused          the idempotency key was used for another request
├── InvalidRequest     the request cannot be read; each fault names its field
├── NotAuthenticated   no token, or one that is unknown, expired or revoked
├── Forbidden          the token's role or its clients do not reach this far
├── AlreadyDecided     somebody decided on it before
├── ExerciseOver       it was answered before, and otherwise
├── ActsAsAnother      the body names somebody else as the one who acts
├── ContactNotVerified no way to reach them was ever tried
├── TooSoon            it was asked for just now
└── NotReady           a part that the API needs does not answer

A fault's `code` never changes meaning; problems.py says which status each one has.
"""

from typing import ClassVar


class Fault(Exception):
    """A request that the API does not carry out; the details are shown to the caller."""

    code: ClassVar[str] = "fault"
    codes: ClassVar[dict[str, type["Fault"]]] = {}

    def __init__(self, detail: str, **details: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.details = details

    def __init_subclass__(cls, code: str) -> None:
        cls.code = code
        Fault.codes[code] = cls


class NotConfirmed(Fault, code="not_confirmed"):
    """Nobody can say whether it was done: ask again with the same key."""


class NoSuchTicket(Fault, code="ticket_not_found"):
    """No ticket of this id is known, or none that this token may see."""


class UnknownSource(Fault, code="source_not_found"):
    """There is no such source, or it is disabled."""


class Overloaded(Fault, code="overloaded"):
    """What came cannot be kept just now: send it again."""


class SlowDown(Fault, code="slow_down"):
    """What came cannot be kept just now: send it again; said to senders that come again after a 429."""


class Conflict(Fault, code="conflict"):
    """It stands otherwise by now, or there is one already; `detail` says which."""


class NotFound(Fault, code="not_found"):
    """There is nothing here."""


class KeyReused(Fault, code="idempotency_key_reused"):
    """The idempotency key, or the external id, was used for another request."""


class InvalidRequest(Fault, code="invalid_request"):
    """The request cannot be read; `errors` names each field and what is wrong with it."""


class NotAuthenticated(Fault, code="not_authenticated"):
    """No token, or one that is unknown, expired or revoked."""


class Forbidden(Fault, code="forbidden"):
    """The token's role, or the clients that it is for, do not reach this far."""


class AlreadyDecided(Fault, code="already_decided"):
    """Somebody agreed to it, declined it or took it back already."""


class ExerciseOver(Fault, code="exercise_over"):
    """The exercise was answered already, and with other answers."""


class ActsAsAnother(Fault, code="acts_as_another"):
    """The body names somebody else as the one who acts; everybody acts as themselves."""


class ContactNotVerified(Fault, code="contact_not_verified"):
    """No way to reach them was ever tried, and the policy lets nobody take a duty before that."""


class TooSoon(Fault, code="too_soon"):
    """It was asked for just now; wait a moment."""


class NotReady(Fault, code="not_ready"):
    """A part that the API needs does not answer; `away` names it."""
