"""The quarterly audit as a paper."""

from datetime import datetime
from typing import assert_never

from escalation.audit.paper import Paper, Sheet
from escalation.audit.patterns import Finding, Pattern, PatternRules
from escalation.audit.quarterly import QuarterlyAudit

_TITLES: dict[Pattern, str] = {
    "always_escalates": "Kinds of ticket that always escalate",
    "tier_3_volume": "Disproportionate Tier 3 volume",
    "time_of_day": "Hours at which escalations pile up",
}
COLUMNS = ("of", "name", "found", "against", "times", "95 % of the rate", "Cohen's h", "p", "p, all tests counted")


def quarterly_paper(audit: QuarterlyAudit, title: str = "Quarterly audit") -> Paper:
    """What stands out, with its test and the size of its effect; every question is there, also without an answer."""
    return Paper(title=title, said=_said(audit), sheets=tuple(_sheet(audit, pattern) for pattern in _TITLES))


def _said(audit: QuarterlyAudit) -> tuple[str, ...]:
    rules = audit.rules
    looked_at = f"{audit.tickets} tickets, {audit.escalations} escalations, {audit.tier_3} tickets that reached Tier 3"
    return (
        f"{looked_at}{window(audit.since, audit.until)}. Hours are those of {audit.zone}.",
        f"{audit.tested} groups and hours were tested, each against the rest, one-sided and exact.",
        f"{_bars(rules)} {_always(rules)}",
    )


def _bars(rules: PatternRules) -> str:
    effect = f"is {rules.least_ratio:g} times as frequent as elsewhere or differs by a Cohen's h of {rules.least_h:g}"
    return f"What is named stays below {rules.chance:g} after all tests are counted (Holm), and {effect}."


def _always(rules: PatternRules) -> str:
    low = f"at least {rules.always_from:.0%}, even at the low end of its interval"
    return f"It has at least {rules.least} tickets. What always escalates does so in {low}."


def _sheet(audit: QuarterlyAudit, pattern: Pattern) -> Sheet:
    rows = tuple(finding_row(finding) for finding in audit.findings if finding.pattern == pattern)
    return Sheet(title=_TITLES[pattern], columns=COLUMNS, rows=rows)


def finding_row(finding: Finding) -> tuple[str, ...]:
    """A finding with its counts, its effect and its test."""
    return (
        finding.of_what,
        finding.name,
        f"{finding.n} of {finding.of} ({finding.rate:.0%})",
        f"{finding.rest_n} of {finding.rest_of} ({finding.rest_rate:.0%}) {_rest(finding.pattern)}",
        "only here" if finding.ratio is None else f"{finding.ratio:.1f}",
        f"{finding.rate_low:.0%} to {finding.rate_high:.0%}",
        f"{finding.h:.2f}",
        f"{finding.p:.1e}",
        f"{finding.adjusted:.1e}",
    )


def _rest(pattern: Pattern) -> str:
    match pattern:
        case "always_escalates" | "tier_3_volume" | "escalates_more":
            return "elsewhere"
        case "time_of_day":
            return "at other hours"
        case _:
            assert_never(pattern)


def window(since: datetime | None, until: datetime | None) -> str:
    """From when to when, as it is said after a count; nothing where there is no limit."""
    limits = (("from", since), ("to before", until))
    return "".join(f" {word} {at:%Y-%m-%d %H:%M} UTC" for word, at in limits if at is not None)
