"""The desk under load, and how what people hold follows the tickets."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError

from escalation.events import Closed, Need
from escalation.messages import Address
from escalation.oncall import Absence, RotaOverride
from escalation.ports import Ask
from escalation.terms import Priority
from stores.database import transaction
from stores.desk import Desk
from stores.journal import Journal
from stores.live_rotas import LiveRotas
from stores.people import People
from stores.schema import assignments
from tests.stores.desks import NOON, policy
from tests.stores.stories import HOUR, MONDAY, escalated, intake, queued, resolved, short_life, story

MAIL = Need(tier=1, skill="m365")


def _connect(engine: Engine) -> None:
    """Fill the pool one connection after the other: what fifty promise is about naming, not about connecting."""
    with ExitStack() as open_ones:
        for _ in range(20):
            open_ones.enter_context(engine.connect())


@pytest.fixture
def held(engine: Engine) -> "Held":
    return Held(engine)


class Held:
    """What people hold."""

    def __init__(self, engine: Engine) -> None:
        self._people = People(engine)

    def __call__(self) -> dict[str, int]:
        return {person.id: person.open for person in self._people.people(NOON) if person.open}


def _ask(n: int, need: Need = MAIL, key: str = "") -> Ask:
    return Ask(key=key or f"k{n}", ticket_id=f"t{n}", need=need, at=NOON)


def test_fifty_at_once_overload_nobody_and_name_nobody_twice(engine: Engine) -> None:
    crowd = {f"tech{n:02}": {"tier": 1, "skills": ["m365"], "calendar": "office", "capacity": 4} for n in range(10)}
    desk = Desk(engine)
    desk.seed(policy(people=crowd))
    _connect(engine)
    with ThreadPoolExecutor(50) as pool:
        named = list(pool.map(lambda n: desk.name(_ask(n % 50)), range(100)))  # each ticket is asked for twice
    assert named[:50] == named[50:]
    load = Counter(name.person for name in named[:50])
    capacity = {person.id: person.capacity for person in People(engine).people(NOON)}
    bounded = {person: n for person, n in load.items() if person != "ruth"}
    assert all(n <= capacity[person] for person, n in bounded.items())
    assert sum(bounded.values()) == 46  # ten of four, two of three
    with transaction(engine) as connection:
        opened = connection.execute(select(func.count(), func.count(assignments.c.ticket_id.distinct()))).one()
    assert tuple(opened) == (50, 50)


def test_tickets_going_up_and_down_at_once_never_wait_in_a_circle(desk: Desk, held: Held) -> None:
    up, down = Need(tier=2, priority=Priority.P1, exclude=("tomas",)), Need(tier=1, prefer="priya")

    def back_and_forth(n: int) -> None:
        for turn in range(6):
            desk.name(_ask(n % 8, down if turn % 2 else up, key=f"{n}-{turn}"))

    with ThreadPoolExecutor(24) as pool:
        list(pool.map(back_and_forth, range(24)))
    assert sum(held().values()) == 8


def test_the_database_itself_refuses_to_overload_somebody(desk: Desk, engine: Engine) -> None:
    insert = text(
        "INSERT INTO assignments (ticket_id, person, via, within_capacity, assigned_at)"
        " SELECT 'x' || n, 'tomas', 'on_shift', true, now() FROM generate_series(1, 4) AS n"
    )
    with pytest.raises(IntegrityError, match="tomas is at capacity"), transaction(engine) as connection:
        connection.execute(insert)


def test_the_same_key_is_answered_the_same(desk: Desk, held: Held) -> None:
    assert len({desk.name(_ask(1)).person for _ in range(5)}) == 1
    assert sum(held().values()) == 1


def test_a_receiver_named_too_late_holds_nothing_of_a_ticket_that_is_over(
    desk: Desk, engine: Engine, held: Held
) -> None:
    """The ticket went on with the fallback owner; the try that it did not wait for comes to an end later."""
    ended = (resolved("tomas", MONDAY + HOUR, tier=1), Closed(at=MONDAY + 2 * HOUR, reason="confirmed"))
    Journal(engine).append([*short_life("t1"), *story("t1", *ended, first=4)])
    desk.name(_ask(1, key="late"))
    assert held() == {}


def test_seeding_again_changes_nothing(desk: Desk, engine: Engine) -> None:
    people, rotas = People(engine), LiveRotas(engine)
    rotas.be_away(Absence(person="elena", start=NOON, end=NOON + HOUR), "elena")
    rotas.override(RotaOverride(rota="seniors", who="marek", start=NOON, end=NOON + HOUR), "grace")
    before = (people.people(NOON), rotas.board())
    desk.seed(policy())
    assert (people.people(NOON), rotas.board()) == before


def test_somebody_who_left_the_policy_is_named_no_more(desk: Desk, engine: Engine) -> None:
    without = policy()
    left = without.model_copy(update={"people": {n: p for n, p in without.people.items() if n != "priya"}})
    desk.seed(left)
    assert {desk.name(_ask(n)).person for n in range(3)} == {"tomas"}
    assert "priya" not in {person.id for person in People(engine).people(NOON)}


def test_the_end_of_a_ticket_frees_its_owner(desk: Desk, engine: Engine, held: Held) -> None:
    books = Journal(engine)
    owner = desk.name(_ask(1)).person
    books.append(short_life("t1", owner))
    assert held() == {owner: 1}
    books.append(story("t1", resolved(owner, MONDAY + HOUR), first=4))
    assert held() == {}
    books.append(story("t1", Closed(at=MONDAY + 2 * HOUR, reason="ok"), first=5))
    assert held() == {}


def test_the_owner_whom_the_policy_named_while_the_desk_was_away_holds_the_ticket(
    desk: Desk, engine: Engine, held: Held
) -> None:
    Journal(engine).append(story("t1", intake("t1"), queued("tomas")))
    assert held() == {"tomas": 1}
    Journal(engine).append(story("t1", escalated("elena", MONDAY + HOUR), first=3))
    assert held() == {"elena": 1}


def test_an_owner_whom_the_desk_does_not_know_holds_nothing(desk: Desk, engine: Engine, held: Held) -> None:
    desk.name(_ask(1))
    Journal(engine).append(story("t1", intake("t1"), queued("somebody")))
    assert held() == {}


def test_an_import_gives_nobody_work(desk: Desk, engine: Engine, held: Held) -> None:
    Journal(engine).append(story("t1", intake("t1", source="import"), queued("tomas")))
    assert held() == {}


def test_people_are_listed_with_how_to_reach_them(desk: Desk, engine: Engine) -> None:
    people = People(engine)
    assert people.address("grace") == Address(email="grace@desk.example", apprise=("ntfy://grace",))
    assert people.address("nobody") == Address()
    assert (people.display_name("marek"), people.display_name("nobody")) == ("Marek", "nobody")
    assert people.person("nobody", NOON) is None
    marek = people.person("marek", NOON)
    assert marek is not None
    assert (marek.tier, marek.skills, marek.capacity) == (2, ("firewall", "network"), 3)


def test_the_list_of_who_is_on_call_names_every_rota(desk: Desk, engine: Engine) -> None:
    board = LiveRotas(engine).board()
    assert board.lines() == [("nights", 1), ("nights", 2), ("seniors", 3), ("managers", None)]
    assert [board.on_call(rota, NOON) for rota in ("seniors", "managers")] == ["sofia", "grace"]


def test_a_message_to_a_role_reaches_whoever_fills_it(desk: Desk, engine: Engine) -> None:
    people = People(engine)
    assert people.holders("service_manager", None, NOON) == ["grace"]
    assert people.holders("team_lead", None, NOON) == ["ruth"]
    assert people.holders("team_lead", 2, NOON) == ["ruth"]
    assert people.holders("technician", 2, NOON) == ["elena", "marek", "priya", "sofia", "tomas"]


def test_a_message_to_a_role_that_nobody_fills_reaches_the_fallback_manager(desk: Desk, engine: Engine) -> None:
    people = People(engine)
    assert people.holders("team_lead", 3, NOON) == ["grace"]
    rotas = LiveRotas(engine)
    rotas.be_away(Absence(person="ruth", start=NOON, end=NOON + HOUR), "ruth")
    assert people.holders("team_lead", None, NOON) == ["grace"]
    rotas.override(RotaOverride(rota="managers", who="ruth", start=NOON, end=NOON + HOUR), "grace")
    assert people.holders("service_manager", None, NOON) == ["grace"]
