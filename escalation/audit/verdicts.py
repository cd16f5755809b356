"""What people say of the tickets that a monthly audit puts before them, and what it adds up to."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import AwareDatetime

from escalation.audit.agreement import Agreement, agreement
from escalation.audit.alarm import Figure
from escalation.audit.monthly import MonthlyAudit
from escalation.errors import Refusal
from escalation.terms import Facts, Line, Text

Section = Literal["sample", "tier_3"]

OF_THE_SAMPLE: dict[str, str] = {
    "appropriate": "It was right to escalate, then and to there.",
    "late": "It was right, and should have been sooner.",
    "unnecessary": "The tier could have finished it.",
    "wrong_path": "It was right to escalate, but not to there.",
}
OF_TIER_3: dict[str, str] = {
    "rightly_tier_3": "It belonged at Tier 3.",
    "t2_documentation_gap": "Tier 2 could have solved it with a document that is missing or wrong.",
    "t2_missing_access": "Tier 2 could have solved it with access that it does not have.",
    "t2_unclear_criteria": "It was not clear that Tier 2 should keep it.",
}
CHOICES: dict[Section, dict[str, str]] = {"sample": OF_THE_SAMPLE, "tier_3": OF_TIER_3}
RATERS: dict[Section, int] = {"sample": 2, "tier_3": 1}
GAP_PCT = 30  # of the tickets at Tier 3, above which t2_* is a sign of a training gap
GAP_LEAST = 5


class VerdictImpossible(Refusal, code="verdict_impossible"):
    """A verdict that cannot stand; the audit does not ask for it, or does not know the word."""


class VerdictGiven(Refusal, code="verdict_given"):
    """This rater has judged the ticket already, and otherwise; a verdict stays as it was given."""


class Verdict(Facts):
    """What one rater says of one item."""

    section: Section
    item: Line
    rater: Line
    verdict: Line
    reason: Text = ""
    at: AwareDatetime


class GapAlert(Facts):
    """Whether Tier 3 does too much of Tier 2's work; the classes say what is missing."""

    share: Figure
    limit_pct: float = GAP_PCT
    raised: bool


class Judged(Facts):
    """How far the judging has come, and what it says; `complete` once every item has its verdicts."""

    complete: bool
    missing: tuple[str, ...]
    sample: dict[str, int]
    tier_3: dict[str, int]
    agreement: Agreement
    training_gap: GapAlert


def items(audit: MonthlyAudit, section: Section) -> tuple[str, ...]:
    """What is to be judged."""
    if section == "sample":
        return tuple(up.item for up in audit.sample)
    return tuple(each.ticket_id for each in audit.tier_3)


def judge_verdict(audit: MonthlyAudit, given: Sequence[Verdict], verdict: Verdict) -> bool:
    """Whether the verdict is new; VerdictImpossible or VerdictGiven where it cannot stand."""
    if verdict.item not in items(audit, verdict.section):
        raise VerdictImpossible(f"This audit does not ask about {verdict.item}.", field="item", value=verdict.item)
    if verdict.verdict not in CHOICES[verdict.section]:
        known = ", ".join(CHOICES[verdict.section])
        raise VerdictImpossible(f"A verdict is one of {known}.", field="verdict", value=verdict.verdict)
    before = [each for each in given if (each.section, each.item) == (verdict.section, verdict.item)]
    for each in before:
        if each.rater == verdict.rater:
            if each.verdict == verdict.verdict:
                return False
            raise VerdictGiven(f"You have judged {verdict.item} already: {each.verdict}.", verdict=each.verdict)
    if len(before) >= RATERS[verdict.section]:
        raters = " and ".join(each.rater for each in before)
        raise VerdictGiven(f"{verdict.item} is judged already, by {raters}.", raters=[each.rater for each in before])
    return True


def seen_by(rater: str, given: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """What a rater is shown: of the sample, others' verdicts only once both are given, so that each judges alone."""
    said = Counter(each.item for each in given if each.section == "sample")
    return tuple(
        each for each in given if each.section != "sample" or each.rater == rater or said[each.item] >= RATERS["sample"]
    )


def judged(audit: MonthlyAudit, given: Sequence[Verdict]) -> Judged:
    """What the verdicts given so far add up to."""
    said: dict[tuple[Section, str], list[str]] = {}
    for verdict in sorted(given, key=lambda each: (each.at, each.rater)):
        said.setdefault((verdict.section, verdict.item), []).append(verdict.verdict)
    missing = tuple(
        item
        for section, needed in RATERS.items()
        for item in items(audit, section)
        if len(said.get((section, item), ())) < needed
    )
    pairs = [(words[0], words[1]) for (section, _), words in said.items() if section == "sample" and len(words) > 1]
    classes = _counted(given, "tier_3")
    return Judged(
        complete=not missing,
        missing=missing,
        sample=_counted(given, "sample"),
        tier_3=classes,
        agreement=agreement(pairs),
        training_gap=_gap(classes),
    )


def _counted(given: Iterable[Verdict], section: Section) -> dict[str, int]:
    counted = Counter(each.verdict for each in given if each.section == section)
    return {name: counted[name] for name in CHOICES[section]}


def _gap(classes: dict[str, int]) -> GapAlert:
    whole = sum(classes.values())
    below = sum(n for name, n in classes.items() if name.startswith("t2_"))
    return GapAlert(
        share=Figure.part("tickets at Tier 3 that Tier 2 could have solved", below, whole),
        raised=whole >= GAP_LEAST and 100 * below > GAP_PCT * whole,
    )
