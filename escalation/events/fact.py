"""What every event carries; what every handoff carries."""

from pydantic import AwareDatetime

from escalation.lifecycle import Stage
from escalation.sla import Clock
from escalation.terms import SYSTEM, Facts, Priority, Role, Tier


class Fact(Facts):
    """Base of every event: when, by whom, and the clocks it changed; `idle_at` is until when the next is expected."""

    at: AwareDatetime
    by: str = SYSTEM
    clocks: dict[str, Clock] = {}
    idle_at: AwareDatetime | None = None


class Need(Facts):
    """Whom a handoff needs. The rules say tier and skill; the desk names the person."""

    role: Role = Role.TECHNICIAN
    tier: Tier | None = None
    skill: str | None = None
    on_call: bool = False
    priority: Priority = Priority.P3
    person: str | None = None
    in_person: bool = False  # they ask for it themselves
    prefer: str | None = None
    exclude: tuple[str, ...] = ()


class Handoff(Fact):
    """Ownership moves: to a named person, at once. `owner` is empty only until the desk has answered `need`."""

    stage: Stage
    from_tier: Tier | None = None
    to_tier: Tier | None = None
    need: Need
    owner: str = ""
    via: str = ""
    previous_owner: str | None = None
    reason: str = ""
    trigger: str | None = None
    values: dict[str, object] = {}
    matched: tuple[str, ...] = ()
