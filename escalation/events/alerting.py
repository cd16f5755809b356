"""What monitoring said."""

from typing import Literal

from pydantic import AwareDatetime

from escalation.events.fact import Fact


class AlertsHeard(Fact):
    """More alerts of this ticket's faults: `total` in all, `more` of them new, on `live` faults that are not over."""

    kind: Literal["alerts_heard"] = "alerts_heard"
    total: int
    more: int
    live: int
    flapping: int = 0
    latest: str = ""
    site: str = ""
    storm: bool = False
    clear: bool = False
    impact: int | None = None
    urgency: int | None = None
    quiet_until: AwareDatetime | None = None
    window_over: bool = False
