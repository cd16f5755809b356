from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bench.audit import shuffled
from bench.planted import ALL, ALWAYS, HEAVY, HOUR, NOTHING, Planted, quarter
from escalation.audit.patterns import Finding
from escalation.audit.quarterly import QuarterlyAudit, quarterly_audit, subject
from escalation.facts import Stay, TicketFacts
from tests.reference import LOG, reference_folder
from tierline.audit_log import subjects_of
from tierline.log_files import read_mapping

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def named(audit: QuarterlyAudit) -> set[tuple[str, str]]:
    return {(finding.pattern, finding.name) for finding in audit.findings}


@pytest.mark.parametrize("seed", range(5))
def test_r95_one_pattern_of_each_kind_is_planted_and_exactly_these_are_found(seed: int) -> None:
    expected = {("always_escalates", ALWAYS), ("tier_3_volume", HEAVY), ("time_of_day", HOUR)}
    assert named(quarterly_audit(quarter(seed, planted=ALL))) == expected


@pytest.mark.parametrize("tickets", [200, 2_000])
def test_r95_nothing_is_found_where_nothing_is(tickets: int) -> None:
    assert [named(quarterly_audit(quarter(seed, tickets, NOTHING))) for seed in range(10)] == [set()] * 10


def test_a_pattern_comes_with_its_counts_its_test_and_its_effect() -> None:
    [finding] = quarterly_audit(quarter(1, planted=Planted(always=0.95))).findings
    assert (finding.of_what, finding.name) == ("category at Tier 1", ALWAYS)
    assert finding.n <= finding.of
    assert finding.rate == round(finding.n / finding.of, 4)
    assert finding.rate_low < finding.rate < finding.rate_high
    assert finding.h > 1
    assert finding.p < finding.adjusted < 0.05


def test_an_hour_that_stands_out_on_every_day_is_named_once() -> None:
    subjects = [*quarter(2)]
    for day in range(60):
        at = NOON + timedelta(days=day, hours=10)
        late = subjects[day].model_copy(update={"left": tuple((at + timedelta(minutes=m), True) for m in (5, 15))})
        subjects.append(late)
    hours = [each for each in quarterly_audit(subjects).findings if each.pattern == "time_of_day"]
    assert [(each.of_what, each.name) for each in hours] == [("hour of the day", "22:00")]


def test_one_bad_night_is_no_pattern() -> None:
    subjects = [*quarter(2)]
    at = NOON + timedelta(hours=11)
    subjects += [each.model_copy(update={"left": ((at, True),)}) for each in subjects[:40]]
    assert not [each for each in quarterly_audit(subjects).findings if each.pattern == "time_of_day"]


def test_hours_are_those_of_the_zone_across_the_change_to_winter_time() -> None:
    before, after = datetime(2026, 10, 19, 6, 30, tzinfo=UTC), datetime(2026, 10, 26, 7, 30, tzinfo=UTC)
    monday_at_eight = [((before, True),), ((after, True),), ((before - timedelta(weeks=1), True),)] * 5
    subjects = [*quarter(3, 400)]
    subjects += [subjects[0].model_copy(update={"left": left}) for left in monday_at_eight]
    found = quarterly_audit(subjects, zone="Europe/Brussels").findings
    assert [each.name for each in found if each.pattern == "time_of_day"] == ["Mon 08:00"]


def test_what_leaves_a_tier_is_what_is_solved_there_sent_on_or_sent_back() -> None:
    hours = [NOON + timedelta(hours=n) for n in range(5)]
    stays = (
        Stay(1, hours[0], queued=False, ended_at=hours[1]),
        Stay(2, hours[1], queued=False, ended_at=hours[2]),
        Stay(1, hours[2], queued=False),
    )
    facts = TicketFacts(ticket_id="T-1", opened_at=hours[0], stays=stays, completed_at=hours[3])
    assert subject(facts).left == ((hours[1], True), (hours[2], False), (hours[3], False))
    assert subject(facts).escalated_from == {1}
    assert subject(replace(facts, completed_at=None)).left == ((hours[1], True), (hours[2], False))


# ----------------------------------------------------------------------------------------------------- the Volvo log
def volvo(seed: int | None = None) -> tuple[Finding, ...]:
    subjects = list(subjects_of(reference_folder() / LOG, mapping := read_mapping()))
    if seed is not None:
        subjects = shuffled(subjects, seed)
    return quarterly_audit(subjects, zone=mapping.audit.zone).findings


def test_r95_the_products_of_a_real_log_that_always_escalate_and_that_fill_tier_3_are_named() -> None:
    found = {(each.pattern, each.of_what, each.name): (each.n, each.of) for each in volvo()}
    assert found == {
        ("always_escalates", "category at Tier 1", "PROD542"): (17, 17),
        ("always_escalates", "category at Tier 1", "PROD264"): (13, 14),
        ("always_escalates", "category at Tier 1", "PROD805"): (11, 12),
        ("always_escalates", "category at Tier 1", "PROD305"): (8, 8),
        ("always_escalates", "category at Tier 1", "PROD337"): (8, 8),
        ("tier_3_volume", "category", "PROD607"): (17, 17),
        ("tier_3_volume", "category", "PROD604"): (6, 9),
        ("tier_3_volume", "category", "PROD698"): (10, 32),
        ("tier_3_volume", "client", "Org line A2"): (54, 199),
        ("tier_3_volume", "client", "Other"): (24, 115),
    }


@pytest.mark.parametrize("seed", range(5))
def test_r95_with_the_tiers_of_the_real_log_shuffled_nothing_is_left_of_them(seed: int) -> None:
    assert volvo(seed) == ()
