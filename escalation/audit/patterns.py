"""What stands out among tickets, beyond chance and by enough to matter.

Three questions are asked: which groups escalate (nearly) always, which have more than their share of Tier 3, and at
which hours escalations pile up. Each is a two by two table, a group against the rest, and all tables of one audit are
judged together. What is named has to pass three bars: the test, a smallest count, and a smallest effect.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isinf
from typing import Literal

from escalation.audit.exact import cohens_h, hypergeometric_tail, risk_ratio, risk_ratio_interval, wilson
from escalation.audit.multiplicity import holm
from escalation.terms import Facts

Pattern = Literal["always_escalates", "tier_3_volume", "time_of_day", "escalates_more"]


class PatternRules(Facts):
    """The three bars."""

    chance: float = 0.05  # that anything at all is named where there is nothing
    least: int = 5  # tickets of a group, and of those that are named for their number as many marked ones
    always_from: float = 0.5  # the lower end of the interval of a rate that is called always
    least_ratio: float = 2.0  # times the rate of the rest,
    least_h: float = 0.5  # or, where that is high already, Cohen's h: a medium effect
    least_days: int = 3  # different days, so that one bad night is no pattern


class Finding(Facts):
    """A group that stands out: n of `of` of it against those of the rest, the test and the size of the effect.

    Of an hour, n of what left Tier 1 or 2 in it went up. `p` is the exact one-sided probability, `adjusted` the same
    after all tests of the audit were counted (Holm).
    """

    pattern: Pattern
    of_what: str
    name: str
    n: int
    of: int
    rest_n: int
    rest_of: int
    rate: float
    rate_low: float
    rate_high: float
    rest_rate: float
    ratio: float | None  # None: the rest has none
    ratio_low: float
    h: float
    p: float
    adjusted: float


@dataclass(frozen=True, slots=True)
class Table:
    """A group against the rest: how many of it have the mark, and of everything.

    `p` where the test is another than that of the table itself; `days` on which the marks fall, where days count.
    """

    pattern: Pattern
    of_what: str
    name: str
    n: int
    of: int
    all_n: int
    everything: int
    p: float | None = None
    days: int | None = None

    @property
    def probability(self) -> float:
        return hypergeometric_tail(self.n, self.of, self.all_n, self.everything) if self.p is None else self.p


def found(tables: Sequence[Table], rules: PatternRules) -> tuple[Finding, ...]:
    """Those of the tables that pass every bar, the strongest of each pattern first; all of them count as tested."""
    probabilities = [table.probability for table in tables]
    judged = zip(tables, probabilities, holm(probabilities), strict=True)
    findings = [
        finding
        for table, p, adjusted in judged
        if adjusted <= rules.chance and _matters(finding := _finding(table, p, adjusted), table.days, rules)
    ]
    return tuple(sorted(findings, key=lambda each: (each.pattern, each.of_what, each.p, each.name)))


def by_group(pattern: Pattern, of_what: str, marks: Iterable[tuple[str | None, bool]], least: int) -> Iterator[Table]:
    """A table for each group of at least so many tickets, from the group of each and whether it has the mark."""
    counted: dict[str, list[int]] = {}
    everything = all_n = 0
    for name, marked in marks:
        everything, all_n = everything + 1, all_n + marked
        if name is not None:
            counts = counted.setdefault(name, [0, 0])
            counts[0], counts[1] = counts[0] + marked, counts[1] + 1
    for name, (n, of) in sorted(counted.items()):
        if of >= least:
            yield Table(pattern, of_what, name, n, of, all_n, everything)


def _matters(finding: Finding, days: int | None, rules: PatternRules) -> bool:
    if finding.pattern == "always_escalates":
        return finding.rate_low >= rules.always_from and finding.h >= rules.least_h
    often = finding.ratio is None or finding.ratio >= rules.least_ratio or finding.h >= rules.least_h
    return often and finding.n >= rules.least and (days is None or days >= rules.least_days)


def _finding(table: Table, p: float, adjusted: float) -> Finding:
    rest_n, rest_of = table.all_n - table.n, table.everything - table.of
    rate, rest_rate = table.n / table.of, rest_n / rest_of if rest_of else 0.0
    interval, ratio = wilson(table.n, table.of), risk_ratio(table.n, table.of, rest_n, rest_of)
    return Finding(
        pattern=table.pattern,
        of_what=table.of_what,
        name=table.name,
        n=table.n,
        of=table.of,
        rest_n=rest_n,
        rest_of=rest_of,
        rate=round(rate, 4),
        rate_low=round(interval.low, 4),
        rate_high=round(interval.high, 4),
        rest_rate=round(rest_rate, 4),
        ratio=None if isinf(ratio) else round(ratio, 2),
        ratio_low=round(risk_ratio_interval(table.n, table.of, rest_n, rest_of).low, 2),
        h=round(cohens_h(rate, rest_rate), 3),
        p=p,
        adjusted=adjusted,
    )
