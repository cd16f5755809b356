"""Why a promise was broken, and whether that counts."""

from typing import Literal

from escalation.events.fact import Fact


class BreachStated(Fact):
    """Somebody said why a promise was broken."""

    kind: Literal["breach_stated"] = "breach_stated"
    clock: str
    generation: int
    code: str
    text: str


class ExclusionAsked(Fact):
    """Somebody asked that a breach be left out of the compliance figures."""

    kind: Literal["exclusion_asked"] = "exclusion_asked"
    clock: str
    reason: str


class ExclusionDecided(Fact):
    """The breach is left out of the compliance figures, or is not; everything that was recorded of it stays."""

    kind: Literal["exclusion_decided"] = "exclusion_decided"
    clock: str
    approved: bool
    reason: str
