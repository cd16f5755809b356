"""R98, R100: the change that a review decides on, made to the policy document and looked through like any other."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from escalation.errors import NothingChanges, PolicyUnsound, UnknownName
from escalation.policy import Policy
from escalation.policy.amended import amended, next_version
from escalation.policy.amendments import AccessGrant, ScopeChange, TierChange, in_words, lacking
from escalation.policy.diff import changes_between
from tierline import PARTS_ROOT
from tierline.policy_amending import Amender
from tierline.policy_reading import read_policy

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
amend = Amender().amend
TEXT = Path(PARTS_ROOT / "policies" / "default.yaml").read_text(encoding="utf-8")
LOWER = ScopeChange(category="email.flow", start_tier=1, tiers={1: TierChange(may_also=("email.flow",))})
GRANT = AccessGrant(tier=1, access=("firewall_ro",))


def before() -> Policy:
    policy = read_policy(TEXT, at=AT).policy
    assert policy is not None
    return policy


def changed(text: str) -> set[str]:
    """Where the policy of this text differs from the one that was there."""
    policy = read_policy(text, at=AT).sound
    assert policy is not None
    return {each.path for each in changes_between(before(), policy)} - {"version"}


# --------------------------------------------------------------------------------------------------- what is changed
def test_r98_a_category_starts_lower_and_nothing_else_is_different() -> None:
    text, policy = amend(TEXT, [LOWER], "T-42", AT)
    assert policy.version == "2026.1+T-42"
    assert policy.categories["email.flow"].tier == 1
    assert {path.split(".")[0] for path in changed(text)} == {"categories", "scope"}


def test_r98_comments_and_order_of_the_document_stay() -> None:
    text, _ = amend(TEXT, [LOWER, GRANT], "T-42", AT)
    comments = [line.strip() for line in TEXT.splitlines() if line.strip().startswith("#")]
    assert len(comments) > 50
    assert [line.strip() for line in text.splitlines() if line.strip().startswith("#")] == comments


def test_r100_a_tier_gets_access_and_keeps_what_it_had() -> None:
    _, policy = amend(TEXT, [GRANT], "T-42", AT)
    assert policy.scope[1].access == (*before().scope[1].access, "firewall_ro")


def test_r98_a_triggers_threshold_and_a_tiers_limits_are_changed() -> None:
    when = {"all": [{"field": "tier", "value": 1}, {"field": "users_affected", "op": "more_than", "value": 3}]}
    said = {"triggers": {"I2": when}, "tiers": {2: {"time_box": "5h"}}}
    _, policy = amend(TEXT, [ScopeChange.model_validate(said)], "T-42", AT)
    assert policy.scope[2].time_box == timedelta(hours=5)
    (trigger,) = (each for each in policy.triggers if each.id == "I2")
    assert trigger.when.model_dump(mode="json") == ScopeChange.model_validate(said).triggers["I2"].model_dump(
        mode="json"
    )


def test_r98_the_second_of_two_reviews_is_made_on_top_of_the_first() -> None:
    first, _ = amend(TEXT, [LOWER], "T-42", AT)
    _, policy = amend(first, [GRANT], "T-43", AT)
    assert policy.version == "2026.1+T-43"
    assert policy.categories["email.flow"].tier == 1
    assert "firewall_ro" in policy.scope[1].access


# ------------------------------------------------------------------------------------------------------- refusals
def test_r98_a_change_that_the_policy_cannot_stand_is_refused_with_its_faults() -> None:
    with pytest.raises(PolicyUnsound) as caught:
        amend(TEXT, [ScopeChange(category="email.flow", start_tier=1)], "T-42", AT)
    faults = caught.value.details["errors"]
    assert isinstance(faults, list)
    assert "may not handle it" in faults[0]["message"]


def test_r98_a_limit_that_an_sop_tells_people_otherwise_is_refused() -> None:
    with pytest.raises(PolicyUnsound, match="it says after 3 failed attempts"):
        amend(TEXT, [ScopeChange(tiers={2: TierChange(failed_attempts=4)})], "T-42", AT)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (ScopeChange(category="no.such", start_tier=1), "category"),
        (ScopeChange(triggers={"Z9": {"field": "vip"}}), "trigger"),
        (ScopeChange(tiers={2: TierChange(may_no_longer=("email.flow",))}), "may_no_longer"),
    ],
)
def test_r98_a_change_of_what_is_not_there_is_refused(change: ScopeChange, field: str) -> None:
    with pytest.raises(UnknownName) as caught:
        amend(TEXT, [change], "T-42", AT)
    assert caught.value.details["field"] == field


@pytest.mark.parametrize(
    "change",
    [
        ScopeChange(category="email.flow", start_tier=2),
        ScopeChange(tiers={2: TierChange(may_also=("email.flow",), time_box=timedelta(hours=4))}),
        AccessGrant(tier=2, access=("rmm_admin",)),
    ],
)
def test_r98_a_change_of_what_is_so_already_is_refused(change: ScopeChange | AccessGrant) -> None:
    with pytest.raises(NothingChanges):
        amend(TEXT, [change], "T-42", AT)


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        (ScopeChange(), "category"),
        (ScopeChange(category="email.flow"), "start_tier"),
        (ScopeChange(start_tier=1), "category"),
        (ScopeChange(tiers={1: TierChange()}), "category"),
        (LOWER, None),
        (GRANT, None),
    ],
)
def test_r98_a_change_that_says_nothing_names_what_it_lacks(change: ScopeChange | AccessGrant, lacks: str) -> None:
    assert lacking(change) == lacks


def test_r98_a_misspelt_change_is_no_change_that_says_nothing() -> None:
    with pytest.raises(ValidationError, match="start_teir"):
        ScopeChange.model_validate({"category": "email.flow", "start_teir": 1})


# ---------------------------------------------------------------------------------------------------- odds and ends
def test_an_alias_that_stands_for_two_places_carries_the_change_to_one() -> None:
    shared = TEXT.replace("    access: [rmm_view, m365_helpdesk]", "    access: &theirs [rmm_view, m365_helpdesk]")
    shared = shared.replace("    access: [hypervisor_admin, tenant_admin, vendor_portal]", "    access: *theirs")
    assert shared.count("*theirs") == 1
    _, policy = amend(shared, [GRANT], "T-42", AT)
    assert "firewall_ro" in policy.scope[1].access
    assert policy.scope[3].access == ("rmm_view", "m365_helpdesk")


def test_a_change_reads_as_sentences() -> None:
    assert in_words(LOWER) == ("email.flow starts at Tier 1.", "Tier 1 may also do email.flow.")
    assert in_words(GRANT) == ("Tier 1 gets access to firewall_ro.",)


_NAMES = st.text("abcxyz_", min_size=1, max_size=6)


def _small(access: list[str], may: list[str]) -> dict[str, Any]:
    tier = {"may": may, "access": access}
    return {"version": "1", "categories": {"mail": {"tier": 2}}, "triggers": [], "scope": {1: tier, "2": {}, 3: {}}}


@given(st.lists(_NAMES, unique=True), st.lists(_NAMES, min_size=1, unique=True), st.lists(_NAMES, min_size=1))
def test_grants_add_up_in_any_order_and_the_document_given_stays_as_it_is(
    had: list[str], one: list[str], other: list[str]
) -> None:
    document = _small(had, ["mail"])
    grants = [AccessGrant(tier=1, access=tuple(one)), AccessGrant(tier=1, access=tuple(other))]

    def after(order: list[AccessGrant]) -> set[str]:
        now = document
        for grant in order:
            try:
                now = amended(now, [grant], next_version(now["version"], "T-1"))
            except NothingChanges:
                assert set(grant.access) <= set(now["scope"][1]["access"])
        return set(now["scope"][1]["access"])

    assert after(grants) == after(grants[::-1]) == {*had, *one, *other}
    assert document == _small(had, ["mail"])
