"""B33: what a ticket makes of its alerts: it hears, it may become more pressing, and it ends only while unclaimed."""

from datetime import timedelta

import pytest

from escalation.commands import Accept, ContactMade, HearAlerts, LogAttempt, Resolve
from escalation.effects import messages
from escalation.errors import NotPermitted
from escalation.events import AcceptMissed, AlertsHeard, Cancelled, FieldsUpdated, Paged, Transferred
from escalation.lifecycle import Stage
from escalation.policy import Policy
from escalation.terms import Priority, Role
from tests.unit.rules.story import Story, of_kind
from tierline import PARTS_ROOT
from tierline.policy_file import load_policy

CLEAR = HearAlerts(total=3, more=1, live=0, latest="disk is well", clear=True)


def whole() -> Policy:
    return load_policy(PARTS_ROOT / "policies" / "default.yaml")


def monitored(**fields: object) -> Story:
    return Story(whole().slice_for("northside-clinic")).open(category="backup.job_failed", **fields)


def test_it_stands_on_the_timeline_and_on_the_ticket() -> None:
    story = monitored()
    (heard,) = of_kind(story.do(HearAlerts(total=12, more=11, live=4, latest="disk full")), AlertsHeard)
    assert (heard.total, heard.more, heard.live, heard.by) == (12, 11, 4, "system")
    assert story.ticket.alerts is not None
    assert (story.ticket.alerts.total, story.ticket.alerts.latest) == (12, "disk full")


def test_b33_an_unclaimed_ticket_ends_when_all_is_clear_and_says_so() -> None:
    story = monitored()
    (ended,) = of_kind(story.do(CLEAR), Cancelled)
    assert story.ticket.stage is Stage.CANCELLED
    assert ended.reason.startswith("cleared by itself")
    assert not any(clock.running for clock in story.ticket.clocks.values())


@pytest.mark.parametrize("touch", [Accept(), ContactMade(direction="inbound", text="is it down?")])
def test_b33_a_ticket_that_somebody_has_claimed_or_called_about_is_never_ended_by_its_alerts(
    touch: Accept | ContactMade,
) -> None:
    story = monitored()
    story.do(touch)
    assert of_kind(story.do(CLEAR), Cancelled) == []
    assert story.ticket.alerts is not None
    assert not story.ticket.over


def test_nor_is_one_that_was_worked_on_before_it_went_to_somebody_who_has_not_accepted_it() -> None:
    story = monitored()
    story.do(Accept())
    story.do(LogAttempt(step="restart the job", result="fails again", outcome="failed"))
    story.wait(hours=5)
    assert of_kind(story.do(CLEAR), Cancelled) == []


def test_r34_an_emergency_is_not_ended_by_its_alerts_somebody_looks_at_it() -> None:
    story = Story(whole().slice_for("northside-clinic")).open(category="security.alert")
    assert story.ticket.emergency
    assert of_kind(story.do(CLEAR), Cancelled) == []
    assert not story.ticket.over


def test_a_worse_severity_raises_the_priority_and_a_milder_one_lowers_nothing() -> None:
    story = monitored(impact=3, urgency=3)
    began = story.ticket.priority
    (changed,) = of_kind(story.do(HearAlerts(total=2, live=1, impact=2, urgency=1)), FieldsUpdated)
    assert (began, changed.priority) == (Priority.P4, Priority.P2)
    assert of_kind(story.do(HearAlerts(total=3, live=1, impact=3, urgency=3)), FieldsUpdated) == []
    assert story.ticket.priority == changed.priority


def test_a_storm_is_said_in_the_subject_once() -> None:
    story = monitored(subject="disk is ill")
    story.do(HearAlerts(total=5, live=5, storm=True, site="ward"))
    story.do(HearAlerts(total=9, live=9, storm=True, site="ward"))
    assert story.ticket.subject == "Storm of alerts at ward, first: disk is ill"
    assert len(of_kind(story.events, FieldsUpdated)) == 1


def test_a_resolved_ticket_hears_and_stays_resolved() -> None:
    story = monitored()
    story.do(Accept())
    story.do(Resolve(code="fixed", cause="backup", resolution="Freed some space and ran the job"))
    story.do(HearAlerts(total=4, more=1, live=1, impact=1, urgency=1))
    assert story.ticket.stage is Stage.RESOLVED


def test_only_the_desk_s_own_monitoring_speaks_for_alerts() -> None:
    monitored().refuses(NotPermitted, HearAlerts(by="marek", role=Role.TECHNICIAN, total=1))


# ---------------------------------------------------------------------------------------------- maintenance windows
def test_b33_a_window_that_begins_keeps_the_ladder_back_until_its_end_and_no_longer() -> None:
    story = monitored(impact=1, urgency=1)
    quiet_until = story.now + timedelta(hours=1)
    story.do(HearAlerts(total=1, live=1, quiet_until=quiet_until))
    story.wait(minutes=59)
    assert of_kind(story.events, Paged) == []
    story.wait(minutes=2)
    assert of_kind(story.events, Paged)[0].at == quiet_until


def test_b33_a_window_that_ends_early_has_the_ladder_go_on_at_once() -> None:
    story = monitored(impact=1, urgency=1)
    story.do(HearAlerts(total=1, live=1, quiet_until=story.now + timedelta(hours=4)))
    story.wait(minutes=30)
    assert of_kind(story.events, Paged) == []
    ended = story.now
    story.do(HearAlerts(total=1, live=1, window_over=True))
    story.wait(minutes=1)
    assert of_kind(story.events, Paged)[0].at == ended


def test_b33_a_handoff_without_a_ladder_is_not_paged_again_inside_a_window_but_at_its_end() -> None:
    story = monitored(impact=3, urgency=1)
    assert story.ticket.climb is None
    story.do(HearAlerts(total=1, live=1, quiet_until=story.now + timedelta(hours=8)))
    assert not any(isinstance(event, AcceptMissed | Transferred) for event in story.wait(hours=7))
    (page,) = messages(story.ticket, story.do(HearAlerts(total=1, live=1, window_over=True)), 1, story.policy)
    assert (page.template, page.to, page.urgent) == ("page_again", story.owner, True)
