"""R43, B13: the client hears from a person every so often, for as long as the ticket is open."""

from datetime import timedelta

import pytest

from escalation.commands import Accept, ChangeAgreement, ContactMade, Hold, Reopen, Resolve, Resume, UpdateFields
from escalation.effects import messages
from escalation.events import Event, MarkPassed
from escalation.explain import explain
from escalation.policy import Slice
from escalation.repair import retold
from escalation.terms import Role
from tests.unit.rules.story import MANAGER, MONDAY, POLICY, Story, at_tier, go_up, of_kind, policy_of

H, M = timedelta(hours=1), timedelta(minutes=1)
P2 = {"impact": 1, "urgency": 2}
TOLD = ContactMade(text="We are on it")
ASKS = ContactMade(by="portal", role=Role.INTEGRATION, direction="inbound", channel="email", text="Any news?")
CUSTOMER = Hold(reason="waiting_customer", evidence={"question_sent": "Which phone has the old password?"})
VENDOR = Hold(reason="waiting_vendor", evidence={"vendor_case": "MS-4711", "vendor_contact": "Ada at the vendor"})
RESOLVE = Resolve(code="fixed", cause="identity", resolution="Removed the stale credential from the phone")


def spoken_to(**fields: object) -> Story:
    """Somebody took it up, and told the client so."""
    story = Story().open(**(P2 | fields))
    story.do(Accept(contacted=True))
    return story


def passed(made: list[Event]) -> list[tuple[str, timedelta, tuple[str, ...]]]:
    """The marks of the clock that were met: which, when, who hears of it."""
    return [(e.mark, e.at - MONDAY, e.inform) for e in of_kind(made, MarkPassed) if e.clock == "next_update"]


def promising(every: timedelta | None) -> Slice:
    """The policy with another promise of updates at each priority."""
    full = policy_of()
    promises = {
        p: each.model_copy(
            update={"update_every": each.resolution.model_copy(update={"time": every}) if every else None}
        )
        for p, each in full.promises.items()
    }
    return full.model_copy(update={"promises": promises})


def test_r43_until_a_person_has_spoken_the_first_response_is_owed_and_no_update() -> None:
    story = Story().open(**P2)
    story.do(Accept())
    assert "next_update" not in story.ticket.clocks
    story.wait(minutes=10)
    story.do(TOLD)
    assert story.clock("next_update").due_at == MONDAY + 4 * H + 10 * M


def test_r43_each_word_of_a_person_begins_it_anew() -> None:
    story = spoken_to()
    story.wait(hours=3)
    story.do(TOLD)
    clock = story.clock("next_update")
    assert (clock.generation, clock.counted, clock.due_at) == (2, timedelta(), MONDAY + 7 * H)
    assert passed(story.wait(hours=3)) == []


def test_r43_it_counts_from_when_the_word_was_spoken_and_an_older_word_changes_nothing() -> None:
    story = spoken_to()
    story.wait(hours=2)
    story.do(TOLD.model_copy(update={"at": MONDAY + H}))
    assert story.clock("next_update").due_at == MONDAY + 5 * H
    story.do(TOLD.model_copy(update={"at": MONDAY + 30 * M}))
    assert story.clock("next_update").due_at == MONDAY + 5 * H


@pytest.mark.parametrize(
    "said",
    [
        TOLD.model_copy(update={"automatic": True}),
        TOLD.model_copy(update={"by": "psa", "role": Role.INTEGRATION}),
        ASKS,
    ],
    ids=["an acknowledgement", "a tool", "the client"],
)
def test_r43_nobody_but_a_person_of_ours_begins_it_anew(said: ContactMade) -> None:
    story = spoken_to()
    story.wait(hours=1)
    story.do(said)
    assert story.clock("next_update").due_at == MONDAY + 4 * H


def test_r45_the_owner_hears_shortly_before_and_the_lead_too_when_it_is_missed() -> None:
    story = spoken_to()
    made = story.wait(hours=5)
    assert passed(made) == [("90", 3.6 * H, ("owner",)), ("100", 4 * H, ("owner", "team_lead"))]
    assert story.clock("next_update").breached
    late = [e for e in of_kind(made, MarkPassed) if e.clock == "next_update" and e.mark == "100"]
    said = messages(story.ticket, late, 1, story.policy)
    assert {m.params["clock"] for m in said} == {"next update"}
    story.do(TOLD)
    assert not story.clock("next_update").breached, "the next one is a promise of its own"


