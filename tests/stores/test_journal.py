from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from escalation.events import Commented, Entry, Held
from escalation.ticket import fold
from stores.database import transaction
from stores.journal import Journal
from stores.projection import AnotherStory, BadBeginning, JournalGap
from stores.schema import journal, tickets
from tests.stores.stories import HOUR, MONDAY, accepted, escalated, intake, queued, resolved, short_life, story


@pytest.fixture
def books(engine: Engine) -> Journal:
    return Journal(engine)


def _count(engine: Engine) -> int:
    with transaction(engine) as connection:
        return connection.execute(select(func.count()).select_from(journal)).scalar_one()


def _state(engine: Engine, ticket_id: str) -> dict[str, object]:
    with transaction(engine) as connection:
        return dict(connection.execute(select(tickets).where(tickets.c.ticket_id == ticket_id)).mappings().one())


def test_what_is_appended_is_read_back_as_it_was(books: Journal) -> None:
    entries = short_life("t1")
    books.append(entries)
    assert books.entries("t1") == entries


def test_the_read_side_is_the_fold_of_the_journal(books: Journal, engine: Engine) -> None:
    entries = short_life("t1")
    books.append(entries)
    row = _state(engine, "t1")
    ticket = fold([entry.event for entry in entries])
    assert row["state"] == ticket.model_dump(mode="json", exclude_defaults=True)
    assert (row["owner"], row["tier"], row["accepted_at"]) == ("tomas", 1, MONDAY + HOUR / 4)


def test_entries_appended_twice_are_there_once(books: Journal, engine: Engine) -> None:
    entries = short_life("t1")
    books.append(entries[:2])
    books.append(entries)
    books.append(entries)
    assert _count(engine) == 3
    assert _state(engine, "t1")["seq"] == 3


def test_a_gap_is_refused_and_nothing_of_the_batch_is_written(books: Journal, engine: Engine) -> None:
    books.append(short_life("t1"))
    late = story("t1", Commented(at=MONDAY, text="one"), Commented(at=MONDAY, text="two"), first=5)
    with pytest.raises(JournalGap, match="t1: the journal goes on with entry 4, not 5"):
        books.append(late)
    assert _count(engine) == 3


def test_a_ticket_begins_with_its_intake(books: Journal, engine: Engine) -> None:
    with pytest.raises(BadBeginning):
        books.append(story("t1", queued("tomas")))
    with pytest.raises(JournalGap):
        books.append(story("t1", queued("tomas"), first=2))
    assert _count(engine) == 0


@pytest.mark.parametrize("statement", ["UPDATE journal SET actor = 'x'", "DELETE FROM journal", "TRUNCATE journal"])
def test_nobody_can_change_or_remove_an_entry(books: Journal, engine: Engine, statement: str) -> None:
    books.append(short_life("t1"))
    with pytest.raises(DBAPIError, match="journal only grows"), transaction(engine) as connection:
        connection.execute(text(statement))
    assert _count(engine) == 3


def test_the_same_entries_from_many_at_once_are_there_once(books: Journal, engine: Engine) -> None:
    comments = [Commented(at=MONDAY + timedelta(seconds=n), text=str(n)) for n in range(20)]
    entries = [*short_life("t1"), *story("t1", *comments, first=4)]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: books.append(entries), range(32)))
    assert _count(engine) == 23
    assert _state(engine, "t1")["seq"] == 23


def test_writers_that_share_tickets_do_not_wait_in_a_circle(books: Journal, engine: Engine) -> None:
    lives = [short_life(f"t{n}") for n in range(6)]
    batches = [[entry for life in (lives[n % 6], lives[(n + 1) % 6]) for entry in life] for n in range(24)]
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(books.append, [batch[::-1] for batch in batches]))
    assert _count(engine) == 18


def test_batches_that_arrive_out_of_order_are_refused_until_their_turn(books: Journal, engine: Engine) -> None:
    entries = short_life("t1")
    with pytest.raises(JournalGap):
        books.append(entries[2:])
    books.append(entries[:2])
    books.append(entries[2:])
    assert _state(engine, "t1")["seq"] == 3


def test_another_story_of_the_same_ticket_is_refused_and_nothing_of_it_is_written(books: Journal) -> None:
    """As when Temporal was set back to yesterday, and lives the ticket again in another way."""
    books.append(short_life("t1"))
    other = [Commented(at=MONDAY + timedelta(seconds=n), by="elena", text="another") for n in range(3)]
    with pytest.raises(AnotherStory):
        books.append(story("t1", *other, first=3))
    assert [entry.event for entry in books.entries("t1")] == [entry.event for entry in short_life("t1")]


def test_a_nul_character_from_a_client_does_not_keep_a_ticket_out(books: Journal) -> None:
    opened = intake("t1")
    sly = opened.model_copy(update={"intake": opened.intake.model_copy(update={"subject": "a\x00b \\u0000"})})
    books.append(story("t1", sly, queued("tomas")))
    (kept, _) = books.entries("t1")
    assert kept.event.model_dump()["intake"]["subject"] == "a\N{REPLACEMENT CHARACTER}b \\u0000"


def test_a_large_story_is_appended_whole(books: Journal, engine: Engine) -> None:
    comments = [Commented(at=MONDAY, text="x" * 8000) for _ in range(600)]
    books.append([*short_life("t1"), *story("t1", *comments, first=4)])
    assert _count(engine) == 603


def test_the_mark_of_news_grows_with_each_commit(books: Journal) -> None:
    marks = [books.latest()]
    for entries in (short_life("t1"), short_life("t2")):
        books.append(entries)
        marks.append(books.latest())
    assert marks == sorted(set(marks))


def test_nothing_to_append_is_nothing_done(books: Journal, engine: Engine) -> None:
    books.append([])
    assert _count(engine) == 0


def test_several_tickets_are_written_together(books: Journal, engine: Engine) -> None:
    batch: list[Entry] = []
    for n in range(50):
        ticket = f"t{n:02}"
        batch += short_life(ticket)
        batch += story(
            ticket, escalated("elena", MONDAY + HOUR), accepted("elena", MONDAY + 2 * HOUR),
            resolved("elena", MONDAY + 3 * HOUR, tier=2), first=4,
        )  # fmt: skip
    books.append(batch)
    with transaction(engine) as connection:
        stages = connection.execute(select(tickets.c.stage, func.count()).group_by(tickets.c.stage)).all()
    assert [tuple(row) for row in stages] == [("resolved", 50)]


def test_the_stories_of_what_was_put_on_hold_are_read_whole_and_no_others(books: Journal) -> None:
    held = Held(at=MONDAY + HOUR, by="tomas", reason="waiting_customer", pauses=("resolution",))
    for its_id, client in (("t1", "acme"), ("t2", "acme"), ("t3", "other")):
        books.append(short_life(its_id, client=client))
    books.append(story("t1", held, first=4))
    books.append(story("t3", held, first=4))
    assert [[entry.seq for entry in told] for told in books.held()] == [[1, 2, 3, 4]] * 2
    assert [told[0].ticket_id for told in books.held(clients=("acme",))] == ["t1"]
    assert list(books.held(since=MONDAY + 2 * HOUR)) == list(books.held(until=MONDAY + HOUR)) == []
