"""How far two people who judged the same cases agree beyond what chance alone would give."""

from collections import Counter
from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist

from escalation.audit.exact import CONFIDENCE
from escalation.terms import Facts

_ONE_SIDED = 0.8  # of all judgements in one class: kappa is then low whatever the raters do


class Agreement(Facts):
    """Cohen's kappa of two raters, its interval, and what to know when reading it; None where it has no meaning.

    `adjusted` is what kappa would be were every class as frequent as the others and the raters alike (PABAK).
    """

    cases: int
    agreed: int
    kappa: float | None
    low: float | None
    high: float | None
    adjusted: float | None
    commonest: str | None
    commonest_share: float | None
    note: str


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """The agreement of two raters, a pair of judgements for each case.

    J. Cohen, Educational and Psychological Measurement 20, 1960; large-sample error of J. L. Fleiss, J. Cohen and B. S.
    Everitt, Psychological Bulletin 72, 1969; prevalence after T. Byrt and others, J. Clin. Epidemiol. 46, 1993.
    """
    n = len(pairs)
    agreed = sum(one == other for one, other in pairs)
    said = Counter(judgement for pair in pairs for judgement in pair)
    commonest, times = said.most_common(1)[0] if said else (None, 0)
    share = times / (2 * n) if n else None
    kappa, error = _kappa(pairs) if n else (None, None)
    low, high = _interval(kappa, error)
    adjusted = _adjusted(agreed / n, len(said)) if n and len(said) > 1 else None
    return Agreement(
        cases=n,
        agreed=agreed,
        kappa=_rounded(kappa),
        low=_rounded(low),
        high=_rounded(high),
        adjusted=_rounded(adjusted),
        commonest=commonest,
        commonest_share=_rounded(share),
        note=_note(n, kappa, commonest, share),
    )


def _kappa(pairs: Sequence[tuple[str, str]]) -> tuple[float | None, float | None]:
    n = len(pairs)
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    both = {name: (first[name] / n, second[name] / n) for name in first | second}
    observed = sum(one == other for one, other in pairs) / n
    expected = sum(a * b for a, b in both.values())
    if expected >= 1:
        return None, None
    kappa = (observed - expected) / (1 - expected)
    together = {pair: times / n for pair, times in Counter(pairs).items()}
    on = sum(together.get((name, name), 0.0) * (1 - (a + b) * (1 - kappa)) ** 2 for name, (a, b) in both.items())
    off = (1 - kappa) ** 2 * sum(
        share * (both[one][1] + both[other][0]) ** 2 for (one, other), share in together.items() if one != other
    )
    spread = on + off - (kappa - expected * (1 - kappa)) ** 2
    return kappa, sqrt(max(0.0, spread) / n) / (1 - expected)


def _interval(kappa: float | None, error: float | None) -> tuple[float | None, float | None]:
    if kappa is None or error is None:
        return None, None
    z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
    return max(-1.0, kappa - z * error), min(1.0, kappa + z * error)


def _adjusted(observed: float, classes: int) -> float:
    return (classes * observed - 1) / (classes - 1)


def _note(n: int, kappa: float | None, commonest: str | None, share: float | None) -> str:
    if not n:
        return "Nobody has judged anything yet."
    if kappa is None:
        return f"Both said {commonest} of every case: there is nothing that kappa could tell from chance."
    if share is not None and share >= _ONE_SIDED:
        return f"{share:.0%} of the verdicts are {commonest}: kappa is low for such classes even where people agree."
    return f"{n} cases: the interval is wide." if n < 30 else ""


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
