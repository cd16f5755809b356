"""What the API needs for pages that people keep open: tickets in one line each, and whether anything changed."""

from typing import Protocol

from escalation.lines import LinePage, News, Order
from escalation.ports import TicketFilter


class Lines(Protocol):
    """Tickets in one line each, for boards and lists; imported ones are history, and on no board."""

    def lines(self, wanted: TicketFilter, order: Order, limit: int, cursor: str | None = None) -> LinePage: ...

    def count(self, wanted: TicketFilter) -> int: ...


class Watched(Protocol):
    """What a page that is open has to know, to be asked once a second."""

    def news(self) -> News: ...
