"""What is said of a ticket that is over: added to its journal by the rules, one at a time, each once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine

from bench.lives import LOCKED_OUT
from bench.past import pass_time
from bench.play import Play, default_policy
from escalation.commands import Accept, AnyCommand, AskExclusion, DecideExclusion, Open, Resolve, StateBreach
from escalation.desk import decide
from escalation.errors import ExclusionNotAsked, ExclusionPending, NotPermitted
from escalation.events import Event
from escalation.terms import Role
from escalation.ticket import Ticket, fold
from stores.journal import Journal
from stores.projection import StillLives
from stores.read_side import ReadSide
from stores.rebuild import rebuild
from tests.stores.stories import MONDAY

LATE = MONDAY + timedelta(days=40)
POLICY = default_policy().slice_for("acme-dental")
STATED = StateBreach(by="tomas", clock="resolution", code="vendor", text="The part came a day late")
ASKED = AskExclusion(by="tomas", clock="resolution", reason="The contract names the vendor")
APPROVED = DecideExclusion(
    by="grace", role=Role.SERVICE_MANAGER, clock="resolution", approve=True, reason="As it says"
)  # fmt: skip

Judged = Callable[[Ticket, Sequence[Event]], Sequence[Event]]


@pytest.fixture
def books(engine: Engine) -> Journal:
    return Journal(engine)


def judged(command: AnyCommand, at: datetime = LATE) -> Judged:
    """As the API has it judged; a repeat adds nothing."""
    return lambda ticket, before: [] if before else decide(ticket, command, POLICY, at)


def closed(books: Journal, ticket_id: str = "T-1") -> None:
    """A ticket that broke the promise of its resolution, and is closed."""
    play = lived(books, ticket_id)
    play.do(Resolve(code="fixed", cause="identity", resolution="Excluded the device from the policy"))
    pass_time(play, timedelta(days=20))
    books.append([entry for decision in play.decisions for entry in decision])
    assert play.ticket.over
    assert play.ticket.clocks["resolution"].breached


def lived(books: Journal, ticket_id: str) -> Play:
    play = Play(POLICY, ticket_id, MONDAY)
    play.open(Open(by="portal", role=Role.INTEGRATION, intake=LOCKED_OUT))
    play.do(Accept())
    pass_time(play, timedelta(days=12))
    return play


def test_b14_a_month_after_the_close_a_breach_is_stated_asked_about_and_excluded(
    books: Journal, engine: Engine
) -> None:
    closed(books)
    before = len(books.entries("T-1"))
    said: list[AnyCommand] = [STATED, ASKED, APPROVED]
    for n, command in enumerate(said):
        ticket, (entry,) = books.append_afterwards("T-1", f"r{n}", judged(command))
        assert (entry.seq, entry.event.at, ticket.seq) == (before + n + 1, LATE, before + n + 1)
    assert fold([entry.event for entry in books.entries("T-1")]) == ticket
    (facts,) = ReadSide(engine).facts()
    assert facts.kept is not None
    assert facts.kept.excluded == 1
    assert not facts.kept.resolution_breached
    rebuild(engine)
    stored = ReadSide(engine).ticket("T-1")
    assert stored is not None
    assert (stored.ticket, stored.ticket.breaches["resolution"].decided_by) == (ticket, "grace")


def test_b14_whoever_asks_does_not_decide_after_the_close_either(books: Journal) -> None:
    closed(books)
    books.append_afterwards("T-1", "r0", judged(STATED))
    with pytest.raises(ExclusionNotAsked):
        books.append_afterwards("T-1", "r1", judged(APPROVED))
    books.append_afterwards("T-1", "r2", judged(ASKED.model_copy(update={"by": "grace", "role": Role.SERVICE_MANAGER})))
    with pytest.raises(NotPermitted):
        books.append_afterwards("T-1", "r3", judged(APPROVED))
    technician = APPROVED.model_copy(update={"by": "marek", "role": Role.TECHNICIAN})
    with pytest.raises(NotPermitted):
        books.append_afterwards("T-1", "r4", judged(technician))


def test_a_repeat_under_the_same_request_adds_nothing_and_tells_what_it_added(books: Journal) -> None:
    closed(books)
    first = books.append_afterwards("T-1", "r0", judged(STATED))
    assert books.append_afterwards("T-1", "r0", judged(STATED, LATE + timedelta(hours=1))) == first


def test_two_at_once_are_judged_one_after_the_other(books: Journal) -> None:
    closed(books)
    books.append_afterwards("T-1", "r0", judged(STATED))
    before, together = len(books.entries("T-1")), Barrier(2)

    def ask(request: str) -> str:
        together.wait(10)
        try:
            books.append_afterwards("T-1", request, judged(ASKED))
        except ExclusionPending as refusal:
            return refusal.code
        return "added"

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(ask, ["r1", "r2"]))
    assert sorted(said) == ["added", "exclusion_pending"]
    assert len(books.entries("T-1")) == before + 1


def test_many_at_once_are_all_in_the_story_each_in_a_place_of_its_own(books: Journal) -> None:
    closed(books)
    before = len(books.entries("T-1"))
    words = [STATED.model_copy(update={"text": f"Reason {n}"}) for n in range(12)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: books.append_afterwards("T-1", f"r{n}", judged(words[n])), range(12)))
    added = books.entries("T-1")[before:]
    assert [entry.seq for entry in added] == list(range(before + 1, before + 13))
    assert {getattr(entry.event, "text", "") for entry in added} == {f"Reason {n}" for n in range(12)}


def test_a_ticket_that_lives_is_left_to_its_workflow(books: Journal) -> None:
    books.append([entry for decision in lived(books, "T-2").decisions for entry in decision])
    with pytest.raises(StillLives):
        books.append_afterwards("T-2", "r0", judged(STATED))
    with pytest.raises(KeyError):
        books.append_afterwards("T-3", "r0", judged(STATED))
