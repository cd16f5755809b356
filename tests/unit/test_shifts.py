from datetime import UTC, datetime, timedelta

import pytest

from escalation.calendar import AROUND_THE_CLOCK, Calendar
from escalation.oncall import Absence, Board, Rota, RotaOverride, is_here, shift_end

OFFICE = Calendar(zone="UTC", hours={"mon-fri": ("08:00-12:00", "13:00-17:00")})
NIGHTS = Rota(zone="UTC", rotation="daily", handover="17:00", members=("elena",), active={"mon-fri": ("17:00-24:00",)})
BOARD = Board(
    rotas={"nights": NIGHTS, "managers": Rota(zone="UTC", members=("grace",))},
    by_tier={2: "nights"},
    managers="managers",
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-06-{text}").replace(tzinfo=UTC)  # the first is a Monday


@pytest.mark.parametrize(
    ("person", "begins", "ends"),
    [
        ("marek", "02T09:00", "02T17:00"),
        ("marek", "02T12:30", "02T17:00"),  # lunch is not the end of a shift
        ("marek", "02T17:30", None),
        ("marek", "02T07:59", None),
        ("elena", "02T14:00", "03T00:00"),  # from the office straight on to the rota
        ("elena", "02T18:00", "03T00:00"),
        ("elena", "06T18:00", None),
    ],
)
def test_somebody_is_here_while_they_work_or_are_on_call(person: str, begins: str, ends: str | None) -> None:
    end = at(ends) if ends else None
    assert shift_end(person, OFFICE, BOARD, at(begins)) == end
    assert is_here(person, OFFICE, BOARD, at(begins)) is (end is not None)
    if end:
        assert not is_here(person, OFFICE, BOARD, end)
        assert is_here(person, OFFICE, BOARD, end - timedelta(microseconds=1))


def test_who_stays_longer_by_an_override_goes_home_later() -> None:
    longer = RotaOverride(rota="nights", who="marek", start=at("02T17:00"), end=at("02T19:30"))
    board = BOARD.model_copy(update={"overrides": (longer,)})
    assert shift_end("marek", OFFICE, board, at("02T14:00")) == at("02T19:30")


def test_an_absence_ends_a_shift_too() -> None:
    board = BOARD.model_copy(update={"absences": (Absence(person="marek", start=at("02T15:00"), end=at("04T00:00")),)})
    assert shift_end("marek", OFFICE, board, at("02T14:00")) == at("02T15:00")
    assert not is_here("marek", OFFICE, board, at("02T16:00"))


def test_managers_on_call_and_those_always_there_do_not_go_home() -> None:
    assert shift_end("grace", OFFICE, BOARD, at("02T18:00")) is None
    assert shift_end("robot", AROUND_THE_CLOCK, BOARD, at("02T18:00")) is None
