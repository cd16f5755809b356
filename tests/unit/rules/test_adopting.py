"""A running ticket goes over to another version of the policy: on request, its time kept, no threshold told twice."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.adopting import judge_adopt, previewed, slice_of
from escalation.calendar import Calendar
from escalation.commands import Accept, AdoptPolicy, ContactMade, Hold, LogAttempt, Resolve, Resume, Return
from escalation.errors import IncompleteCommand, NotPermitted, PolicyUnfit, TicketClosed
from escalation.events import Escalated, MarkPassed, MovedDeadline, PolicyAdopted, TriggerFired
from escalation.lifecycle import Stage
from escalation.policy import Policy, Slice
from escalation.promises import ACCEPT, FIRST_RESPONSE, RESOLUTION
from escalation.situation import Situation
from escalation.sla import counted
from escalation.terms import SYSTEM, Priority, Role
from tests.unit.rules.asked import CANCEL, EVIDENCE
from tests.unit.rules.story import POLICY, Story, policy_of

HOUR = timedelta(hours=1)
HOLD = Hold(reason="waiting_customer", evidence=EVIDENCE)


def edition(time: timedelta, version: str = "2026.2", **changes: object) -> Slice:
    """The policy with another time for every resolution."""
    cut = policy_of()
    promises = {
        priority: promise.model_copy(update={"resolution": promise.resolution.model_copy(update={"time": time})})
        for priority, promise in cut.promises.items()
    }
    return cut.model_copy(update={"version": version, "promises": promises, **changes})


def adopt(policy: Slice, **said: object) -> AdoptPolicy:
    asked = {"by": "grace", "role": Role.SERVICE_MANAGER, "version": policy.version, "policy": policy}
    return AdoptPolicy.model_validate(asked | said)


def adopted(story: Story, policy: Slice) -> PolicyAdopted:
    (event,) = story.do(adopt(policy))
    assert isinstance(event, PolicyAdopted)
    return event


def test_b36_a_running_ticket_stays_on_its_version_until_somebody_asks_and_then_keeps_its_time() -> None:
    story = Story().open()
    story.wait(hours=3)
    before = story.ticket.clocks[RESOLUTION]
    assert story.ticket.policy_version == POLICY.version
    event = adopted(story, edition(48 * HOUR))
    after = story.ticket.clocks[RESOLUTION]
    assert (event.before, event.after, story.ticket.policy_version) == (POLICY.version, "2026.2", "2026.2")
    assert after.counted == counted(before, policy_of().calendar("client"), story.now) == 3 * HOUR
    assert after.due_at == story.now + 45 * HOUR
    assert after.started_at == before.started_at


def test_the_pauses_of_a_clock_are_kept() -> None:
    story = Story().open()
    story.do(Accept())
    story.wait(hours=1)
    story.do(HOLD)
    story.wait(hours=5)
    story.do(Resume(by=story.owner))
    pauses = story.ticket.clocks[RESOLUTION].pauses
    adopted(story, edition(48 * HOUR))
    clock = story.ticket.clocks[RESOLUTION]
    assert clock.pauses == pauses
    assert clock.counted == HOUR
    assert clock.due_at == story.now + 47 * HOUR


def test_a_clock_that_is_paused_stays_paused_and_goes_on_with_the_new_target() -> None:
    story = Story().open()
    story.do(Accept())
    story.wait(hours=1)
    story.do(HOLD)
    adopted(story, edition(48 * HOUR))
    assert story.ticket.clocks[RESOLUTION].paused
    story.wait(hours=5)
    story.do(Resume(by=story.owner))
    assert story.ticket.clocks[RESOLUTION].due_at == story.now + 47 * HOUR


def test_thresholds_that_lie_behind_under_the_new_target_are_not_told() -> None:
    """Seven hours of 24 are under half; of ten they are past half, and nobody hears of that afterwards."""
    story = Story().open()
    story.do(ContactMade(by=story.owner, direction="outbound", text="we look into it"))
    story.wait(hours=7)
    adopted(story, edition(10 * HOUR))
    marks = story.ticket.clocks[RESOLUTION].marks
    assert "50" not in marks
    assert {"75", "90", "100"} <= set(marks)
    assert all(mark.at is not None and mark.at > story.now for name, mark in marks.items() if name.isdigit())


def test_a_promise_that_the_new_target_breaks_is_told_once_as_a_breach_and_as_nothing_else() -> None:
    story = Story().open()
    story.wait(hours=7)
    adopted(story, edition(5 * HOUR))
    told = [event for event in story.wait(minutes=1) if isinstance(event, MarkPassed) and event.clock == RESOLUTION]
    assert [event.mark for event in told if event.mark.isdigit()] == ["100"]
    assert story.ticket.clocks[RESOLUTION].breached


def test_time_used_by_the_old_calendar_is_kept_and_counts_by_the_new_one_from_then_on() -> None:
    """The client's hours shrink to the mornings: yesterday's afternoon stays counted."""
    story = Story().open()
    story.wait(hours=6)
    mornings = Calendar(zone="UTC", hours={"daily": ("00:00-12:00",)})
    cut = policy_of()
    shrunk = cut.model_copy(update={"version": "2026.2", "calendars": cut.calendars | {"client": mornings}})
    adopted(story, shrunk)
    clock = story.ticket.clocks[RESOLUTION]
    assert clock.counted == 6 * HOUR
    assert counted(clock, mornings, story.now.replace(hour=0) + timedelta(days=1, hours=2)) == 8 * HOUR


def test_the_event_lists_every_deadline_that_moves_and_no_other() -> None:
    story = Story().open()
    before = {f"resolution {name}": mark.at for name, mark in story.ticket.clocks[RESOLUTION].marks.items()}
    event = adopted(story, edition(48 * HOUR))
    after = {f"resolution {name}": mark.at for name, mark in story.ticket.clocks[RESOLUTION].marks.items()}
    assert {line.what: (line.before_at, line.after_at) for line in event.moved} == {
        name: (before[name], after[name]) for name in before if name in after
    }
    assert not any(line.what.startswith((ACCEPT, FIRST_RESPONSE)) for line in event.moved)


def test_a_preview_says_what_would_move_and_moves_nothing() -> None:
    story = Story().open()
    wanted = edition(48 * HOUR)
    before = story.ticket
    shown = previewed(before, story.policy, wanted, story.now)
    assert story.ticket == before
    assert shown.deadlines == adopted(story, wanted).moved
    assert len(shown.deadlines) >= 4
    assert shown.firings == ()


def test_the_same_version_again_changes_nothing() -> None:
    story = Story().open()
    assert story.do(adopt(policy_of())) == []


def test_a_stopped_clock_keeps_what_it_read_and_can_be_taken_up_in_the_new_policy() -> None:
    """Its calendar may be gone from the new version; a reopened ticket must still count."""
    story = Story(policy_of("harbor-law", always_open=False)).open(client="harbor-law", impact=1, urgency=2)
    cut = story.policy
    gone = {name: calendar for name, calendar in cut.calendars.items() if name == "client"}
    always = {
        p: promise.model_copy(
            update={name: getattr(promise, name).model_copy(update={"calendar": "client"}) for name in promise_names()}
        )
        for p, promise in cut.promises.items()
    }
    accept = {p: target.model_copy(update={"calendar": "client"}) for p, target in cut.accept.items()}
    wanted = cut.model_copy(update={"version": "v2", "calendars": gone, "promises": always, "accept": accept})
    adopted(story, wanted)
    assert {clock.calendar for clock in story.ticket.clocks.values()} == {"client"}


def promise_names() -> tuple[str, ...]:
    return "response", "resolution"


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"categories": {}}, "category identity.password_reset"),
        ({"client": policy_of("harbor-law").client}, "client acme-dental"),
        ({"holds": {}}, "hold waiting_customer"),
    ],
)
def test_a_version_without_what_the_ticket_rests_on_is_refused_and_says_so(
    changes: dict[str, Any], lacking: str
) -> None:
    story = Story().open()
    story.do(HOLD)
    refusal = story.refuses(PolicyUnfit, adopt(edition(48 * HOUR, **changes)))
    assert refusal.details["missing"] == [lacking]


def test_only_the_service_manager_moves_a_ticket_to_another_policy() -> None:
    story = Story().open()
    for role in set(Role) - {Role.SERVICE_MANAGER}:
        story.refuses(NotPermitted, adopt(edition(48 * HOUR), role=role))


def test_a_version_without_its_policy_is_refused_since_a_ticket_looks_nothing_up() -> None:
    story = Story().open()
    story.refuses(IncompleteCommand, AdoptPolicy(by="grace", role=Role.SERVICE_MANAGER, version="2026.2"))
    story.refuses(IncompleteCommand, adopt(edition(48 * HOUR), version="2026.3"))


def test_a_ticket_that_is_over_stays_where_it_was() -> None:
    story = Story().open()
    story.do(CANCEL)
    story.refuses(TicketClosed, adopt(edition(48 * HOUR)))


def test_a_client_that_the_version_does_not_know_is_named() -> None:
    story = Story().open()
    strange: Policy = POLICY.model_copy(update={"clients": {}})
    with pytest.raises(PolicyUnfit, match="acme-dental"):
        slice_of(strange, story.ticket)
    assert slice_of(POLICY, story.ticket) == POLICY.slice_for("acme-dental", contact=story.ticket.contact.name)


def test_a_deadline_that_moves_is_told_with_both_its_moments() -> None:
    story = Story().open()
    line = adopted(story, edition(48 * HOUR)).moved[0]
    assert isinstance(line, MovedDeadline)
    assert line.before_at
    assert line.after_at
    assert line.before_at < line.after_at


# ------------------------------------------------------------------------------------------- triggers
FAILED = LogAttempt(step="Reset the password", result="Still locked", outcome="failed", sop_step="1")


def without(*triggers: str) -> Slice:
    """The first version, which lacks these triggers."""
    full = policy_of()
    return full.model_copy(update={"triggers": tuple(each for each in full.triggers if each.id not in triggers)})


def later(version: str = "2026.2") -> Slice:
    """The next version, which has them."""
    return policy_of().model_copy(update={"version": version})


def failed_twice() -> Story:
    """At Tier 1, and there under a version that lets it stay."""
    story = Story(without("C2")).open()
    story.do(Accept())
    story.do(FAILED)
    story.do(FAILED)
    assert story.ticket.tier == 1
    return story


def test_r35_a_ticket_that_meets_a_trigger_of_the_new_version_moves_in_the_same_command() -> None:
    story = failed_twice()
    made = story.do(adopt(later()))
    assert [event.kind for event in made] == ["policy_adopted", "escalated"]
    escalated = made[1]
    assert isinstance(escalated, Escalated)
    assert (escalated.trigger, escalated.by, escalated.from_tier, escalated.to_tier) == ("C2", SYSTEM, 1, 2)
    assert escalated.values == {"failed_attempts": 2, "tier": 1}
    assert (story.ticket.tier, story.ticket.owner, story.ticket.policy_version) == (2, "marek", "2026.2")
    assert story.clock("tier_1").stopped_at == story.now
    assert story.ticket.note_debt is not None


def test_r35_what_fired_under_the_former_version_does_not_fire_again_under_the_next() -> None:
    story = failed_twice()
    story.do(adopt(later()))
    assert [event.kind for event in story.do(adopt(later("2026.3")))] == ["policy_adopted"]
    story.do(Return(reason="wrong_skill", what_is_missing="Which phone holds the old password"))
    assert story.ticket.tier == 1
    assert [event.kind for event in story.do(adopt(later("2026.4")))] == ["policy_adopted"], "a person's word stands"


def test_r42_a_trigger_that_informs_once_does_so_at_adoption_and_never_again() -> None:
    story = Story(without("R1")).open()
    for _ in range(4):
        story.do(ContactMade(by="portal", role=Role.INTEGRATION, direction="inbound", text="Any news?"))
    fired = [event for event in story.do(adopt(later())) if isinstance(event, TriggerFired)]
    assert [(event.trigger, event.inform) for event in fired] == [("R1", Role.SERVICE_MANAGER)]
    story.do(adopt(without("R1").model_copy(update={"version": "2026.3"})))
    assert [event.kind for event in story.do(adopt(later("2026.4")))] == ["policy_adopted"]


def test_a_ticket_in_triage_that_the_new_version_calls_an_emergency_goes_straight_to_tier_3() -> None:
    story = Story(without("E1")).open(impact=None, urgency=None, flags=("active_breach",))
    assert story.ticket.stage is Stage.TRIAGE
    story.do(adopt(later()))
    assert (story.ticket.tier, story.ticket.emergency, story.ticket.priority) == (3, True, Priority.P1)


def test_a_resolved_ticket_is_asked_nothing() -> None:
    story = failed_twice()
    story.do(Resolve(code="fixed", cause="identity", resolution="Removed the stale credential from the phone"))
    assert [event.kind for event in story.do(adopt(later()))] == ["policy_adopted"]


def test_a_preview_says_which_triggers_would_fire_on_which_values_and_fires_none() -> None:
    story = failed_twice()
    before = story.ticket
    shown = previewed(before, story.policy, later(), story.now)
    assert story.ticket == before
    (fires,) = shown.firings
    assert (fires.trigger, fires.from_tier, fires.to_tier) == ("C2", 1, 2)
    assert (fires.values, fires.reason) == ({"failed_attempts": 2, "tier": 1}, "Two approved attempts failed at Tier 1")
    story.do(adopt(later()))
    assert story.ticket.firings[-1].model_dump(exclude={"at", "by"}) == fires.model_dump(exclude={"at", "by"})


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(list(Priority)),
    st.timedeltas(timedelta(minutes=1), 60 * HOUR),
    st.timedeltas(timedelta(minutes=1), 100 * HOUR),
    st.booleans(),
)
def test_whatever_is_adopted_when_consumed_time_is_kept_and_no_old_threshold_is_told(
    priority: Priority, waited: timedelta, time: timedelta, held: bool
) -> None:
    story = Story().open(impact=int(priority.value[1]) - 1 or 1, urgency=2)
    story.wait(seconds=waited.total_seconds())
    if story.ticket.over or RESOLUTION not in story.ticket.clocks or story.ticket.hold:
        return
    if held and story.ticket.tier:
        story.do(HOLD)
        story.wait(hours=1)
    clock = story.ticket.clocks[RESOLUTION]
    used = counted(clock, story.policy.calendar(clock.calendar), story.now)
    event = judge_adopt(Situation(story.ticket, story.policy, story.now, "grace"), adopt(edition(time)))[0]
    after = story.ticket.after(event).clocks[RESOLUTION]
    if clock.stopped_at is None:
        assert after.counted == used
    ahead = [mark for name, mark in after.marks.items() if name not in ("100", "auto")]
    assert all(mark.after > used for mark in ahead)
