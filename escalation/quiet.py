"""When information may disturb somebody: not in their quiet hours, and several within a short while as one. Pure.

Pages are never held, and neither is information about a P1.
"""

from datetime import datetime, time, timedelta
from typing import Self

from pydantic import AwareDatetime, model_validator

from escalation.messages import Message
from escalation.terms import Facts, Priority
from escalation.zones import zone_named


class QuietHours(Facts):
    """From `start` to `end`, by their own clock; over midnight where it ends before it starts."""

    start: time
    end: time

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.start == self.end:
            raise ValueError("quiet hours that end when they start would never end or never begin")
        return self

    def holds(self, at: time) -> bool:
        """Whether it is quiet at this time of the day."""
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


class Held(Facts):
    """Until when a message waits, and why."""

    until: AwareDatetime
    because: str


def may_wait(message: Message) -> bool:
    """Whether it is information for one of the desk's people, and not about a P1."""
    return (
        not message.urgent
        and message.recipient_kind == "person"
        and message.via is None
        and message.params.get("priority") != Priority.P1
    )


def held(message: Message, quiet: QuietHours | None, zone: str, now: datetime, within: timedelta) -> Held | None:
    """How long the message waits; None if it goes at once."""
    if not may_wait(message):
        return None
    local = now.astimezone(zone_named(zone))
    if quiet is not None and quiet.holds(local.time()):
        return Held(until=_end(quiet, local), because="quiet hours")
    if within > timedelta(0):
        return Held(until=now + within, because="what else there is goes with it")
    return None


def _end(quiet: QuietHours, local: datetime) -> datetime:
    """The first moment from now on at which the hours end: an hour that the clock passes over ends at once."""
    ends = local.replace(hour=quiet.end.hour, minute=quiet.end.minute, second=quiet.end.second, microsecond=0, fold=0)
    if quiet.end <= local.time():
        ends += timedelta(days=1)
    return max(ends.astimezone(zone_named("UTC")), local.astimezone(zone_named("UTC")))
