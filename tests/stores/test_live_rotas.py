"""Overrides, swaps and absences as they rest, and whom they relieve."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from escalation.errors import UnknownName
from escalation.events import Need
from escalation.oncall import Absence, RotaOverride, Stretch, Swap
from escalation.ports import Ask, Relieved
from escalation.terms import Priority, Role
from stores.desk import Desk
from stores.journal import Journal
from stores.live_rotas import LiveRotas
from stores.people import People
from stores.relief import Relief
from stores.tokens import Tokens
from tests.stores.desks import NIGHT, NOON, policy
from tests.stores.stories import HOUR, MONDAY, intake, queued, resolved, story

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def rotas(engine: Engine, desk: Desk) -> LiveRotas:
    return LiveRotas(engine)


@pytest.fixture
def relief(engine: Engine, desk: Desk) -> Relief:
    return Relief(engine)


def taken(start_in: timedelta = timedelta(), who: str = "marek") -> RotaOverride:
    return RotaOverride(rota="seniors", who=who, start=NOON + start_in, end=NOON + start_in + HOUR, reason="a favour")


def away(person: str, start_in: timedelta = timedelta(), length: timedelta = HOUR) -> Absence:
    return Absence(person=person, start=NOON + start_in, end=NOON + start_in + length)


# --------------------------------------------------------------------------------------------- what is kept
def test_an_override_by_hand_wins_over_the_policys_own_and_the_last_over_the_one_before(
    rotas: LiveRotas, desk: Desk
) -> None:
    document = policy()
    own = document.on_call.model_copy(update={"overrides": (taken(who="elena"),)})
    desk.seed(document.model_copy(update={"on_call": own}))
    assert rotas.board().on_call("seniors", NOON) == "elena"
    first = rotas.override(taken(who="marek"), "ruth")
    rotas.override(taken(who="tomas"), "ruth")
    assert rotas.board().on_call("seniors", NOON) == "tomas"
    assert first.made_by == "ruth"
    assert str(rotas.board().answer("seniors", NOON)) == "override for sofia (a favour)"


def test_r66_what_is_changed_by_hand_holds_for_the_next_ticket_to_the_second(rotas: LiveRotas, desk: Desk) -> None:
    night = NIGHT + DAY
    page = Need(rota="seniors")
    assert desk.name(Ask(key="before", ticket_id="t", need=page, at=night)).person == "sofia"
    rotas.override(RotaOverride(rota="seniors", who="marek", start=night, end=night + HOUR), "grace")
    moments = (night - SECOND, night, night + HOUR - SECOND, night + HOUR)
    named = [desk.name(Ask(key=f"k{at}", ticket_id="t", need=page, at=at)) for at in moments]
    assert [each.person for each in named] == ["sofia", "marek", "marek", "sofia"]
    assert [each.until for each in named[1:3]] == [night + HOUR] * 2


def test_an_override_is_taken_back_and_one_of_the_policy_is_not(rotas: LiveRotas) -> None:
    made = rotas.override(taken(), "grace")
    assert made.id is not None
    assert rotas.take_back(made.id)
    assert not rotas.take_back(made.id)
    assert rotas.board().on_call("seniors", NOON) == "sofia"


def test_an_import_under_the_same_uid_replaces_and_does_not_add(rotas: LiveRotas) -> None:
    for days in (1, 2, 2):
        rotas.be_away(away("marek", days * DAY), "marek", uid="holiday@calendar")
        rotas.override(taken(days * DAY), "grace", uid="cover@calendar")
    board = rotas.board()
    assert [(a.person, a.start) for a in board.absences] == [("marek", NOON + 2 * DAY)]
    assert [o.start for o in board.overrides] == [NOON + 2 * DAY]
    assert rotas.drop_imported("holiday@calendar", person="marek")
    assert rotas.drop_imported("cover@calendar", rota="seniors")
    assert not rotas.drop_imported("cover@calendar", rota="seniors")
    assert (rotas.board().absences, rotas.board().overrides) == ((), ())


def test_of_a_series_only_the_times_that_are_kept_stay_and_nothing_of_another(rotas: LiveRotas) -> None:
    for number, uid in enumerate(("a#1", "a#2", "a", "a2#1", "a%#1")):
        rotas.be_away(away("marek", number * DAY), "marek", uid=uid)
        rotas.override(taken(number * DAY), "ruth", uid=uid)
    rotas.be_away(away("elena"), "elena", uid="a#2")
    assert rotas.prune_imported("a", frozenset({"a#1"}), person="marek") == 2
    assert sorted(each.start for each in rotas.board().absences if each.person == "marek") == [
        NOON,
        NOON + 3 * DAY,
        NOON + 4 * DAY,
    ]
    assert rotas.board().absent_until("elena", NOON)
    assert len(rotas.board().overrides) == 5
    assert rotas.prune_imported("a", frozenset(), rota="seniors") == 3


def test_who_comes_back_early_is_here_from_that_second_and_keeps_what_was_planned_for_later(rotas: LiveRotas) -> None:
    rotas.be_away(away("marek", length=DAY), "marek")
    rotas.be_away(away("marek", 3 * DAY), "marek")
    rotas.be_back("marek", NOON + HOUR)
    board = rotas.board()
    assert board.absent_until("marek", NOON + HOUR - SECOND) == NOON + HOUR
    assert board.absent_until("marek", NOON + HOUR) is None
    assert board.absent_until("marek", NOON + 3 * DAY) is not None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda rotas: rotas.override(taken(who="gus"), "grace"), "who"),
        (lambda rotas: rotas.override(taken().model_copy(update={"rota": "cooks"}), "grace"), "rota"),
        (lambda rotas: rotas.be_away(away("gus"), "gus"), "who"),
        (lambda rotas: rotas.be_back("gus", NOON), "who"),
    ],
)
def test_a_stranger_and_a_rota_that_is_not_there_are_refused(rotas: LiveRotas, change: "object", field: str) -> None:
    assert callable(change)
    with pytest.raises(UnknownName) as caught:
        change(rotas)
    assert caught.value.details["field"] == field


def test_a_swap_counts_when_it_is_agreed_and_is_decided_once(rotas: LiveRotas) -> None:
    stretch, back = Stretch(start=NOON, end=NOON + HOUR), Stretch(start=NOON + 7 * DAY, end=NOON + 7 * DAY + HOUR)
    made = rotas.propose(
        Swap(rota="seniors", giver="sofia", taker="marek", given=stretch, returned=back), "sofia", NOON
    )
    assert rotas.board().on_call("seniors", NOON) == "sofia"
    assert rotas.decide(made.id, "agreed", "marek", NOON)
    assert not rotas.decide(made.id, "withdrawn", "sofia", NOON)
    board = rotas.board()
    assert (board.on_call("seniors", NOON), board.on_call("seniors", NOON + HOUR)) == ("marek", "sofia")
    assert str(board.answer("seniors", NOON)) == "swap for sofia"
    kept = rotas.swap(made.id)
    assert kept is not None
    assert (kept.state, kept.decided_by, rotas.swaps()) == ("agreed", "marek", [kept])
    assert rotas.swap(made.id + 1) is None


def test_r66_a_page_goes_to_nobody_rather_than_to_somebody_who_is_not_on_call(rotas: LiveRotas, desk: Desk) -> None:
    rotas.be_away(away("sofia"), "sofia")
    for rota in ("seniors", "gone_with_the_last_policy"):
        named = desk.name(Ask(key=rota, ticket_id="t", need=Need(rota=rota, tier=3), at=NOON))
        assert (named.person, named.via) == ("", "nobody")


def test_a_page_gives_nobody_the_ticket(rotas: LiveRotas, desk: Desk, engine: Engine) -> None:
    desk.name(Ask(key="k", ticket_id="t", need=Need(rota="seniors"), at=NOON))
    assert sum(person.open for person in People(engine).people(NOON)) == 0


# --------------------------------------------------------------------------------------------- whom it relieves
def told(engine: Engine, *owners: str, priority: Priority = Priority.P3) -> list[str]:
    """One open ticket for each owner, as the journal tells it."""
    for n, owner in enumerate(owners):
        Journal(engine).append(story(f"t{n}", intake(f"t{n}", priority=priority), queued(owner)))
    return [f"t{n}" for n in range(len(owners))]


def test_b21_every_open_ticket_of_somebody_absent_changes_hands_and_no_other(
    engine: Engine, rotas: LiveRotas, relief: Relief
) -> None:
    told(engine, "tomas", "priya", "tomas", "tomas")
    Journal(engine).append(story("t3", resolved("tomas", MONDAY + HOUR), first=3))
    assert relief.sweep(NOON, NOON).relieved == ()
    rotas.be_away(away("tomas"), "tomas")
    due = relief.sweep(NOON, NOON).relieved
    assert due == tuple(Relieved(ticket_id=ticket, person="tomas", why="absence") for ticket in ("t0", "t2"))
    assert relief.held_by("tomas") == ["t0", "t2"]
    assert relief.sweep(NOON, NOON + HOUR).relieved == ()


def test_b21_a_ticket_on_its_way_to_somebody_who_is_just_leaving_is_found_by_what_the_desk_knows(
    desk: Desk, rotas: LiveRotas, relief: Relief
) -> None:
    """It is named before it is journalled; in between, only the desk knows whose it is."""
    person = desk.name(Ask(key="k", ticket_id="t9", need=Need(tier=1, skill="m365"), at=NOON)).person
    rotas.be_away(away(person), person)
    assert [each.ticket_id for each in relief.sweep(NOON, NOON).relieved] == ["t9"]


def test_the_beginning_of_an_absence_is_when_to_look_again(engine: Engine, rotas: LiveRotas, relief: Relief) -> None:
    told(engine, "tomas")
    assert relief.sweep(NOON, NOON).next_at is None
    rotas.be_away(away("tomas", 2 * HOUR), "tomas")
    assert relief.sweep(NOON, NOON).next_at == NOON + 2 * HOUR


def test_whoever_left_the_policy_keeps_neither_tickets_nor_token(engine: Engine, desk: Desk, relief: Relief) -> None:
    told(engine, "tomas")
    tokens = Tokens(engine)
    made, secret = tokens.create(role=Role.TECHNICIAN, person="tomas", at=NOON)
    assert tokens.verify(secret, NOON) == made
    whole = policy()
    desk.seed(whole.model_copy(update={"people": {n: p for n, p in whole.people.items() if n != "tomas"}}))
    assert relief.sweep(NOON, NOON).relieved == (Relieved(ticket_id="t0", person="tomas", why="left"),)
    assert tokens.verify(secret, NOON) is None
    assert tokens.snapshot(NOON) == {}
    desk.seed(whole)
    assert tokens.verify(secret, NOON) == made


EVENING = NOON + 5 * HOUR  # five in Warsaw: the office closes


def test_b22_at_the_end_of_a_shift_the_pressing_tickets_of_whoever_goes_home_change_hands(
    engine: Engine, relief: Relief
) -> None:
    told(engine, "tomas", "sofia", priority=Priority.P2)  # sofia is on call
    assert relief.sweep(NOON, NOON).next_at == EVENING
    assert relief.sweep(NOON, EVENING - SECOND).relieved == ()
    due = Relieved(ticket_id="t0", person="tomas", why="shift_end")
    assert relief.sweep(EVENING - SECOND, EVENING).relieved == (due,)
    assert relief.sweep(EVENING - SECOND, EVENING + 3 * HOUR).relieved == (due,)  # nobody looked for three hours
    assert relief.sweep(EVENING, EVENING + HOUR).relieved == ()


def test_b22_ahead_of_it_they_are_listed(engine: Engine, relief: Relief) -> None:
    told(engine, "tomas", "sofia", priority=Priority.P1)
    assert relief.handovers(NOON, NOON + HOUR) == []
    (line,) = relief.handovers(NOON, EVENING)
    assert (line.ticket_id, line.person, line.priority, line.shift_ends_at) == ("t0", "tomas", Priority.P1, EVENING)


def test_b22_what_is_not_pressing_waits_for_the_morning_and_what_came_after_hours_stays(
    engine: Engine, relief: Relief
) -> None:
    told(engine, "tomas")
    assert relief.sweep(NOON, EVENING).relieved == ()
    late = EVENING + HOUR
    Journal(engine).append(story("late", intake("late", late, priority=Priority.P1), queued("tomas", late)))
    assert relief.sweep(NOON, late + HOUR).relieved == ()


def test_b22_the_new_owner_is_somebody_who_is_here_after_the_shift(desk: Desk) -> None:
    need = Need(tier=2, skill="network", priority=Priority.P1, exclude=("elena",), after_shift_of="elena")
    named = desk.name(Ask(key="k", ticket_id="t", need=need, at=EVENING - HOUR))
    board_at_night = Need(tier=2, skill="network", priority=Priority.P1, exclude=("elena",))
    then = desk.name(Ask(key="k2", ticket_id="t2", need=board_at_night, at=EVENING + 2 * HOUR))
    assert (named.person, named.via) == (then.person, then.via)
