"""The monthly audit as a paper: the sample, Tier 3, and what people said of both."""

from collections.abc import Sequence

from escalation.audit.agreement import Agreement
from escalation.audit.monthly import MonthlyAudit
from escalation.audit.paper import Sheet
from escalation.audit.verdicts import CHOICES, Judged, Section, Verdict, judged
from escalation.audit.weekly_text import figure, upward_row

_SAMPLE = ("ticket", "at", "client", "category", "from", "to", "by", "trigger or reason", "verdicts")
_TIER_3 = ("ticket", "at", "client", "category", "by", "came by", "class")


def monthly_sheets(audit: MonthlyAudit, given: Sequence[Verdict]) -> tuple[Sheet, ...]:
    """What was drawn, and what it adds up to so far."""
    result = judged(audit, given)
    return (
        Sheet(title="Where the judging stands", said=_standing(audit, result)),
        Sheet(title="Sample of escalations", said=(_drawn(audit),), columns=_SAMPLE, rows=_sample(audit, given)),
        _counts("Verdicts on the sample", "sample", result.sample),
        Sheet(title="Agreement of the raters", said=_agreed(result.agreement)),
        Sheet(title="Tickets at Tier 3", said=(figure(audit.routine),), columns=_TIER_3, rows=_tier_3(audit, given)),
        _counts("Why they were at Tier 3", "tier_3", result.tier_3),
        Sheet(title=_gap_title(result), said=(figure(result.training_gap.share),)),
    )


def _standing(audit: MonthlyAudit, result: Judged) -> tuple[str, ...]:
    if result.complete:
        return ("Every ticket is judged.",)
    asked = len(audit.sample) + len(audit.tier_3)
    return (f"{len(result.missing)} of {asked} still lack a verdict: {', '.join(result.missing)}.",)


def _drawn(audit: MonthlyAudit) -> str:
    overridden = f", {audit.overridden} of them past the guard of Tier 3" if audit.overridden else ""
    drawn = f"{len(audit.sample)} of {audit.population} escalations{overridden}"
    return f"{drawn}; drawn from {len(audit.strata)} strata by tier, shift and technician with seed {audit.seed}."


def _said(given: Sequence[Verdict], section: Section, item: str) -> str:
    return "; ".join(
        f"{each.rater}: {each.verdict}{f' ({each.reason})' if each.reason else ''}"
        for each in given
        if (each.section, each.item) == (section, item)
    )


def _sample(audit: MonthlyAudit, given: Sequence[Verdict]) -> tuple[tuple[str, ...], ...]:
    return tuple((*upward_row(up), _said(given, "sample", up.item)) for up in audit.sample)


def _tier_3(audit: MonthlyAudit, given: Sequence[Verdict]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            each.ticket_id,
            f"{each.at:%Y-%m-%d %H:%M}",
            each.client,
            each.category or "",
            each.technician or "",
            each.entered_by,
            _said(given, "tier_3", each.ticket_id),
        )
        for each in audit.tier_3
    )


def _counts(title: str, section: Section, counted: dict[str, int]) -> Sheet:
    rows = tuple((name, str(n), CHOICES[section][name]) for name, n in counted.items())
    return Sheet(title=title, columns=("verdict", "n", "which means"), rows=rows)


def _agreed(said: Agreement) -> tuple[str, ...]:
    if said.kappa is None or said.low is None or said.high is None:
        return (said.note,)
    kappa = f"Cohen's kappa {said.kappa:.2f} (95 % from {said.low:.2f} to {said.high:.2f})"
    line = f"{kappa}: {said.agreed} of {said.cases} alike. Were every verdict as frequent: {said.adjusted or 0:.2f}."
    return (line, said.note) if said.note else (line,)


def _gap_title(result: Judged) -> str:
    return "Training gap at Tier 2: ALERT" if result.training_gap.raised else "Training gap at Tier 2: no alert"
