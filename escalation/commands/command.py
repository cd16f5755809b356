"""What every command carries."""

from typing import ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict

from escalation.terms import SYSTEM, Line, Role


class Command(BaseModel):
    """Base of every command: who asks, in which role, and the request's own id."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: ClassVar[str] = ""

    by: Line = ""
    role: Role = Role.TECHNICIAN
    at: AwareDatetime | None = None
    request_id: Line = ""
    expected_seq: int | None = None


class Recur(Command):
    """Tickets alike were found: the triggers look at the ticket again."""

    name: ClassVar[str] = "recur"
    role: Role = Role.SYSTEM
    by: Line = SYSTEM


class DeadlinePassed(Command):
    """Time did it: the earliest deadline of the ticket has come."""

    name: ClassVar[str] = "deadline"
    role: Role = Role.SYSTEM
    by: Line = SYSTEM
