"""The state of the desk for those who run it: numbers alone, without a name of anybody."""

from datetime import timedelta

from pydantic import AwareDatetime

from escalation.terms import Facts, Priority


class Line(Facts):
    """Live tickets of one stage and priority. A ticket in triage waits for nobody to accept it."""

    stage: str
    priority: Priority
    open: int
    on_hold: int
    unaccepted: int
    oldest_unaccepted_at: AwareDatetime | None
    at_risk: int
    breached: int
    emergencies: int


class Waiting(Facts):
    """What machines sent: how much nobody has dealt with yet, since when, and what lies in quarantine, by source."""

    many: int = 0
    oldest_at: AwareDatetime | None = None
    quarantined: dict[str, int] = {}


class Pulse(Facts):
    """Every stage and priority that has live tickets, and how far the journal's latest entries came behind.

    `lag` is the longest time from an event to its entry among the entries of the last minutes; None without any.
    """

    at: AwareDatetime
    lines: tuple[Line, ...]
    lag: timedelta | None
    intake: Waiting = Waiting()
