"""Which tickets a figure is about."""

from collections.abc import Iterable

from pydantic import AwareDatetime

from escalation.facts import TicketFacts
from escalation.metrics import UNNAMED, GroupBy
from escalation.terms import Facts

ONLY: tuple[GroupBy, ...] = ("client", "category", "technician", "shift", "partner", "hours", "priority")


class Scope(Facts):
    """The tickets taken in from `since` up to, and not including, `until`; merged ones never count.

    `clients`: of these alone, as a token allows it. `imported`: of imported logs, else of the desk's own; None for
    both. `only` narrows further, by the names of groups, such as `{"client": "acme", "shift": "(none)"}`.
    """

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    clients: tuple[str, ...] | None = None
    imported: bool | None = False
    only: dict[GroupBy, str] = {}


def within(scope: Scope, tickets: Iterable[TicketFacts]) -> list[TicketFacts]:
    """Those of the tickets that `only` leaves."""
    return [ticket for ticket in tickets if all(group_of(ticket, by) == name for by, name in scope.only.items())]


def group_of(ticket: TicketFacts, by: GroupBy) -> str:
    """The name of the group to which a ticket belongs."""
    return str(getattr(ticket, by) or UNNAMED)
