from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from escalation.policy import Slice, Trigger
from escalation.policy.packing import packed, unpacked
from escalation.terms import Flag, Scope
from escalation.triggers import FIELDS, All, Any, Condition, Fields, Test, Value, satisfied_by
from tierline import PARTS_ROOT
from tierline.policy_file import load_policy

POLICY = load_policy(PARTS_ROOT / "policies" / "default.yaml")
TRIGGERS = {trigger.id: trigger for trigger in POLICY.triggers}

# A password reset for one user, just taken in at Tier 1.
PLAIN: Mapping[str, Value | tuple[str, ...] | None] = {
    "category": "identity.password_reset",
    "scope": "one_user",
    "users_affected": 1,
    "tier": 1,
    "priority": "P4",
    "flags": (),
    "vip": False,
    "kind": "incident",
    "failed_attempts": 0,
    "inbound_contacts": 1,
    "technicians": 1,
    "returns": 0,
    "recurrences": 1,
    "beyond_scope": False,
    "must_escalate": False,
    "emergency_category": False,
    "skill_beyond_tier": False,
    "access_beyond_tier": False,
}

Changes = dict[str, Value | tuple[str, ...]]

# What is different where a trigger fires, and the values that it records.
FIRES: list[tuple[str, Changes, dict[str, object]]] = [
    ("E1", {"category": "security.ransomware", "tier": 3}, {"category": "security.ransomware"}),
    ("E1", {"flags": ("unhappy", "active_breach")}, {"flags": ("unhappy", "active_breach")}),
    ("E2", {"category": "outage.full_server"}, {"category": "outage.full_server"}),
    ("E2", {"category": "outage.multi_client"}, {"category": "outage.multi_client"}),
    ("E2", {"scope": "multi_client"}, {"scope": "multi_client"}),
    ("E3", {"category": "security.alert"}, {"category": "security.alert"}),
    ("I1", {"scope": "whole_office"}, {"scope": "whole_office"}),
    ("I1", {"scope": "whole_client"}, {"scope": "whole_client"}),
    ("I2", {"users_affected": 2}, {"tier": 1, "users_affected": 2}),
    ("I3", {"vip": True}, {"vip": True}),
    ("I4", {"vip": True, "flags": ("unhappy",)}, {"vip": True, "flags": ("unhappy",)}),
    ("C1", {"beyond_scope": True}, {"beyond_scope": True}),
    ("C1", {"must_escalate": True}, {"must_escalate": True}),
    ("C1", {"access_beyond_tier": True}, {"access_beyond_tier": True}),
    ("C2", {"failed_attempts": 2}, {"failed_attempts": 2, "tier": 1}),
    ("C2b", {"failed_attempts": 3, "tier": 2}, {"failed_attempts": 3, "tier": 2}),
    ("C3", {"skill_beyond_tier": True}, {"skill_beyond_tier": True}),
    ("C4", {"flags": ("recurring",), "tier": 2}, {"flags": ("recurring",), "tier": 2}),
    ("C4", {"recurrences": 3, "tier": 2}, {"recurrences": 3, "tier": 2}),
    ("R1", {"inbound_contacts": 3}, {"inbound_contacts": 3}),
    ("R1", {"technicians": 3}, {"technicians": 3}),
    ("R2", {"returns": 2}, {"returns": 2}),
]

# One step short of firing.
NEARLY: list[tuple[str, Changes]] = [
    ("E1", {"flags": ("security_anomaly",), "category": "security.phishing_report"}),
    ("E2", {"category": "outage.site", "scope": "whole_client"}),
    ("E3", {"category": "security.phishing_report"}),
    ("I1", {"scope": "several_users", "users_affected": 19}),
    ("I2", {"users_affected": 2, "tier": 2}),
    ("I3", {"flags": ("unhappy",)}),
    ("I4", {"vip": True}),
    ("C2", {"failed_attempts": 1}),
    ("C2", {"failed_attempts": 2, "tier": 2}),
    ("C2b", {"failed_attempts": 2, "tier": 2}),
    ("C2b", {"failed_attempts": 3, "tier": 1}),
    ("C4", {"flags": ("recurring",), "tier": 1}),
    ("C4", {"recurrences": 2, "tier": 2}),
    ("R1", {"inbound_contacts": 2, "technicians": 2}),
    ("R2", {"returns": 1}),
]


def fired(trigger: Trigger, changes: Changes) -> dict[str, object] | None:
    return satisfied_by(trigger.when, {**PLAIN, **changes})


# --------------------------------------------------------------------------------------- the default policy's own


@pytest.mark.parametrize(("name", "changes", "values"), FIRES, ids=[f"{n} {c}" for n, c, _ in FIRES])
def test_a_trigger_fires_and_says_which_values_made_it(name: str, changes: Changes, values: dict[str, object]) -> None:
    assert fired(TRIGGERS[name], changes) == values


@pytest.mark.parametrize(("name", "changes"), NEARLY, ids=[f"{n} {c}" for n, c in NEARLY])
def test_a_trigger_does_not_fire_one_step_short(name: str, changes: Changes) -> None:
    assert fired(TRIGGERS[name], changes) is None


@pytest.mark.parametrize("name", TRIGGERS)
def test_no_trigger_fires_on_a_plain_ticket(name: str) -> None:
    assert fired(TRIGGERS[name], {}) is None


def test_every_default_trigger_is_seen_firing() -> None:
    assert {name for name, _, _ in FIRES} == set(TRIGGERS)


def test_the_made_ticket_has_every_field_that_triggers_may_look_at() -> None:
    assert set(PLAIN) == FIELDS


