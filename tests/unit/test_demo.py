"""What `tierline demo` brings to the running system: its tickets, its quick policy, its words."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from escalation.commands import Intake, Open
from escalation.desk import open_ticket
from escalation.events import AcceptMissed, Escalated, MarkPassed, Need, Opened, Queued
from escalation.handoff import HandoffNote
from escalation.lifecycle import Stage
from escalation.policy import Policy
from escalation.terms import EscalationKind, Priority, Role
from tierline import demo_intakes
from tierline.demo import DAY, run
from tierline.demo_desk import DemoError
from tierline.demo_intakes import CLIENTS
from tierline.demo_quick import ACCEPT_WITHIN, GOES_UP_AFTER, quick
from tierline.demo_words import sentence
from tierline.patience import patiently
from tierline.policy_file import load_sound_policy
from tierline.settings import Settings

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
INTAKES: dict[str, dict[str, Any]] = {
    name: said for name, said in vars(demo_intakes).items() if isinstance(said, dict) and "subject" in said
}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_sound_policy(Settings().policy_path)


def called(word: str) -> str:
    return word.capitalize()


@pytest.mark.parametrize("name", INTAKES)
def test_every_ticket_of_the_demo_is_taken_in_by_the_default_policy(name: str, policy: Policy) -> None:
    intake = Intake.model_validate(INTAKES[name])
    asked = Open(by="dana", role=Role.DISPATCHER, intake=intake, request_id="open/T-1")
    first, *later = open_ticket("T-1", asked, policy.slice_for(intake.client), NOW)
    assert isinstance(first, Opened)
    moves = [event for event in later if isinstance(event, Queued | Escalated)]
    assert [move.stage for move in moves] == [Stage.TIER_3 if name == "RANSOMWARE" else Stage.TIER_1]


def test_the_demo_knows_whose_tickets_it_plays(policy: Policy) -> None:
    assert {said["client"] for said in INTAKES.values()} == set(CLIENTS) <= set(policy.clients)


def test_a_quick_ticket_differs_from_the_policy_in_force_in_its_times_alone(policy: Policy) -> None:
    before, own = policy.model_dump(), policy.slice_for("acme-dental")
    quicker = quick(policy, "acme-dental")
    assert policy.model_dump() == before
    assert quicker.version == f"{policy.version}-demo"
    changed = {name for name in type(own).model_fields if getattr(own, name) != getattr(quicker, name)}
    assert changed == {"version", "calendars", "accept", "promises", "auto_escalation", "recurs_within"}
    assert quicker.accept[Priority.P2].time == ACCEPT_WITHIN
    assert quicker.accept[Priority.P1] == own.accept[Priority.P1]


def test_a_forgotten_quick_ticket_goes_up_after_seconds(policy: Policy) -> None:
    intake = Intake.model_validate(demo_intakes.NO_ACCESS)
    asked = Open(by="dana", role=Role.DISPATCHER, intake=intake, request_id="open/T-1")
    opened, *_ = open_ticket("T-1", asked, quick(policy, intake.client), NOW)
    assert isinstance(opened, Opened)
    assert opened.clocks["resolution"].marks["auto"].at == NOW + GOES_UP_AFTER


def test_an_escalation_reads_as_a_sentence() -> None:
    event = Escalated(
        at=NOW,
        stage=Stage.TIER_2,
        from_tier=1,
        to_tier=2,
        need=Need(),
        owner="marek",
        via="on_shift",
        reason="too far",
        trigger="I1",
        escalation=EscalationKind.FUNCTIONAL,
        auto=True,
        note=HandoffNote(what_failed="a restart"),
        incomplete=("customer_told",),
    )
    assert sentence(event, called, called) == (
        "functional escalation, Tier 1 → Tier 2 (trigger I1: too far): Marek owns it from this moment (on shift). "
        "The note was built from the ticket and lacks customer told"
    )


def test_a_missed_acceptance_is_told_once_although_the_journal_has_two_entries_of_it() -> None:
    mark = MarkPassed(at=NOW, clock="accept", generation=1, mark="200", due_at=NOW)
    assert sentence(mark, called, called) == ""
    missed = AcceptMissed(at=NOW, level=2, due_at=NOW)
    assert sentence(missed, called, called) == "not accepted in twice the time: on to the next person"


def test_every_story_says_what_it_shows() -> None:
    assert all(scene.setting.endswith(".") and scene.title for scene in DAY)


def test_waiting_ends_with_the_first_good_answer_or_with_the_last_one() -> None:
    answers = iter([1, 2, 3])
    assert patiently(lambda: next(answers), lambda answer: answer == 2, within=5) == 2
    assert patiently(lambda: 1, lambda answer: answer == 2, within=0) == 1


def test_without_a_running_stack_the_demo_says_what_to_start(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match="is `tierline up` running"):
        run(Settings(state=tmp_path, postgres_port=1))
