"""Tickets as they stand, without a story."""

from escalation.commands import Contact
from escalation.lifecycle import Stage
from escalation.records import OnHold
from escalation.terms import Priority
from escalation.ticket import Ticket
from tests.unit.rules.story import MONDAY


def ticket(*, accepted: bool = False, hold: str | None = None) -> Ticket:
    """A ticket at Tier 1."""
    return Ticket(
        id="T-1",
        client="acme-dental",
        contact=Contact(),
        subject="Cannot sign in",
        priority=Priority.P3,
        policy_version="1",
        stage=Stage.TIER_1,
        opened_at=MONDAY,
        owned_since=MONDAY,
        accepted_at=MONDAY if accepted else None,
        hold=OnHold(reason=hold, since=MONDAY) if hold else None,
    )