# ------------------------------------------------------------------------------------------------ one test alone


@pytest.mark.parametrize(
    ("test", "actual", "holds"),
    [
        (Test(field="tier", value=2), 2, True),
        (Test(field="tier", value=2), 1, False),
        (Test(field="vip"), True, True),
        (Test(field="vip"), False, False),
        (Test(field="scope", op="in", value=("one_user", "whole_office")), "whole_office", True),
        (Test(field="scope", op="in", value=("one_user", "whole_office")), "multi_client", False),
        (Test(field="scope", op="in", value="whole_office"), "office", False),  # not a part of the word
        (Test(field="flags", op="has", value="backend"), ("backend", "unhappy"), True),
        (Test(field="flags", op="has", value="back"), ("backend",), False),
        (Test(field="flags", op="has", value="backend"), (), False),
        (Test(field="flags", op="has_any", value=("backend", "recurring")), ("recurring",), True),
        (Test(field="flags", op="has_any", value=("backend", "recurring")), ("unhappy",), False),
        (Test(field="returns", op="at_least", value=2), 2, True),
        (Test(field="returns", op="at_least", value=2), 1, False),
        (Test(field="returns", op="more_than", value=2), 2, False),
        (Test(field="returns", op="more_than", value=2), 3, True),
        (Test(field="scope", op="at_least", value=2), "many", False),
        (Test(field="users_affected", op="more_than", value=0), None, False),  # not known yet
    ],
)
def test_a_test_compares_one_field(test: Test, actual: Value | tuple[str, ...] | None, holds: bool) -> None:
    assert test.holds({test.field: actual}) is holds
    assert satisfied_by(test, {test.field: actual}) == ({test.field: actual} if holds else None)


def test_a_field_that_is_not_there_satisfies_nothing() -> None:
    assert satisfied_by(Test(field="vip", value=False), {}) is None


def test_a_field_that_the_rules_do_not_know_is_refused_with_those_they_do() -> None:
    with pytest.raises(
        ValidationError, match="unknown trigger field 'weather'; the rules know access_beyond_tier, beyond_scope"
    ):
        Test(field="weather")


@pytest.mark.parametrize("empty", [{"all": []}, {"any": []}])
def test_a_condition_of_nothing_is_refused(empty: dict[str, list[object]]) -> None:
    with pytest.raises(ValidationError):
        Trigger.model_validate(
            {"id": "X", "class": "impact", "kind": "functional", "when": empty, "to": {"tier": 2}},
        )


# ---------------------------------------------------------------------------------------------------- properties

tests = st.one_of(
    st.builds(Test, field=st.just("scope"), value=st.sampled_from([scope.value for scope in Scope])),
    st.builds(Test, field=st.just("flags"), op=st.just("has"), value=st.sampled_from([flag.value for flag in Flag])),
    st.builds(Test, field=st.sampled_from(["tier", "returns"]), op=st.just("at_least"), value=st.integers(0, 4)),
    st.builds(Test, field=st.just("vip"), value=st.booleans()),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.builds(lambda parts: All(all=tuple(parts)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: Any(any=tuple(parts)), st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=8,
)
tickets: st.SearchStrategy[Fields] = st.fixed_dictionaries(
    {
        "scope": st.sampled_from([scope.value for scope in Scope]),
        "flags": st.lists(st.sampled_from([flag.value for flag in Flag]), unique=True, max_size=3).map(tuple),
        "tier": st.one_of(st.none(), st.integers(1, 3)),
        "returns": st.integers(0, 4),
        "vip": st.booleans(),
    }
)


def truth(condition: Condition, fields: Fields) -> bool:
    """What the condition means, said in another way."""
    match condition:
        case Test():
            return condition.holds(fields)
        case All(all=parts):
            return all(truth(part, fields) for part in parts)
        case Any(any=parts):
            return any(truth(part, fields) for part in parts)


@given(conditions, tickets)
def test_a_condition_fires_exactly_when_it_is_true(condition: Condition, fields: Fields) -> None:
    assert (satisfied_by(condition, fields) is not None) == truth(condition, fields)


@given(conditions, tickets)
def test_the_values_that_are_recorded_are_the_ticket_s_own_and_would_do_alone(
    condition: Condition, fields: Fields
) -> None:
    values = satisfied_by(condition, fields)
    if values is not None:
        assert values
        alone: Fields = {name: fields[name] for name in values}
        assert dict(alone) == values
        assert truth(condition, alone)


@given(conditions)
def test_a_condition_survives_json(condition: Condition) -> None:
    trigger = Trigger.model_validate(
        {"id": "X", "class": "impact", "kind": "functional", "when": condition, "to": {"tier": 2}}
    )
    assert Trigger.model_validate_json(trigger.model_dump_json(exclude_defaults=True)) == trigger


def test_conditions_are_met_and_missed_by_real_fields() -> None:
    """Else the properties could hold because nothing ever fires."""
    met = All(all=(Test(field="vip"), Any(any=(Test(field="tier", value=9), Test(field="returns", value=0)))))
    assert satisfied_by(met, {**PLAIN, "vip": True}) == {"vip": True, "returns": 0}
    assert satisfied_by(met, {**PLAIN, "vip": True, "returns": 1}) is None


def test_a_one_stays_a_one_on_its_way_through_a_history() -> None:
    one = Test(field="users_affected", op="more_than", value=1)
    assert type(Test.model_validate(one.model_dump(exclude_defaults=True)).value) is int
    travelled = unpacked(packed(POLICY.slice_for("acme-dental")))
    assert "value=True" not in str(next(t.when for t in Slice.model_validate(travelled).triggers if t.id == "I2"))
