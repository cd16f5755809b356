"""A fault as its alerts tell of it: one for each client, source and the source's own id of it."""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime

from escalation.alerts.alert import Alert, Severity
from escalation.terms import Facts, Line

FaultState = Literal["quiet", "firing", "clearing", "flapping", "suppressed", "settling"]
"""`clearing`: clear, and not yet for long enough. `suppressed`: fires inside a maintenance window, without a ticket.
`settling`: fires on although its ticket was resolved a moment ago."""

Key = tuple[str, str, str]
Place = tuple[str, str, str]
"""Where faults may make a storm: client, site, and for emergencies their category, so that they mix with nothing."""


class Heard(Facts):
    """An alert as it came in, with the number of the body that said it."""

    number: int
    received_at: AwareDatetime
    alert: Alert

    @property
    def moment(self) -> datetime:
        """When it happened; a sender's clock that runs ahead is not believed."""
        return min(self.alert.occurred_at, self.received_at)


class Fault(Facts):
    """One fault, over all of its episodes; an episode begins where it fires after it was over.

    `worst` is the worst severity of the episode, `clears` are the moments of the last clears, `flapped_at` is the one
    that was one too many. `due_at` is when time has the next word, `last` the last alert by which it fired, and
    `heard_at` when that came in. The ticket of an episode that is over is kept: should somebody work on it still, the
    fault goes on there.
    """

    client: Line
    source: Line
    fault: Line
    site: Line = ""
    lane: Line = ""
    asset: Line | None = None
    kind: Line = ""
    category: Line | None = None
    summary: Line = ""
    severity: Severity = 3
    worst: Severity = 4
    state: FaultState = "quiet"
    episode: int = 0
    began_at: AwareDatetime | None = None
    ticket_id: Line | None = None
    fired_at: AwareDatetime | None = None
    cleared_at: AwareDatetime | None = None
    clears: tuple[AwareDatetime, ...] = ()
    flapped_at: AwareDatetime | None = None
    due_at: AwareDatetime | None = None
    heard_at: AwareDatetime | None = None
    last: Alert | None = None

    @property
    def key(self) -> Key:
        """What tells it from every other."""
        return self.client, self.source, self.fault

    @property
    def place(self) -> Place:
        """Where it counts towards a storm."""
        return self.client, self.site, self.lane

    @property
    def live(self) -> bool:
        """Whether its ticket still has to do with it."""
        return self.ticket_id is not None and self.state not in ("quiet", "suppressed")

    def clears_since(self, moment: datetime, within: timedelta) -> tuple[AwareDatetime, ...]:
        """The clears of the last while before a moment."""
        return tuple(at for at in self.clears if at > moment - within)


def key_of(alert: Alert) -> Key:
    """Which fault it tells of: never by severity, wording or route."""
    return alert.client, alert.source, alert.fault


def said_by(fault: Fault, alert: Alert, lane: str, category: str | None) -> Fault:
    """The fault as this alert describes it; what is left out stays."""
    said = {
        "site": alert.site or fault.site,
        "lane": lane,
        "asset": alert.asset or fault.asset,
        "kind": alert.kind or fault.kind,
        "category": category or fault.category,
        "summary": alert.summary or fault.summary,
        "severity": alert.severity,
    }
    return fault.model_copy(update=said)
