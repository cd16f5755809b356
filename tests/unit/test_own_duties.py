"""When somebody is on call, and who is on call beside them."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from escalation.oncall.together import own_duties
from tests.unit.rules.story import MONDAY, POLICY

BOARD = POLICY.on_call.board()
DAYS = timedelta(days=14)


@given(st.sampled_from(sorted(POLICY.people)))
def test_own_duties_are_those_of_the_schedule_and_whoever_is_beside_answers_in_the_same_hours(person: str) -> None:
    found = own_duties(BOARD, person, MONDAY, MONDAY + DAYS)
    assert [(each.rota, each.duty) for each in found] == BOARD.duties_of(person, MONDAY, MONDAY + DAYS)
    for each in found:
        for other in each.beside:
            assert other.person != person
            assert other.rota != each.rota
            answers = BOARD.schedule(other.rota, each.duty.start, each.duty.end)
            assert other.person in {duty.person for duty in answers}


def test_somebody_is_on_call_with_somebody_else() -> None:
    everybody = [own_duties(BOARD, person, MONDAY, MONDAY + DAYS) for person in POLICY.people]
    assert any(each.beside for own in everybody for each in own)
