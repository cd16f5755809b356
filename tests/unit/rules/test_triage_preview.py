"""What triage is said to do before it is done: just what the rules then do, whoever the desk names."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from escalation.commands import IntakeFacts, Triage
from escalation.errors import IncompleteTriage, NotAllowedInStage, Refusal, UnknownName
from escalation.lifecycle import Stage
from escalation.terms import Flag, Priority, Role, Scope
from escalation.triage_preview import facts_missing, preview, suggested_impact, suggested_urgency, told
from tests.unit.rules.histories import GUIDES, SLICES
from tests.unit.rules.story import POLICY, Story, policy_of

UNSORTED: dict[str, Any] = {"category": None, "impact": None, "urgency": None}
_NUMBERS = st.sampled_from([None, 1, 2, 3])
_FACTS = st.builds(
    IntakeFacts,
    users_affected=st.sampled_from([None, 1, 12, 400]),
    error_messages=st.sampled_from([None, "0x80070005"]),
)
TRIAGES = st.builds(
    Triage,
    by=st.just("dana"),
    role=st.just(Role.DISPATCHER),
    category=st.sampled_from([None, "no.such", *POLICY.categories]),
    impact=_NUMBERS,
    urgency=_NUMBERS,
    scope=st.sampled_from([None, *Scope]),
    flags=st.none() | st.lists(st.sampled_from(list(Flag)), max_size=3, unique=True).map(tuple),
    facts=st.none() | _FACTS,
)


def _unsorted(story: Story) -> Story:
    return story.open(**UNSORTED)


@given(TRIAGES, st.sampled_from(SLICES), st.booleans())
def test_what_is_foreseen_is_what_then_happens_whoever_is_named(triage: Triage, policy: Any, guided: bool) -> None:
    story = _unsorted(Story(policy, guides=GUIDES if guided else None)).sleep(minutes=7)
    before = story.ticket
    try:
        foreseen = preview(before, triage, story.policy, story.now)
    except Refusal as refusal:
        story.refuses(type(refusal), triage)
        return
    events = story.do(triage)
    after = story.ticket
    assert foreseen == told(before, events, story.policy)
    assert (foreseen.stage, foreseen.priority, foreseen.category) == (after.stage, after.priority, after.category)
    assert [each.trigger for each in foreseen.triggers] == [each.trigger for each in after.firings if each.trigger]
    assert {each.name: each.due_at for each in foreseen.promises} == {
        clock.name: clock.due_at for clock in after.clocks.values() if clock.stopped_at is None
    }
    assert foreseen.sop == (POLICY.categories[after.category].sop if after.category else None)


@pytest.mark.parametrize("stage", [Stage.TIER_1, Stage.TIER_2, Stage.TIER_3])
def test_what_is_foreseen_reaches_every_tier(stage: Stage) -> None:
    category = next(name for name, each in POLICY.categories.items() if f"tier_{each.tier}" == stage.value)
    story = _unsorted(Story())
    triage = Triage(by="dana", role=Role.DISPATCHER, category=category, impact=3, urgency=3)
    assert preview(story.ticket, triage, story.policy, story.now).stage is stage


def test_an_emergency_is_foreseen_with_the_values_that_make_it_one() -> None:
    story = _unsorted(Story())
    triage = Triage(by="dana", role=Role.DISPATCHER, category="security.alert", flags=(Flag.ACTIVE_BREACH,), urgency=1)
    foreseen = preview(story.ticket, triage, story.policy, story.now)
    assert (foreseen.emergency, foreseen.stage) == (True, Stage.TIER_3)
    assert "active_breach" in foreseen.triggers[0].values
    assert foreseen.need is not None
    assert foreseen.need.person is None
    assert story.ticket.stage is Stage.TRIAGE


def test_what_would_be_refused_is_refused_at_its_field() -> None:
    story = _unsorted(Story())
    with pytest.raises(IncompleteTriage) as lacking:
        preview(story.ticket, Triage(by="dana", role=Role.DISPATCHER), story.policy, story.now)
    assert "category" in str(lacking.value.details["missing"])
    with pytest.raises(UnknownName):
        preview(story.ticket, Triage(by="dana", category="no.such"), story.policy, story.now)
    sorted_already = Story().open()
    with pytest.raises(NotAllowedInStage):
        preview(sorted_already.ticket, Triage(by="dana", urgency=1), sorted_already.policy, sorted_already.now)


@given(st.sampled_from(Scope), _FACTS, st.lists(st.sampled_from(list(Flag)), max_size=3).map(tuple))
def test_the_suggested_impact_is_the_one_that_the_rules_take_where_nobody_says_another(
    scope: Scope, facts: IntakeFacts, flags: tuple[Flag, ...]
) -> None:
    story = _unsorted(Story())
    triage = Triage(
        by="dana",
        role=Role.DISPATCHER,
        category="identity.password_reset",
        urgency=3,
        scope=scope,
        flags=flags,
        facts=facts,
    )
    foreseen = preview(story.ticket, triage, story.policy, story.now)
    assume(not foreseen.emergency)
    known = story.ticket.facts.model_copy(update=facts.model_dump(exclude_none=True))
    assert foreseen.impact == suggested_impact(story.policy, scope, known, flags)


def test_an_urgency_is_suggested_only_where_the_policy_calls_the_reach_urgent() -> None:
    policy = policy_of()
    assert {scope: suggested_urgency(policy, scope) for scope in Scope} == {
        scope: 1 if scope in policy.urgent_scopes else None for scope in Scope
    }


def test_none_known_is_a_fact_and_silence_is_none() -> None:
    assert facts_missing(IntakeFacts(recent_changes="none known", users_affected=0)) == (
        "affected_systems",
        "error_messages",
        "steps_attempted",
    )
    assert (
        preview(
            _unsorted(Story()).ticket,
            Triage(by="dana", role=Role.DISPATCHER, category="identity.password_reset", impact=2, urgency=2),
            policy_of(),
            Story().now,
        ).priority
        == Priority.P3
    )
