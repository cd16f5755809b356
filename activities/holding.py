"""Holding information back until it may disturb, and sending what waits for one person as one message."""

import structlog
from pydantic import AwareDatetime
from temporalio import activity

from escalation.messages import Message
from escalation.ports import Outbox, Policies, Unavailable
from escalation.quiet import Held, held
from escalation.terms import Facts

log = structlog.get_logger()


class Planned(Facts):
    """What is to be planned, as of which moment."""

    message: Message
    at: AwareDatetime


class HoldingActivities:
    """When a message goes."""

    def __init__(self, policies: Policies, outbox: Outbox) -> None:
        self._policies, self._outbox = policies, outbox

    @activity.defn
    def plan_delivery(self, planned: Planned) -> Held | None:
        """Until when it waits, by the policy of today, written down; None if it goes at once."""
        message, policy = planned.message, self._policies.current()
        person = policy.people.get(message.to)
        if person is None:
            return None
        zone = policy.calendars[person.calendar].zone
        found = held(message, person.quiet_hours, zone, planned.at, policy.bundle_within)
        if found is not None:
            try:
                self._outbox.hold(message.key, found)
            except Unavailable as away:
                log.warning("hold not recorded", key=message.key, error=str(away))
        return found
