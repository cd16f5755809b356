"""Past tickets under another policy: under the one that was in force they come out as they are recorded."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from escalation.backtest import Report, TicketChanges, judge
from escalation.backtest.imported import in_words_of
from escalation.backtest.outcome import Outcome, outcome_of
from escalation.backtest.regime import GOES_OVER, Regime
from escalation.backtest.replay import Lived, recorded, replay
from escalation.commands import (
    Accept,
    Close,
    Escalate,
    Hold,
    IntakeFacts,
    LogAttempt,
    Resolve,
    Return,
    UpdateFields,
)
from escalation.errors import Refusal
from escalation.events import Escalated, Event
from escalation.policy import AutoEscalation, Slice, Trigger
from escalation.terms import Flag
from tests.unit.rules.asked import ADOPT, EPISODES, INTAKES, LATER, OWNER, PAUSES, PREMIUM
from tests.unit.rules.story import FACTS, MONDAY, NOTE, POLICY, Story, at_tier, go_up, of_kind, policy_of
from tests.unit.rules.test_properties import LIVES
from tierline import PARTS_ROOT
from tierline.backtest_shown import show
from tierline.cli import app

H = timedelta(hours=1)
FAILED = LogAttempt(step="Reset the password", result="Still locked", outcome="failed", sop_step="1")
RESOLVE = Resolve(code="fixed", cause="identity", resolution="Removed the stale credential")
CUSTOMER = Hold(reason="waiting_customer", evidence={"question_sent": "Which phone has the old password?"})
NOT_LIVED_AGAIN = {"command_refused", "nudged"}
LOG = """case_id,seq,ts_utc,status,substatus,team,tier,impact,owner,product
C-1,1,2012-05-07T09:00:00+00:00,Queued,Awaiting Assignment,desk,1,Medium,Ann,mail
C-1,2,2012-05-07T09:10:00+00:00,Accepted,In Progress,desk,1,Medium,Ann,mail
C-1,3,2012-05-07T09:50:00+00:00,Queued,Awaiting Assignment,servers,2,Medium,,mail
C-1,4,2012-05-07T10:20:00+00:00,Accepted,In Progress,servers,2,Medium,Bo,mail
C-1,5,2012-05-07T13:00:00+00:00,Completed,Resolved,servers,2,Medium,Bo,mail
"""


def changes(story: Story, policy: Slice) -> tuple[Report, list[TicketChanges]]:
    """What another policy would change on the story's ticket."""
    report, told = Report(), list[TicketChanges]()
    judge(report, story.events, Regime(policy), story.now, in_force(story), told.append)
    return report, told


def words(story: Story, policy: Slice) -> list[str]:
    _, (changed,) = changes(story, policy)
    return [change.words for change in changed.changes]


def outcomes(story: Story) -> tuple[Outcome, Outcome]:
    """As recorded, and as its own policy makes it again."""
    was, again = recorded(story.events, in_force(story), story.policy), lived_again(story, in_force(story))
    return outcome_of(was, story.now), outcome_of(again, story.now)


def in_force(story: Story) -> Regime:
    """What the story's ticket was really pinned to, one after the other."""
    over = [event for event in story.events if isinstance(event, GOES_OVER)]
    later = list(zip(over, story.policies[1:], strict=True))
    return Regime(story.policies[0], lambda _, asked: next(policy for event, policy in later if event is asked))


def lived_again(story: Story, policy: Regime) -> Lived:
    """The story's ticket under another policy."""
    return replay(recorded(story.events, in_force(story), policy.first), policy, story.now)


def without(policy: Slice, *names: str) -> Slice:
    """The policy without these triggers."""
    return policy.model_copy(update={"triggers": tuple(t for t in policy.triggers if t.id not in names)})


def with_trigger(policy: Slice, changed: dict[str, object]) -> Slice:
    """The policy with one trigger put another way."""
    new = Trigger.model_validate(changed)
    return policy.model_copy(update={"triggers": tuple(new if t.id == new.id else t for t in policy.triggers)})


