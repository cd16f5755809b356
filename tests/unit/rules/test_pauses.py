"""B41: pauses that look wrong are found, and nothing is in honest work."""

from collections.abc import Iterable
from datetime import timedelta

from escalation.commands import Comment, ContactMade, Hold, Resume
from escalation.events import Entry
from escalation.pauses import PauseReport, pause_report
from escalation.terms import Role
from tests.unit.rules.story import MONDAY, Story, at_tier

H, M = timedelta(hours=1), timedelta(minutes=1)
CUSTOMER = Hold(reason="waiting_customer", evidence={"question_sent": "Which phone has the old password?"})
APPOINTMENT = Hold(reason="scheduled_by_customer", evidence={"appointment": "Thursday at ten"})
VENDOR = Hold(reason="waiting_vendor", evidence={"vendor_case": "MS-4711", "vendor_contact": "Ada at the vendor"})
REPLY = ContactMade(by="portal", role=Role.INTEGRATION, direction="inbound", channel="email", text="The blue one")


def journal(story: Story, ticket_id: str = "T-1") -> list[Entry]:
    return [
        Entry(ticket_id=ticket_id, seq=place, policy_version="1", event=event)
        for place, event in enumerate(story.events, start=1)
    ]


def report(*stories: Story) -> PauseReport:
    return pause_report([journal(story) for story in stories])


def found(stories: Iterable[Story]) -> list[tuple[str, str]]:
    return [(finding.found, finding.held_by) for finding in report(*stories).findings]


def honest() -> list[Story]:
    """Holds as they should be: early, ended by the reply, pausing nothing, or without any reply."""
    answered = at_tier(2)
    answered.do(CUSTOMER)
    answered.wait(hours=2)
    answered.do(REPLY)
    kept = at_tier(2)
    kept.do(APPOINTMENT)
    kept.wait(hours=20)
    kept.do(Resume(reason="The appointment"))
    vendor = at_tier(2)
    vendor.wait(hours=23)
    vendor.do(VENDOR)
    vendor.wait(hours=1)
    vendor.do(REPLY)
    vendor.wait(hours=3)
    silent = at_tier(1)
    silent.do(CUSTOMER)
    silent.wait(hours=41)
    at_once = at_tier(2)
    at_once.do(APPOINTMENT)
    at_once.wait(hours=1)
    at_once.do(REPLY)
    at_once.wait(minutes=10)
    at_once.do(Resume(reason="She called"))
    return [answered, kept, vendor, silent, at_once]


def replied_and_still_paused() -> Story:
    story = at_tier(2)
    story.do(APPOINTMENT)
    story.wait(hours=1)
    story.do(REPLY)
    story.wait(hours=6)
    story.do(Resume(reason="Back to it"))
    return story


def stopped_just_before_the_breach() -> Story:
    story = at_tier(2)
    story.wait(hours=23)
    story.do(CUSTOMER)
    return story


def recorded_a_day_late() -> Story:
    story = at_tier(2)
    story.do(CUSTOMER)
    story.wait(hours=20)
    story.do(REPLY.model_copy(update={"at": MONDAY + H, "by": "marek", "role": Role.TECHNICIAN}))
    return story


def test_b41_honest_work_is_not_found() -> None:
    said = report(*honest())
    assert (said.findings, said.holds) == ((), 4)  # the vendor's hold pauses no promise


def test_b41_each_planted_case_is_found_among_honest_work() -> None:
    planted = [replied_and_still_paused(), stopped_just_before_the_breach(), recorded_a_day_late()]
    assert sorted(found([*honest(), *planted])) == [
        ("just_before_breach", "marek"), ("replied_while_paused", "marek"), ("reply_recorded_late", "marek"),
    ]  # fmt: skip


def test_b41_a_finding_says_how_long_and_how_near() -> None:
    (late,) = report(replied_and_still_paused()).findings
    assert (late.ignored, late.replied_at, late.hold, late.clocks) == (
        6 * H, MONDAY + H, "scheduled_by_customer", ("resolution",),
    )  # fmt: skip
    (near,) = report(stopped_just_before_the_breach()).findings
    assert (near.left, near.held_at) == (H, MONDAY + 23 * H)
    (slow,) = report(recorded_a_day_late()).findings
    assert (slow.ignored, slow.replied_at) == (19 * H, MONDAY + H)


def test_b41_a_reply_that_nobody_acts_on_is_found_while_the_hold_lasts() -> None:
    story = at_tier(2)
    story.do(APPOINTMENT)
    story.wait(hours=1)
    story.do(REPLY)
    story.wait(hours=2)
    story.do(Comment(text="She wrote again"))
    assert found([story]) == [("replied_while_paused", "marek")]


def test_b41_whose_holds_they_are_is_counted() -> None:
    said = report(*honest(), replied_and_still_paused(), stopped_just_before_the_breach())
    assert [(line.person, line.holds, line.found) for line in said.people] == [("marek", 5, 2), ("tomas", 1, 0)]


def test_b41_only_holds_of_the_time_asked_for() -> None:
    stories = [journal(stopped_just_before_the_breach())]
    held_at = MONDAY + 23 * H
    assert pause_report(stories, held_at, held_at + M).holds == 1
    assert pause_report(stories, MONDAY, held_at).holds == pause_report(stories, held_at + M, None).holds == 0
