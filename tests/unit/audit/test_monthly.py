from collections.abc import Mapping
from datetime import timedelta

import pytest

from escalation.audit.monthly import MonthlyAudit, monthly_audit, stratum
from escalation.audit.monthly_text import monthly_sheets
from escalation.audit.paper import Paper, as_markdown
from escalation.audit.seen import Seen
from escalation.audit.verdicts import Section, Verdict, VerdictGiven, VerdictImpossible, judge_verdict, judged
from tests.unit.audit.desk import MONDAY, WEEK, at_tier_three, up

MAY: Mapping[int, tuple[str, ...]] = {1: ("identity.*",), 2: ("network.*",), 3: ("*",)}


def audit(escalations: int = 60, tier_3: int = 6, seed: str = "monthly-2026-06-01") -> MonthlyAudit:
    seen = Seen(upwards=tuple(up(n) for n in range(escalations)))
    return monthly_audit(seen, [at_tier_three(n) for n in range(tier_3)], MAY, WEEK, seed)


def verdict(item: str, rater: str, said: str, section: Section = "sample") -> Verdict:
    return Verdict(section=section, item=item, rater=rater, verdict=said, at=MONDAY + timedelta(days=30))


def test_r93_the_sample_is_stratified_and_drawn_again_from_its_recorded_seed() -> None:
    first = audit()
    assert (first.seed, len(first.sample), first.population) == ("monthly-2026-06-01", 20, 60)
    assert {stratum(each) for each in first.sample} == set(first.strata)
    turned = monthly_audit(Seen(upwards=tuple(up(n) for n in reversed(range(60)))), [], MAY, WEEK, first.seed)
    assert turned.sample == first.sample
    assert audit(seed="another").sample != first.sample


def test_r36_an_escalation_past_the_guard_of_tier_3_is_always_put_before_the_raters() -> None:
    overrides = tuple(up(n, from_tier=2).model_copy(update={"override": "the vendor asked"}) for n in range(70, 73))
    seen = Seen(upwards=(*(up(n) for n in range(60)), *overrides))
    of = monthly_audit(seen, [], MAY, WEEK, "seed")
    assert set(overrides) <= set(of.sample)
    assert (len(of.sample), of.overridden, of.population) == (20, 3, 63)
    many = Seen(upwards=tuple(each.model_copy(update={"override": "so"}) for each in seen.upwards))
    assert len(monthly_audit(many, [], MAY, WEEK, "seed").sample) == 63


def test_r93_the_audit_is_complete_when_two_raters_have_judged_all_of_the_sample() -> None:
    of = audit(tier_3=0)
    given = [verdict(each.item, rater, "appropriate") for each in of.sample for rater in ("ruth", "grace")]
    assert not judged(of, given[:-1]).complete
    assert judged(of, given[:-1]).missing == (of.sample[-1].item,)
    assert judged(of, given).complete
    assert judged(of, given).sample["appropriate"] == 40


def test_r93_a_third_verdict_another_word_and_a_stranger_are_refused_and_a_repeat_changes_nothing() -> None:
    of = audit()
    item = of.sample[0].item
    given = [verdict(item, "ruth", "late")]
    assert not judge_verdict(of, given, verdict(item, "ruth", "late"))
    assert judge_verdict(of, given, verdict(item, "grace", "unnecessary"))
    with pytest.raises(VerdictGiven):
        judge_verdict(of, given, verdict(item, "ruth", "appropriate"))
    with pytest.raises(VerdictGiven):
        judge_verdict(of, [*given, verdict(item, "grace", "late")], verdict(item, "ann", "late"))
    with pytest.raises(VerdictImpossible):
        judge_verdict(of, given, verdict(item, "grace", "nice"))
    with pytest.raises(VerdictImpossible):
        judge_verdict(of, given, verdict("T-999#1", "grace", "late"))


def test_r102_two_raters_of_the_same_sample_have_their_agreement_reported() -> None:
    of = audit(tier_3=0)
    words = ["appropriate", "unnecessary"] * 10
    given = [verdict(each.item, "ruth", word) for each, word in zip(of.sample, words, strict=True)]
    others = [*words[:15], *("late",) * 5]
    given += [verdict(each.item, "grace", word) for each, word in zip(of.sample, others, strict=True)]
    said = judged(of, given).agreement
    assert (said.cases, said.agreed) == (20, 15)
    assert said.kappa is not None
    assert 0.4 < said.kappa < 0.8
    assert "Cohen's kappa" in as_markdown(Paper(title="June", sheets=monthly_sheets(of, given)))


def test_r94_every_ticket_at_tier_3_has_a_class_and_the_report_counts_them() -> None:
    of = audit(escalations=0)
    words = ["rightly_tier_3", "rightly_tier_3", "rightly_tier_3", "t2_missing_access", "t2_documentation_gap"]
    given = [verdict(f"T-{n:03}", "ruth", word, "tier_3") for n, word in enumerate(words)]
    said = judged(of, given)
    assert said.missing == ("T-005",)
    assert said.tier_3 == {
        "rightly_tier_3": 3,
        "t2_documentation_gap": 1,
        "t2_missing_access": 1,
        "t2_unclear_criteria": 0,
    }


def test_r87_the_share_of_tier_3_that_is_routine_work() -> None:
    tickets = [at_tier_three(1, "identity.reset"), at_tier_three(2, "network.latency"), at_tier_three(3, "security.x")]
    said = monthly_audit(Seen(), tickets, MAY, WEEK, "seed").routine
    assert (said.n, said.of) == (2, 3)


@pytest.mark.parametrize(("below", "whole", "raised"), [(3, 10, False), (4, 10, True), (4, 4, False), (5, 5, True)])
def test_r103_tickets_at_tier_3_that_tier_2_could_have_solved_are_a_training_gap(
    below: int, whole: int, raised: bool
) -> None:
    of = audit(escalations=0, tier_3=whole)
    words = ["t2_unclear_criteria"] * below + ["rightly_tier_3"] * (whole - below)
    given = [verdict(f"T-{n:03}", "ruth", word, "tier_3") for n, word in enumerate(words)]
    assert judged(of, given).training_gap.raised is raised
