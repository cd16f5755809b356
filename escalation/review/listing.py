"""Reviews in one line each, and which of them somebody looks at."""

from typing import Literal

from pydantic import AwareDatetime

from escalation.terms import Facts, Priority

Shelf = Literal["open", "overdue", "mine", "done"]
SHELVES: tuple[Shelf, ...] = ("open", "overdue", "mine", "done")


class ReviewHead(Facts):
    """A review without its draft."""

    ticket_id: str
    client: str
    subject: str
    category: str
    priority: Priority
    owner: str
    due_at: AwareDatetime
    state: str
    overdue_at: AwareDatetime | None = None
    decided_by: str | None = None
    decided_at: AwareDatetime | None = None
    reason: str = ""


class ReviewTally(Facts):
    """How many are undecided, how many of these are overdue, and how many are this person's."""

    open: int = 0
    overdue: int = 0
    mine: int = 0
