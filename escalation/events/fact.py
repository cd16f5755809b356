"""What every event carries; what every handoff carries."""

from pydantic import AwareDatetime

from escalation.guide import Guide
from escalation.lifecycle import Stage
from escalation.records import Climb
from escalation.sla import Clock
from escalation.terms import SYSTEM, Facts, Priority, Role, Tier


class Fact(Facts):
    """Base of every event: when, by whom, the clocks it changed, and where paging stands if it changed that.

    `idle_at` is until when the next event is expected.
    """

    at: AwareDatetime
    by: str = SYSTEM
    clocks: dict[str, Clock] = {}
    idle_at: AwareDatetime | None = None
    climb: Climb | None = None


class Need(Facts):
    """Whom a handoff needs. The rules say tier and skill; the desk names the person."""

    role: Role = Role.TECHNICIAN
    tier: Tier | None = None
    skill: str | None = None
    on_call: bool = False
    priority: Priority = Priority.P3
    person: str | None = None
    in_person: bool = False  # they ask for it themselves
    rota: str | None = None  # whoever answers this rota, and nobody else: a page, that gives nobody the ticket
    prefer: str | None = None
    after_shift_of: str | None = None  # whoever is here when this person's shift is over
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
    alike: tuple[str, ...] | None = None
    guide: Guide | None = None
