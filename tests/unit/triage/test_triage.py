"""Practising triage: cases on which the rules do everything that they can do, marked by what the rules did."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.errors import IncompleteCommand, UnknownName
from escalation.terms import Priority
from escalation.triage.composing import Composed, compose, themes
from escalation.triage.exercise import FIELDS, NOTHING, Answer, Marks, Truth
from escalation.triage.marking import mark
from escalation.triage.shown import choices, trigger_ids
from tests.unit.rules.story import POLICY

ALL = len(themes(POLICY))
CHOICES = choices(POLICY)


@cache
def exercise(seed: int) -> list[Composed]:
    return compose(POLICY, seed, ALL)


def right(truth: Truth) -> Answer:
    said = {name: getattr(truth, name) for name in ("start_tier", "priority", "trigger", "kind")}
    return Answer.model_validate(said | {"target": truth.targets[0]})


def marked(composed: list[Composed], **wrong: object) -> Marks:
    answers = {each.case.number: right(each.truth).model_copy(update=wrong) for each in composed}
    return mark(composed, answers, CHOICES)


@pytest.mark.parametrize("seed", range(5))
def test_r101_every_trigger_and_every_start_tier_comes_up_and_so_do_cases_without(seed: int) -> None:
    truths = [each.truth for each in exercise(seed)]
    assert {truth.trigger for truth in truths} == {*trigger_ids(POLICY), NOTHING}
    assert {truth.start_tier for truth in truths} == {1, 2, 3}
    assert {truth.kind for truth in truths} == {"functional", "hierarchical", "emergency", NOTHING}
    assert len({truth.priority for truth in truths}) >= 3


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 2**63 - 1), st.integers(1, 12))
def test_r101_the_same_seed_gives_the_same_cases_and_a_shorter_exercise_is_the_beginning(seed: int, n: int) -> None:
    assert compose(POLICY, seed, n) == compose(POLICY, seed, ALL)[:n]


def test_another_seed_gives_other_cases() -> None:
    assert [each.case for each in exercise(1)] != [each.case for each in exercise(2)]


def test_r101_whoever_answers_as_the_rules_do_has_everything_right() -> None:
    marks = marked(exercise(3))
    assert marks.total == 1.0
    assert marks.by_field == dict.fromkeys(FIELDS, 1.0)
    assert not any(case.why for case in marks.cases)


def test_r101_every_difference_is_explained_in_the_words_of_the_rules() -> None:
    composed = exercise(4)
    marks = marked(composed, start_tier=2, priority=Priority.P1, trigger=NOTHING, kind=NOTHING, target=NOTHING)
    assert 0 < marks.total < 1
    for case, each in zip(marks.cases, composed, strict=True):
        assert set(case.why) == {name for name in FIELDS if not case.right[name]}
        assert all(case.why.values())
        if each.truth.trigger != NOTHING:
            assert case.why["trigger"].startswith(f"{each.truth.trigger}: Fired")
    two_failed = next(n for n, each in enumerate(composed) if each.truth.trigger == "C2")
    assert "failed attempts: 2, tier: 1" in marks.cases[two_failed].why["trigger"]


def test_a_trigger_that_did_not_act_says_what_it_would_need() -> None:
    composed = [each for each in exercise(4) if each.truth.trigger == NOTHING and each.case.users_affected == 1]
    why = marked(composed, trigger="I2").cases[0].why["trigger"]
    assert "more than 1" in why
    assert why.startswith("I2: Has not fired")


def test_the_case_does_not_tell_the_answer() -> None:
    for seed in range(5):
        for each in exercise(seed):
            said = " ".join(each.case.happened[-1:])
            assert f"{each.truth.trigger} has acted" not in said


def test_an_exercise_is_answered_as_a_whole_and_in_known_words() -> None:
    composed = exercise(1)[:2]
    answers = {each.case.number: right(each.truth) for each in composed}
    with pytest.raises(IncompleteCommand) as lacking:
        mark(composed, {1: answers[1]}, CHOICES)
    assert lacking.value.details == {"missing": ["answers.2"]}
    for wrong in ({"trigger": "Z9"}, {"target": "nobody"}):
        with pytest.raises(UnknownName):
            mark(composed, answers | {2: answers[2].model_copy(update=wrong)}, CHOICES)
    with pytest.raises(UnknownName):
        mark(composed, answers | {9: answers[1]}, CHOICES)


def test_cases_are_of_the_clients_that_were_named() -> None:
    assert {each.case.client for each in compose(POLICY, 5, 6, ["tiny-cafe"])} == {"tiny-cafe"}
    with pytest.raises(UnknownName):
        compose(POLICY, 5, 6, ["nobody"])
