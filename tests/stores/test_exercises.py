"""Exercises as they rest: answered once, and listed for those who lead."""

from datetime import timedelta

from sqlalchemy import Engine

from escalation.terms import Priority
from escalation.triage.exercise import Answer, CaseMarks, Exercise, Marks
from stores.exercises import Exercises
from tests.stores.desks import NOON

HOUR = timedelta(hours=1)
ANSWERS = {1: Answer(start_tier=2, priority=Priority.P3)}
MARKS = Marks(total=0.5, by_field={"trigger": 0.5}, cases=(CaseMarks(number=1, right={}, expected={}),))


def exercise(number: int = 1, person: str = "jun") -> Exercise:
    return Exercise(
        id=f"X-{number}", person=person, seed=2**62, how_many=1, policy_version="1", clients=("acme",), made_at=NOON
    )


def done(each: Exercise, hours: int = 1) -> Exercise:
    return each.model_copy(update={"answers": ANSWERS, "marks": MARKS, "answered_at": NOON + hours * HOUR})


def test_r101_an_exercise_is_kept_as_it_was_first_begun_and_answered_once(engine: Engine) -> None:
    store = Exercises(engine)
    assert store.begin(exercise()) == exercise()
    assert store.answer(done(exercise()))
    assert not store.answer(done(exercise(), 2))
    assert store.exercise("X-1") == done(exercise())
    assert store.begin(exercise()) == done(exercise())
    assert store.exercise("X-9") is None


def test_r101_scores_are_found_by_person_and_time(engine: Engine) -> None:
    store = Exercises(engine)
    for number, person in ((1, "jun"), (2, "priya"), (3, "jun"), (4, "jun")):
        store.begin(exercise(number, person))
    for number, person in ((1, "jun"), (2, "priya"), (3, "jun")):
        store.answer(done(exercise(number, person), number))
    assert [each.id for each in store.answered()] == ["X-3", "X-2", "X-1"]
    assert [each.id for each in store.answered("jun")] == ["X-3", "X-1"]
    assert [each.id for each in store.answered(since=NOON + 2 * HOUR, until=NOON + 3 * HOUR)] == ["X-2"]
