"""What monitoring said of a ticket's faults since it was last told."""

from typing import ClassVar

from pydantic import AwareDatetime, Field

from escalation.commands.command import Command
from escalation.terms import SYSTEM, Line, Role


class HearAlerts(Command):
    """Alerts came in: how many in all, how many of them new, on how many faults that are not over.

    `clear`: every fault is over; a ticket that nobody has claimed ends then. `impact` and `urgency` are given where the
    severity has risen. `quiet_until`: a maintenance window keeps pages back; `window_over`: it does so no more.
    """

    name: ClassVar[str] = "hear_alerts"
    role: Role = Role.SYSTEM
    by: Line = SYSTEM
    total: int = Field(default=0, ge=0)
    more: int = Field(default=0, ge=0)
    live: int = Field(default=0, ge=0)
    flapping: int = Field(default=0, ge=0)
    latest: Line = ""
    site: Line = ""
    storm: bool = False
    clear: bool = False
    impact: int | None = None
    urgency: int | None = None
    quiet_until: AwareDatetime | None = None
    window_over: bool = False
