"""What becomes of alerts: how much each severity weighs, and when several of them are one ticket."""

from datetime import timedelta

from pydantic import Field

from escalation.durations import Duration
from escalation.terms import Facts, Name


class Weight(Facts):
    """The impact and urgency with which a ticket of this severity begins."""

    impact: int = Field(ge=1, le=3)
    urgency: int = Field(ge=1, le=3)


class Flapping(Facts):
    """So many clears `within` this time: the fault comes and goes. It is over after `quiet` without either."""

    times: int = Field(default=3, ge=2, le=50)
    within: Duration = timedelta(minutes=30)
    quiet: Duration = timedelta(minutes=30)


class Storm(Facts):
    """So many faults of one site `within` this time are one ticket, until none was new for `quiet`.

    It weighs as much as a single alert of `severity`, or as the worst of its own.
    """

    faults: int = Field(default=5, ge=2, le=1000)
    within: Duration = timedelta(minutes=5)
    quiet: Duration = timedelta(minutes=15)
    severity: int = Field(default=2, ge=1, le=4)


class Outage(Facts):
    """Faults of one of these `kinds` at so many clients `within` this time have one cause: the first of their tickets
    becomes the parent of those that nobody has claimed. Without kinds there is none."""

    clients: int = Field(default=3, ge=2, le=1000)
    within: Duration = timedelta(minutes=10)
    kinds: tuple[str, ...] = ()


class Alerting(Facts):
    """The rules by which alerts become tickets; tickets do not carry them.

    `quietest` is the mildest severity that opens a ticket, `kinds` says which category a kind of fault has where its
    source does not: the first pattern that fits. `security` are categories and kinds that no maintenance window
    silences. A fault that is clear for `clear_after` is over; one that fires on for `settle` after its ticket was
    resolved has a new one. A ticket hears of its alerts once in `tell_every`, of all that came meanwhile.
    """

    severities: dict[int, Weight] = {
        1: Weight(impact=2, urgency=1),
        2: Weight(impact=2, urgency=2),
        3: Weight(impact=3, urgency=2),
        4: Weight(impact=3, urgency=3),
    }
    quietest: int = Field(default=4, ge=1, le=4)
    kinds: dict[str, Name] = {}
    security: tuple[str, ...] = ("security.*",)
    clear_after: Duration = timedelta(minutes=5)
    settle: Duration = timedelta(minutes=15)
    flapping: Flapping = Flapping()
    storm: Storm = Storm()
    outage: Outage = Outage()
    tell_every: Duration = timedelta(seconds=5)
