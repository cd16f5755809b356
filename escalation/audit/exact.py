"""Exact tests and interval estimates for counts, with the source of each formula. Pure standard library.

A test says how surprising a count is if nothing were the matter; an effect size says how much is the matter.
"""

from dataclasses import dataclass
from math import asin, exp, inf, lgamma, log, sqrt
from statistics import NormalDist

CONFIDENCE = 0.95
_NEGLIGIBLE = 1e-18  # of the terms so far


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a value lies with a stated confidence."""

    low: float
    high: float


def hypergeometric_tail(marked: int, drawn: int, all_marked: int, everything: int) -> float:
    """P(at least `marked` among `drawn`), drawn without replacement from a population that holds `all_marked`.

    One-sided Fisher exact test of a two by two table (R. A. Fisher, The Design of Experiments, 1935, chapter II).
    ValueError for counts that no table has.
    """
    if not (0 <= marked <= drawn <= everything and marked <= all_marked <= everything):
        raise ValueError("these counts are no table")
    lowest, highest = max(0, drawn - (everything - all_marked)), min(drawn, all_marked)
    if marked <= lowest:
        return 1.0
    # The shorter tail is summed; terms follow from one another by the ratio of binomial coefficients.
    if marked > drawn * all_marked / everything:
        return min(1.0, _sum_up(marked, highest, drawn, all_marked, everything))
    return max(0.0, 1.0 - _sum_down(marked - 1, lowest, drawn, all_marked, everything))


def _sum_up(first: int, last: int, drawn: int, all_marked: int, everything: int) -> float:
    term = total = exp(_log_probability(first, drawn, all_marked, everything))
    for k in range(first, last):
        term *= (all_marked - k) * (drawn - k) / ((k + 1) * (everything - all_marked - drawn + k + 1))
        total += term
        if term < total * _NEGLIGIBLE:
            break
    return total


def _sum_down(first: int, last: int, drawn: int, all_marked: int, everything: int) -> float:
    term = total = exp(_log_probability(first, drawn, all_marked, everything))
    for k in range(first, last, -1):
        term *= k * (everything - all_marked - drawn + k) / ((all_marked - k + 1) * (drawn - k + 1))
        total += term
        if term < total * _NEGLIGIBLE:
            break
    return total


def _log_probability(marked: int, drawn: int, all_marked: int, everything: int) -> float:
    return (
        _log_choose(all_marked, marked)
        + _log_choose(everything - all_marked, drawn - marked)
        - _log_choose(everything, drawn)
    )


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def wilson(n: int, of: int, confidence: float = CONFIDENCE) -> Interval:
    """The score interval of a share (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927); all of 0 to 1 for no trials."""
    if of == 0:
        return Interval(0.0, 1.0)
    z2 = _z(confidence) ** 2
    share = n / of
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = sqrt(z2 * (share * (1 - share) / of + z2 / (4 * of * of))) / (1 + z2 / of)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def risk_ratio(n: int, of: int, rest_n: int, rest_of: int) -> float:
    """How many times as frequent as among the rest; infinite where the rest has none, 1 where nobody has any."""
    if of == 0 or rest_of == 0:
        return 1.0
    if rest_n == 0:
        return inf if n else 1.0
    return (n / of) / (rest_n / rest_of)


def risk_ratio_interval(n: int, of: int, rest_n: int, rest_of: int, confidence: float = CONFIDENCE) -> Interval:
    """The logarithmic interval of a risk ratio (D. Katz and others, Biometrics 34, 1978).

    With half a case added to each count, so that it holds where one of them is zero (S. D. Walter, 1975).
    """
    if of == 0 or rest_of == 0:
        return Interval(0.0, inf)
    a, b, c, d = n + 0.5, of + 0.5, rest_n + 0.5, rest_of + 0.5
    middle, error = log((a / b) / (c / d)), sqrt(max(0.0, 1 / a - 1 / b + 1 / c - 1 / d))
    return Interval(exp(middle - _z(confidence) * error), exp(middle + _z(confidence) * error))


def cohens_h(share: float, other: float) -> float:
    """The distance of two shares on the arcsine scale: 0.2 is small, 0.5 medium, 0.8 large.

    J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd edition, 1988, chapter 6.
    """
    return 2 * asin(sqrt(share)) - 2 * asin(sqrt(other))


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf(0.5 + confidence / 2)