def test_b13_a_message_of_the_client_is_a_promise_beside_it_and_one_word_answers_both() -> None:
    story = spoken_to()
    story.wait(hours=3)
    story.do(ASKS)
    assert story.clock("next_reply").due_at == MONDAY + 5 * H
    assert story.clock("next_update").due_at == MONDAY + 4 * H
    story.wait(minutes=30)
    story.do(TOLD)
    assert not story.clock("next_reply").running
    assert story.clock("next_update").due_at == story.now + 4 * H


def test_r44_a_handoff_leaves_it_running() -> None:
    story = spoken_to()
    story.wait(hours=1)
    go_up(story)
    assert story.clock("next_update").due_at == MONDAY + 4 * H


def test_b4_it_stands_still_while_the_client_has_to_speak_and_runs_while_a_vendor_has() -> None:
    story = spoken_to()
    story.wait(hours=1)
    story.do(CUSTOMER)
    story.wait(hours=5)
    assert story.clock("next_update").paused
    story.do(Resume())
    assert story.clock("next_update").due_at == MONDAY + 9 * H
    story.do(VENDOR)
    assert story.clock("next_update").running


def test_a_word_during_such_a_hold_begins_it_anew_without_letting_it_run() -> None:
    story = spoken_to()
    story.wait(hours=1)
    story.do(CUSTOMER)
    story.wait(hours=1)
    story.do(TOLD)
    clock = story.clock("next_update")
    assert (clock.paused, clock.counted, clock.due_at) == (True, timedelta(), None)
    story.wait(hours=1)
    story.do(Resume())
    assert story.clock("next_update").due_at == story.now + 4 * H


def test_r43_a_resolved_ticket_owes_none_and_a_reopened_one_does() -> None:
    story = spoken_to()
    story.do(RESOLVE)
    assert not story.clock("next_update").running
    story.wait(hours=1)
    story.do(Reopen(by="portal", role=Role.INTEGRATION, reason="It is locked again"))
    assert story.clock("next_update").due_at == story.now + 4 * H


def test_r43_how_often_depends_on_the_priority_and_changes_with_it() -> None:
    story = spoken_to()
    story.wait(minutes=30)
    story.do(UpdateFields(impact=1, urgency=1))
    assert story.clock("next_update").due_at == MONDAY + H
    story.do(UpdateFields(impact=3, urgency=3))
    assert not story.clock("next_update").running, "P4 is promised none"
    story.wait(hours=2)
    story.do(UpdateFields(impact=1, urgency=2))
    assert story.clock("next_update").due_at == story.now + 4 * H


def test_b10_an_agreement_that_promises_none_has_none_and_explain_says_so() -> None:
    story = at_tier(2, promising(None))
    story.do(TOLD)
    assert "next_update" not in story.ticket.clocks
    (said,) = [t for t in explain(story.ticket, story.policy, story.now).timers if t.id == "next_update"]
    assert (said.state, said.words) == (
        "not_promised", "It does not come: the agreement standard promises no update every so often at P3.",
    )  # fmt: skip


def test_b10_another_agreement_begins_or_ends_it_and_says_which_deadline_it_brings() -> None:
    story = spoken_to()
    out = POLICY.slice_for("acme-dental", agreement="out_of_contract")
    asked = {"by": MANAGER, "role": Role.SERVICE_MANAGER, "reason": "The contract ran out"}
    story.do(ChangeAgreement(**asked, agreement="out_of_contract", policy=out))
    assert not story.clock("next_update").running
    story.wait(hours=1)
    (changed,) = story.do(ChangeAgreement(**asked, agreement="standard", policy=policy_of()))
    assert story.clock("next_update").due_at == story.now + 4 * H
    assert {"next update 90", "next update 100"} <= {line.what for line in getattr(changed, "moved", ())}


def test_b40_told_anew_from_the_events_it_reads_the_same() -> None:
    story = spoken_to()
    story.wait(hours=1)
    story.do(CUSTOMER)
    story.do(TOLD)
    story.wait(hours=1)
    story.do(Resume())
    story.wait(hours=5)
    assert retold(story.events, story.policy).clocks["next_update"] == story.clock("next_update")


def test_explain_says_when_the_next_update_is_owed() -> None:
    story = spoken_to()
    (said,) = [t for t in explain(story.ticket, story.policy, story.now).timers if t.id == "next_update"]
    assert said.state == "coming"
    assert said.words.startswith("At 2 Nov 2026 17:36 UTC, after 3h36m of the 4h next update time (90 %)")
    assert story.policy.agreement == "standard"