EAGER = with_trigger(
    policy_of(),
    {"id": "C2", "class": "complexity", "kind": "functional", "to": {"tier": 2}, "says": "One failed attempt",
     "when": {"all": [{"field": "failed_attempts", "op": "at_least", "value": 1}, {"field": "tier", "value": 1}]}},
)  # fmt: skip
PREMIUM_SLICE = POLICY.slice_for("acme-dental", agreement="premium")
LATER_PREMIUM = PREMIUM_SLICE.model_copy(update={"version": LATER.version})
EAGER_PREMIUM = PREMIUM_SLICE.model_copy(update={"triggers": EAGER.triggers})


# ------------------------------------------------------------------------------------------- the proof
@LIVES
@given(st.data())
def test_the_policy_in_force_reproduces_every_recorded_escalation_breach_and_page(data: st.DataObject) -> None:
    story = Story(data.draw(st.sampled_from([policy_of(), policy_of("northside-clinic"), policy_of("volta-mfg")])))
    story.alike = data.draw(st.sampled_from([(), ("T-8", "T-9")]))
    story.open(**data.draw(INTAKES))
    for episode in data.draw(st.lists(EPISODES, min_size=4, max_size=14)):
        for command in episode:
            story.wait()  # as the workflow does: what is due comes before what is asked
            try:
                story.do(command.model_copy(update={"by": story.owner}) if command.by == OWNER else command)
            except Refusal:
                continue
        story.wait(seconds=data.draw(PAUSES).total_seconds())
    was, again = outcomes(story)
    assert again == was
    replayed = lived_again(story, in_force(story))
    assert replayed.refused == []
    assert _kinds(replayed.events) == _kinds(story.events)
    report = Report()
    judge(report, story.events, in_force(story), story.now, in_force(story))
    assert (report.tickets, report.changed) == (1, 0)


def test_an_impact_that_a_person_narrowed_with_what_is_known_is_narrowed_again() -> None:
    story = Story().open(urgency=1)
    story.do(UpdateFields(impact=3, facts=IntakeFacts(users_affected=0)))
    again = lived_again(story, in_force(story))
    assert (again.ticket.impact, again.ticket.priority) == (3, story.ticket.priority)


def _kinds(events: list[Event]) -> list[str]:
    """The story in short: but for reminders, which go by roles."""
    return [event.kind for event in events if event.kind not in NOT_LIVED_AGAIN]


def test_a_whole_life_comes_out_again_event_by_event() -> None:
    story = at_tier(2)
    story.do(CUSTOMER)
    story.wait(hours=30)
    story.do(Return(reason="wrong_skill", what_is_missing="Which phone holds the old password"))
    story.do(Accept(by="jun", take_over=True))
    story.do(RESOLVE)
    story.do(Close(reason="confirmed"))
    again = lived_again(story, in_force(story))
    assert again.refused == []
    assert again.events == [e.model_copy(update={"via": "backtest"}) if hasattr(e, "via") else e for e in story.events]


def test_a_ticket_that_went_over_midway_is_judged_by_what_it_was_pinned_to_from_when() -> None:
    story = at_tier(1)
    story.wait(hours=1)
    story.do(ADOPT)
    story.do(FAILED)
    story.do(PREMIUM.model_copy(update={"policy": LATER_PREMIUM}))
    story.wait(hours=30)
    again = lived_again(story, in_force(story))
    assert (again.refused, _kinds(again.events)) == ([], _kinds(story.events))
    assert {"policy_adopted", "agreement_changed"} <= {event.kind for event in again.events}
    assert again.ticket.model_copy(update={"spells": ()}) == story.ticket.model_copy(update={"spells": ()})


