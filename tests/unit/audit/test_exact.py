from fractions import Fraction
from math import comb, inf, isclose

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from escalation.audit.exact import cohens_h, hypergeometric_tail, risk_ratio, risk_ratio_interval, wilson
from escalation.audit.multiplicity import holm


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, int, int]:
    everything = draw(st.integers(1, 60))
    drawn, marked = draw(st.integers(0, everything)), draw(st.integers(0, everything))
    return draw(st.integers(0, min(drawn, marked))), drawn, marked, everything


def exactly(marked: int, drawn: int, all_marked: int, everything: int) -> Fraction:
    ways = sum(
        comb(all_marked, k) * comb(everything - all_marked, drawn - k)
        for k in range(marked, min(drawn, all_marked) + 1)
    )
    return Fraction(ways, comb(everything, drawn))


@given(tables())
@example((0, 5, 5, 10))
@example((5, 5, 5, 10))
def test_the_exact_test_counts_every_table_that_is_as_extreme(table: tuple[int, int, int, int]) -> None:
    assert isclose(hypergeometric_tail(*table), float(exactly(*table)), rel_tol=1e-9, abs_tol=1e-12)


def test_the_lady_who_tastes_three_of_four_right_may_have_guessed() -> None:
    assert isclose(hypergeometric_tail(3, 4, 4, 8), 17 / 70)


def test_the_exact_test_holds_for_a_hundred_thousand_tickets() -> None:
    expected = hypergeometric_tail(250, 1_000, 25_000, 100_000)
    assert 0.4 < expected < 0.6  # as many as expected
    assert 0 < hypergeometric_tail(450, 1_000, 25_000, 100_000) < 1e-30


def test_counts_that_are_no_table_are_refused() -> None:
    with pytest.raises(ValueError, match="no table"):
        hypergeometric_tail(5, 4, 4, 8)


@pytest.mark.parametrize(
    ("n", "of", "low", "high"), [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (0, 0, 0.0, 1.0)]
)
def test_the_interval_of_a_share_is_the_published_one(n: int, of: int, low: float, high: float) -> None:
    interval = wilson(n, of)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_effect_sizes_are_those_of_the_books() -> None:
    assert round(cohens_h(0.5, 0.25), 3) == 0.524
    assert risk_ratio(10, 20, 10, 80) == 4
    assert (risk_ratio(3, 5, 0, 9), risk_ratio(0, 5, 0, 9)) == (inf, 1.0)
    interval = risk_ratio_interval(10, 20, 10, 80)
    assert interval.low < 4 < interval.high


def test_many_questions_are_paid_for() -> None:
    assert [round(p, 3) for p in holm([0.01, 0.04, 0.03, 0.005])] == [0.03, 0.06, 0.06, 0.02]  # Holm's own steps
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=30))
def test_a_probability_only_grows_by_other_questions(probabilities: list[float]) -> None:
    adjusted = holm(probabilities)
    assert all(p <= a <= 1 for p, a in zip(probabilities, adjusted, strict=True))
