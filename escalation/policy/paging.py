"""How a page climbs: whom it reaches first, how long it waits there, and what happens when nobody answers."""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from escalation.durations import Duration
from escalation.terms import Facts, Name, Priority

OWNER = "owner"
"""The step that pages whoever owns the ticket, instead of a rota."""


class PagingStep(Facts):
    """Whoever answers the rota when the step is reached, paged once and then `reminders` times, `wait` apart."""

    rota: Name
    wait: Duration = timedelta(minutes=5)
    reminders: int = Field(default=0, ge=0, le=10)


class PagingLadder(Facts):
    """The steps in their order, gone through `loops` times; then there is a coverage gap: the service manager and
    `tell` hear of it, and the steps begin again when a shift changes.

    The handoff's own page is the first notice of the first step. Whoever has taken the ticket up and is silent for
    `no_progress` is paged again; left out, nobody is.
    """

    when: tuple[Literal["emergency"] | Priority, ...] = ("emergency", Priority.P1)
    steps: tuple[PagingStep, ...] = Field(min_length=1)
    loops: int = Field(default=3, ge=1, le=20)
    tell: tuple[Name, ...] = ("service_manager", "team_lead")
    no_progress: Duration | None = None
