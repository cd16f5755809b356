import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.audit.agreement import Agreement, agreement


def judged(both: int, first: int, second: int, neither: int) -> Agreement:
    return agreement(
        [("yes", "yes")] * both + [("yes", "no")] * first + [("no", "yes")] * second + [("no", "no")] * neither
    )


def test_r102_the_kappa_of_two_raters_is_the_published_one() -> None:
    said = judged(20, 5, 10, 15)  # J. Cohen's formula: 0.7 observed, 0.5 expected
    assert (said.kappa, said.agreed, said.cases) == (0.4, 35, 50)
    assert said.adjusted == 0.4
    assert said.low is not None
    assert said.high is not None
    assert (round(said.low, 2), round(said.high, 2)) == (0.15, 0.65)


@pytest.mark.parametrize("seed", range(3))
def test_the_error_of_kappa_is_that_of_the_delta_method(seed: int) -> None:
    """The published closed form against a numerical derivative of kappa by each cell."""
    cells = {(a, b): 5.0 + (seed * 7 + i * 5 + j * 3) % 11 for i, a in enumerate("abc") for j, b in enumerate("abc")}
    n = sum(cells.values())

    def kappa(table: dict[tuple[str, str], float]) -> float:
        whole = sum(table.values())
        observed = sum(v for (a, b), v in table.items() if a == b) / whole
        rows = {x: sum(v for (a, _), v in table.items() if a == x) / whole for x in "abc"}
        columns = {x: sum(v for (_, b), v in table.items() if b == x) / whole for x in "abc"}
        expected = sum(rows[x] * columns[x] for x in "abc")
        return (observed - expected) / (1 - expected)

    step = 1e-5
    slopes = {cell: (kappa(cells | {cell: v + step}) - kappa(cells)) / step * n for cell, v in cells.items()}
    mean = sum(v / n * slopes[cell] for cell, v in cells.items())
    variance = sum(v / n * (slopes[cell] - mean) ** 2 for cell, v in cells.items()) / n
    said = agreement([pair for pair, times in cells.items() for _ in range(int(times))])
    assert said.low is not None
    assert said.high is not None
    assert (said.high - said.low) / 2 == pytest.approx(1.959964 * variance**0.5, rel=1e-3)


def test_r102_raters_who_always_say_the_same_one_thing_have_no_kappa_but_a_note() -> None:
    said = judged(12, 0, 0, 0)
    assert said.kappa is None
    assert "nothing that kappa could tell" in said.note


def test_r102_a_class_that_is_nearly_everything_is_pointed_out() -> None:
    said = judged(90, 5, 5, 0)
    assert said.kappa is not None
    assert said.kappa < 0.1
    assert said.adjusted == 0.8
    assert "95% of the verdicts are yes" in said.note


def test_nobody_has_judged_anything_yet() -> None:
    assert agreement([]).note == "Nobody has judged anything yet."


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), min_size=1, max_size=60))
def test_kappa_lies_between_minus_one_and_one_and_does_not_care_who_is_first(pairs: list[tuple[str, str]]) -> None:
    said, turned = agreement(pairs), agreement([(b, a) for a, b in pairs])
    assert said.kappa == turned.kappa
    assert said.kappa is None or -1 <= said.kappa <= 1
    if all(a == b for a, b in pairs) and len(set(pairs)) > 1:
        assert said.kappa == 1
