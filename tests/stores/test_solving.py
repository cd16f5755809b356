"""R99 on PostgreSQL: which tier solved what, and how fast."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from escalation.events import Cancelled
from stores.journal import Journal
from stores.solving import Solving
from tests.stores.stories import HOUR, MONDAY, intake, queued, resolved, story

DAY = timedelta(days=1)
CHANGED = MONDAY + 10 * DAY


@pytest.fixture
def books(engine: Engine) -> Journal:
    return Journal(engine)


def life(books: Journal, name: str, day: int, tier: int, hours: int, client: str = "acme", source: str = "api") -> None:
    """A ticket taken in on that day and solved at that tier after so many hours."""
    at = MONDAY + day * DAY
    events = (
        intake(name, at, client=client, source=source),
        queued("ann", at, tier),
        resolved("ann", at + hours * HOUR, tier),
    )
    books.append(story(name, *events))


def test_r99_it_counts_each_tier_and_the_median_before_the_change_and_since(engine: Engine, books: Journal) -> None:
    for n, (day, tier, hours) in enumerate([(1, 3, 30), (2, 3, 10), (3, 2, 8), (11, 1, 1), (12, 1, 3)]):
        life(books, f"t{n}", day, tier, hours)
    life(books, "long", 9, 3, 10 * 24)  # ran when the change came: it kept the old rules
    solving = Solving(engine)
    before = solving.solved("mail", CHANGED - 90 * DAY, CHANGED)
    since = solving.solved("mail", CHANGED, CHANGED + 90 * DAY)
    assert (before.solved, before.by_tier, before.median) == (4, {1: 0, 2: 1, 3: 3}, 20 * HOUR)
    assert before.shares == {1: 0.0, 2: 0.25, 3: 0.75}
    assert (since.solved, since.by_tier, since.median) == (2, {1: 2, 2: 0, 3: 0}, 2 * HOUR)


def test_r99_one_clients_tickets_are_told_from_everybodys(engine: Engine, books: Journal) -> None:
    for n, client in enumerate(["acme", "globex", "globex", "initech"]):
        life(books, f"t{n}", n, 1, 1, client)
    solving = Solving(engine)
    asked = ("mail", MONDAY, CHANGED)
    assert solving.solved(*asked).solved == 4
    assert solving.solved(*asked, client="globex").solved == 2
    assert solving.solved(*asked, clients=("acme", "globex")).solved == 3
    assert solving.solved("vpn", MONDAY, CHANGED).solved == 0


def test_r99_what_is_open_is_said_and_what_is_history_or_called_off_does_not_count(
    engine: Engine, books: Journal
) -> None:
    life(books, "done", 1, 1, 1)
    life(books, "imported", 1, 1, 1, source="import")
    books.append(story("open", intake("open", MONDAY + DAY), queued("ann", MONDAY + DAY)))
    gone = Cancelled(at=MONDAY + DAY + HOUR, reason="a mistake")
    books.append(story("gone", intake("gone", MONDAY + DAY), queued("ann", MONDAY + DAY), gone))
    found = Solving(engine).solved("mail", MONDAY, CHANGED)
    assert (found.solved, found.unsolved) == (1, 1)


def test_r99_nothing_solved_has_neither_shares_nor_a_median(engine: Engine) -> None:
    found = Solving(engine).solved("mail", MONDAY, CHANGED)
    assert (found.solved, found.shares, found.median) == (0, {}, None)