def test_a_policy_on_trial_counts_from_the_first_event_on_and_leaves_another_agreement_where_it_was_named() -> None:
    story = at_tier(1)
    story.wait(hours=1)
    story.do(ADOPT)
    story.do(PREMIUM.model_copy(update={"policy": LATER_PREMIUM}))
    trial = Regime(EAGER, lambda _, event: EAGER_PREMIUM if event.kind == "agreement_changed" else None)
    again = lived_again(story, trial)
    assert "policy_adopted" not in _kinds(again.events)
    assert (again.ticket.policy_version, again.ticket.agreement) == (EAGER.version, "premium")
    assert again.ticket.clocks["resolution"].target == story.ticket.clocks["resolution"].target


# ------------------------------------------------------------------------------------------- what would change
def test_b36_a_trigger_that_asks_for_less_fires_earlier_and_says_on_which_values() -> None:
    story = at_tier(1)
    story.wait(hours=1)
    story.do(FAILED)
    story.wait(hours=2)
    story.do(FAILED)
    assert words(story, EAGER) == [
        "functional to Tier 2 by C2 (failed attempts: 1, tier: 1) would have come 2h earlier, on 2 Nov 2026 15:00 UTC"
    ]


def test_a_trigger_left_out_is_an_escalation_less() -> None:
    story = at_tier(1)
    story.do(FAILED)
    story.do(FAILED)
    report, _ = changes(story, without(story.policy, "C2"))
    (moved,) = of_kind(story.events, Escalated)
    assert moved.trigger == "C2"
    assert report.recorded.by_cause - report.replayed.by_cause == {"C2": 1}
    assert report.replayed.worked_at == {"Tier 1": 1}
    assert words(story, without(story.policy, "C2"))[0] == (
        "functional to Tier 2 by C2 (failed attempts: 2, tier: 1) on 2 Nov 2026 14:00 UTC would not have happened"
    )


def test_a_wider_window_lets_s1_come_earlier() -> None:
    story = at_tier(1)
    story.wait(hours=20)
    half = story.policy.model_copy(update={"auto_escalation": AutoEscalation(share=0.5)})
    (said,) = [line for line in words(story, half) if "S1" in line]
    assert said.endswith("would have come 7h12m earlier, on 3 Nov 2026 02:00 UTC")


def test_a_longer_promise_is_kept_and_says_which() -> None:
    story = at_tier(1)
    story.wait(hours=30)
    promises = {p: kept.model_copy(update={"resolution": kept.resolution.model_copy(update={"time": 90 * H})})
                for p, kept in story.policy.promises.items()}  # fmt: skip
    said = words(story, story.policy.model_copy(update={"promises": promises}))
    assert "the resolution promise, due 3 Nov 2026 14:00 UTC, would have been kept" in said
    report, _ = changes(story, story.policy.model_copy(update={"promises": promises}))
    assert (report.recorded.breaches["resolution"], report.replayed.breaches["resolution"]) == (1, 0)


def test_a_command_that_the_policy_refuses_is_counted_passed_over_and_named() -> None:
    story = at_tier(2)
    story.do(Return(reason="wrong_skill", what_is_missing="Which phone holds the old password"))
    strict = story.policy.model_copy(update={"return_reasons": ("note_incomplete",)})
    report, _ = changes(story, strict)
    assert report.refused == {"return/unknown_name": 1}
    assert "return on 2 Nov 2026 14:00 UTC would have been refused (unknown_name)" in words(story, strict)[-1]


def test_a_ticket_whose_category_the_policy_does_not_know_is_not_judged_and_counted_so() -> None:
    story = at_tier(1)
    report, told = changes(story, story.policy.model_copy(update={"categories": {}}))
    assert (report.not_judged, report.tickets, told) == ({"unknown_name": 1}, 0, [])


def test_a_live_ticket_shows_its_next_deadline_under_the_other_policy() -> None:
    story = at_tier(1)
    story.wait(hours=1)
    shares = {40: ("owner",), 100: ("service_manager",)}
    report, (changed,) = changes(story, story.policy.model_copy(update={"thresholds": shares}))
    assert changed.coming is not None
    assert (changed.coming.now, changed.coming.then) != (None, None)
    assert changed.coming.now.at == MONDAY + 2 * H  # type: ignore[union-attr]
    assert changed.coming.then.at == MONDAY + timedelta(hours=1.6)  # type: ignore[union-attr]
    assert (report.live, report.moved_deadlines) == (1, 1)


