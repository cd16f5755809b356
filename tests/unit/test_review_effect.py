"""R99: who solves a kind of fault since its review, said honestly."""

from datetime import UTC, datetime, timedelta

from escalation.review.effect import ENOUGH, WINDOW, Solved, compare

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


class Tickets:
    """Solved tickets as (taken in, tier), counted for whoever asks; and every time that was asked for."""

    def __init__(self, *solved: tuple[datetime, int]) -> None:
        self.tickets = solved
        self.asked: list[tuple[datetime, datetime]] = []

    def solved(
        self,
        category: str,
        since: datetime,
        until: datetime,
        client: str | None = None,
        clients: tuple[str, ...] | None = None,
    ) -> Solved:
        self.asked.append((since, until))
        tiers = [tier for at, tier in self.tickets if since <= at < until]
        by_tier = {tier: tiers.count(tier) for tier in (1, 2, 3)}
        shares = {tier: count / len(tiers) for tier, count in by_tier.items()} if tiers else {}
        median = 2 * timedelta(hours=1) if tiers else None
        return Solved(since=since, until=until, solved=len(tiers), by_tier=by_tier, shares=shares, median=median)


def test_r99_it_compares_the_ninety_days_before_the_change_with_as_many_since() -> None:
    changed_at = NOW - 200 * DAY
    tickets = Tickets()
    compare(tickets, "server.failure", changed_at, NOW)
    assert tickets.asked == [(changed_at - WINDOW, changed_at), (changed_at, changed_at + WINDOW)]
    recent = Tickets()
    compare(recent, "server.failure", NOW - DAY, NOW)
    assert recent.asked[1] == (NOW - DAY, NOW)


def test_r99_a_kind_that_moved_down_reads_so() -> None:
    changed_at = NOW - 30 * DAY
    up = [(changed_at - n * DAY, 3) for n in range(1, ENOUGH + 1)]
    down = [(changed_at + n * DAY, 1) for n in range(ENOUGH)]
    found = compare(Tickets(*up, *down), "server.failure", changed_at, NOW)
    assert found.enough
    assert found.reads == (
        "Before: 10 solved, 0% at Tier 1, 0% at Tier 2, 100% at Tier 3, half of them within 2h."
        " Since: 10 solved, 100% at Tier 1, 0% at Tier 2, 0% at Tier 3, half of them within 2h."
    )


def test_r99_too_few_tickets_on_either_side_show_nothing_and_it_says_so() -> None:
    changed_at = NOW - 30 * DAY
    up = [(changed_at - n * DAY, 3) for n in range(1, 40)]
    down = [(changed_at + n * DAY, 1) for n in range(ENOUGH - 1)]
    found = compare(Tickets(*up, *down), "server.failure", changed_at, NOW)
    assert not found.enough
    assert found.reads.startswith("Too few tickets to say: 39 before and 9 since")


def test_r99_before_a_decision_there_is_nothing_to_compare_with() -> None:
    found = compare(Tickets((NOW - DAY, 3)), "server.failure", None, NOW)
    assert found.since is None
    assert found.reads.startswith("Nothing was changed; until now: 1 solved")
    assert "no ticket was solved" in compare(Tickets(), "server.failure", None, NOW).reads
