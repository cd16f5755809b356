"""Where a ticket is in the chain: the steps from triage to its resolution, with who had it at each and for how long."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from escalation.lifecycle import Stage
from escalation.ticket import Ticket
from escalation.view import StayView, TicketView

_TITLES = {1: "Tier 1", 2: "Tier 2", 3: "Tier 3"}
_ENDS = {Stage.CLOSED: "Closed", Stage.CANCELLED: "Cancelled"}


class Had(NamedTuple):
    """A stay: who had it there, from when to when (None: still), and when it was accepted."""

    owners: Sequence[str]
    began_at: datetime
    ended_at: datetime | None
    accepted_at: datetime | None


class StepLine(NamedTuple):
    """One step of the chain: it lies behind, is the present one, was passed over, or may come."""

    title: str
    state: Literal["done", "current", "skipped", "ahead"]
    had: Sequence[Had] = ()


def path(ticket: Ticket, view: TicketView) -> list[StepLine]:
    """Triage, the three tiers, and the end."""
    tiers = [_tier(tier, ticket, view) for tier in _TITLES]
    return [_triage(ticket), *tiers, _end(ticket)]


def _triage(ticket: Ticket) -> StepLine:
    return StepLine("Triage", "current" if ticket.stage is Stage.TRIAGE else "done")


def _tier(tier: int, ticket: Ticket, view: TicketView) -> StepLine:
    had = [_had(stay) for stay in view.chain if stay.tier == tier]
    if ticket.tier == tier:
        return StepLine(_TITLES[tier], "current", had)
    if had:
        return StepLine(_TITLES[tier], "done", had)
    highest = max((stay.tier for stay in view.chain), default=0)
    behind = tier < highest or ticket.ending is not None or ticket.over
    return StepLine(_TITLES[tier], "skipped" if behind else "ahead")


def _end(ticket: Ticket) -> StepLine:
    title = _ENDS.get(ticket.stage, "Resolved")
    ended = ticket.stage is Stage.RESOLVED or ticket.over
    return StepLine(title, "current" if ended else "ahead")


def _had(stay: StayView) -> Had:
    return Had(stay.owners or (stay.owner,), stay.began_at, stay.ended_at, stay.accepted_at)