def test_an_owner_of_then_acts_as_the_owner_of_the_replay() -> None:
    """Under the eager policy the ticket has another owner by then, and whoever owned it resolves it all the same."""
    story = at_tier(1)
    story.do(FAILED)
    story.wait(hours=1)
    story.do(RESOLVE)
    again = lived_again(story, Regime(EAGER))
    assert (again.ticket.stage.value, again.refused) == ("resolved", [])
    assert again.ticket.owner == "tier-2-1"


def test_an_escalation_that_a_trigger_made_already_is_passed_over() -> None:
    story = at_tier(1)
    story.do(FAILED)
    story.wait(hours=1)
    story.do(Escalate(reason="knowledge", note=NOTE))
    report, _ = changes(story, EAGER)
    assert report.replayed.escalations == {"functional to Tier 2": 1}
    assert list(report.refused) == ["escalate/tier_three_guard"] or list(report.refused) == [
        "escalate/not_allowed_in_stage"
    ]


def test_an_impact_that_was_read_off_the_reach_is_read_off_anew() -> None:
    story = Story().open(impact=None, urgency=2)
    story.do(UpdateFields(facts=FACTS.model_copy(update={"users_affected": 5})))
    assert story.ticket.impact == 2
    blunt = story.policy.model_copy(update={"impact_rules": story.policy.impact_rules[-1:]})
    assert lived_again(story, Regime(blunt)).ticket.impact == 3


# ------------------------------------------------------------------------------------------- sums
def test_parts_add_up_to_the_whole_in_any_order() -> None:
    stories = [at_tier(1), at_tier(2), at_tier(3)]
    for place, story in enumerate(stories):
        story.wait(hours=10 * place)
        story.do(UpdateFields(by=story.owner, flags=(Flag.UNHAPPY,)))
    whole, parts = Report(), [Report(), Report()]
    for place, story in enumerate(stories):
        judge(whole, story.events, Regime(EAGER), story.now, in_force(story))
        judge(parts[place % 2], story.events, Regime(EAGER), story.now, in_force(story))
    summed = Report()
    for part in reversed(parts):
        summed.absorb(part)
    assert summed.as_json() == whole.as_json()
    assert whole.tickets == 3


def test_the_report_reads_as_tables_and_sentences() -> None:
    story = at_tier(1)
    story.do(FAILED)
    go_up(story)
    report, _ = changes(story, EAGER)
    console = Console(record=True, width=140, file=io.StringIO())
    show(report, "2026.2", console)
    text = console.export_text()
    assert "1 tickets, 1 of them would change" in text
    assert "functional to Tier 2 by C2 (failed attempts: 1, tier: 1) would have happened on 2 Nov 2026" in text


# ------------------------------------------------------------------------------------------- a log
@pytest.mark.parametrize("workers", [1, 2])
def test_a_log_runs_through_a_policy_without_a_server(tmp_path: Path, workers: int) -> None:
    log, details = tmp_path / "log.csv", tmp_path / "changes.jsonl"
    log.write_text(LOG + LOG.replace("C-1", "C-2").partition("\n")[2], encoding="utf-8")
    asked = ["policy", "backtest", str(PARTS_ROOT / "policies" / "default.yaml"), "--log", str(log), "--json"]
    answer = CliRunner().invoke(app, [*asked, "--details", str(details), "--workers", str(workers)])
    assert answer.exit_code == 0, answer.output
    assert '"tickets": 2' in answer.output
    assert answer.output.count('"functional to Tier 2": 2') == 2  # as recorded and as replayed
    assert '"refused": {}' in answer.output


def test_the_words_of_a_log_become_words_of_the_policy() -> None:
    story = at_tier(2)
    policy = policy_of("harbor-law")
    told = in_words_of(policy, story.events)
    again = replay(recorded(told, None, policy), Regime(policy), story.now)
    assert again.refused == []
    assert again.ticket.client == "harbor-law"
