"""What a ticket is pinned to: the policy of its intake, and after each change of version or agreement another."""

from collections.abc import Callable
from dataclasses import dataclass

from escalation.events import AgreementChanged, Event, PolicyAdopted
from escalation.policy import Slice
from escalation.ticket import Ticket

GOES_OVER = (PolicyAdopted, AgreementChanged)


def _stays(_ticket: Ticket, _event: Event) -> Slice | None:
    return None


@dataclass(frozen=True)
class Regime:
    """`later` is asked with the ticket after a change and the event that tells of it; None: it changes nothing."""

    first: Slice
    later: Callable[[Ticket, Event], Slice | None] = _stays
