"""B23: who hears of coming gaps of cover, when, and how often."""

from datetime import timedelta

from escalation.oncall import Absence, Board, KnownGap, Layer, Outlook, Rota, RotaOverride, outlook
from tests.moments import utc

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = utc("2026-06-01T12:00")
GAP = NOW + 40 * DAY
ALONE = Rota(zone="America/Chicago", members=("sofia",))


def board(*absences: Absence, overrides: tuple[RotaOverride, ...] = (), rota: Rota = ALONE) -> Board:
    return Board(rotas={"t3": rota}, by_tier={}, managers="m", absences=absences, overrides=overrides)


def away(start: timedelta = 40 * DAY, end: timedelta = 41 * DAY, person: str = "sofia") -> Absence:
    return Absence(person=person, start=NOW + start, end=NOW + end)


def covered(start: timedelta, end: timedelta) -> RotaOverride:
    return RotaOverride(rota="t3", who="ivan", start=NOW + start, end=NOW + end)


def said(seen: Outlook) -> list[tuple[str, bool]]:
    return [(message.ticket_id, message.urgent) for message in seen.messages]


def test_b23_a_gap_is_told_of_thirty_days_ahead_and_not_before() -> None:
    early = outlook(board(away()), (), NOW)
    assert (early.messages, early.known) == ((), ())
    assert early.next_at == GAP - 30 * DAY
    seen = outlook(board(away()), early.known, early.next_at)
    (message,) = seen.messages
    assert (message.to, message.recipient_kind, message.urgent) == ("service_manager", "role", False)
    assert message.params["gaps"] == "Sat 11 Jul 07:00 to Sun 12 Jul 07:00 CDT (nobody: sofia away)"
    assert message.params["summary"] == "nobody answers in 30 days"
    assert seen.next_at == GAP - DAY


def test_b23_it_is_told_of_once_and_again_urgently_a_day_ahead_while_it_is_still_open() -> None:
    known: tuple[KnownGap, ...] = ()
    told = []
    for hours in range(9 * 24, 43 * 24):
        seen = outlook(board(away()), known, NOW + hours * HOUR)
        known = seen.known
        told += [(NOW + hours * HOUR, message.urgent, message.key) for message in seen.messages]
    assert [(at, urgent) for at, urgent, _ in told] == [(GAP - 30 * DAY, False), (GAP - DAY, True)]
    assert told[0][2] != told[1][2]
    assert known == ()  # what is over is forgotten


def test_b23_a_gap_that_was_closed_is_never_told_of_again_unless_it_opens_again() -> None:
    first = outlook(board(away()), (), GAP - 20 * DAY)
    closed = board(away(), overrides=(covered(40 * DAY, 41 * DAY),))
    shut = outlook(closed, first.known, GAP - 10 * DAY)
    assert outlook(closed, shut.known, GAP - HOUR).messages == ()
    opened = outlook(board(away()), shut.known, GAP - 5 * DAY)
    assert said(opened) == [("on-call/t3", False)]
    assert opened.messages[0].key != first.messages[0].key
    assert outlook(board(away()), opened.known, GAP - 5 * DAY + HOUR).messages == ()
    late = outlook(closed, outlook(board(away()), opened.known, GAP - DAY).known, GAP - HOUR)
    assert said(outlook(board(away()), late.known, GAP - HOUR / 2)) == [("on-call/t3", True)]


def test_the_same_look_gives_the_same_keys_and_another_gap_has_its_own() -> None:
    at = GAP - 20 * DAY
    once, again = (outlook(board(away()), (), at).messages for _ in range(2))
    assert once == again
    other = outlook(board(away(39 * DAY, 40 * DAY)), (), at)
    assert other.messages[0].key != once[0].key


def test_a_gap_that_has_begun_is_told_of_at_once_and_is_the_same_gap_at_each_later_look() -> None:
    sick = board(away(-HOUR, 2 * DAY))
    first = outlook(sick, (), NOW)
    assert said(first) == [("on-call/t3", True)]
    assert first.messages[0].params["summary"] == "nobody answers now"
    later = outlook(sick, first.known, NOW + HOUR)
    assert (later.messages, later.known) == ((), first.known)
    longer = outlook(board(away(-HOUR, 3 * DAY)), later.known, NOW + 2 * HOUR)
    assert longer.messages == ()


def test_what_is_left_of_a_gap_that_somebody_covers_in_part_is_a_gap_of_its_own() -> None:
    first = outlook(board(away()), (), GAP - 20 * DAY)
    half = board(away(), overrides=(covered(40 * DAY, 40 * DAY + 12 * HOUR),))
    rest = outlook(half, first.known, GAP - 19 * DAY)
    assert [message.params["gaps"][:16] for message in rest.messages] == ["Sat 11 Jul 19:00"]


def test_many_gaps_that_one_absence_leaves_are_one_message_that_lists_the_first_of_them() -> None:
    nights = Rota(zone="UTC", members=("sofia",), active={"daily": ("00:00-06:00",)})
    seen = outlook(board(away(DAY * 2, DAY * 16), rota=nights), (), NOW)
    (message,) = seen.messages
    assert message.params["gaps"].count("; ") == 5
    assert "and 9 more until" in message.params["gaps"]
    assert len(seen.known) == 14


def test_where_a_layer_beneath_answers_there_is_no_gap() -> None:
    over = Layer(name="over", members=("sofia",))
    assert outlook(board(away(), rota=Rota(zone="UTC", members=("ivan",), layers=(over,))), (), GAP).messages == ()
