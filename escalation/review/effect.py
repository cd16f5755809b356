"""What a review's change did: at which tier faults of that kind were solved before it, and since."""

from datetime import datetime, timedelta
from typing import Protocol

from pydantic import AwareDatetime

from escalation.durations import Duration, format_duration
from escalation.terms import Facts, Tier

WINDOW = timedelta(days=90)
ENOUGH = 10
"""Fewer solved tickets than this before or since a change show nothing."""


class Solved(Facts):
    """The tickets of a kind that were taken in within a time: how many are solved, at which tier, and how fast.

    `shares` are of those solved, 0 to 1, and empty if none is; `median` is the elapsed time from intake to resolution;
    `unsolved` are those still open at the moment of asking.
    """

    since: AwareDatetime
    until: AwareDatetime
    solved: int = 0
    unsolved: int = 0
    by_tier: dict[Tier, int] = {}
    shares: dict[Tier, float] = {}
    median: Duration | None = None


class Compared(Facts):
    """The same kind of fault before a change and since, and the comparison in a sentence.

    `since` is None while nothing was changed; `enough` says whether there are tickets enough to say anything.
    """

    before: Solved
    since: Solved | None = None
    enough: bool = False
    reads: str


class Solving(Protocol):
    """The port to what was solved where."""

    def solved(
        self,
        category: str,
        since: datetime,
        until: datetime,
        client: str | None = None,
        clients: tuple[str, ...] | None = None,
    ) -> Solved:
        """Tickets of the category taken in from `since` on and before `until`: one client's, or all those of `clients`.

        None for both is everybody's. What was imported, merged away or cancelled does not count.
        """
        ...


def compare(
    solving: Solving,
    category: str,
    changed_at: datetime | None,
    now: datetime,
    client: str | None = None,
    clients: tuple[str, ...] | None = None,
) -> Compared:
    """The 90 days before the change and as many since, by the moment of intake: who ran already kept the old rules."""
    moment = changed_at or now
    before = solving.solved(category, moment - WINDOW, moment, client, clients)
    if changed_at is None:
        return Compared(before=before, reads=f"Nothing was changed; until now: {_told(before)}.")
    since = solving.solved(category, changed_at, min(now, changed_at + WINDOW), client, clients)
    if min(before.solved, since.solved) < ENOUGH:
        few = f"{before.solved} before and {since.solved} since, and it takes {ENOUGH} of each"
        return Compared(before=before, since=since, reads=f"Too few tickets to say: {few}.")
    return Compared(before=before, since=since, enough=True, reads=f"Before: {_told(before)}. Since: {_told(since)}.")


def _told(found: Solved) -> str:
    if not found.solved:
        return "no ticket was solved"
    tiers = ", ".join(f"{share:.0%} at Tier {tier}" for tier, share in sorted(found.shares.items()))
    time = "" if found.median is None else f", half of them within {format_duration(found.median)}"
    return f"{found.solved} solved, {tiers}{time}"
