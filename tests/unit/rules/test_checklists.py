"""R72; R6, R80: no careless escalation: steps of the SOP are done, or passed over with a reason."""

import pytest

from escalation.commands import Accept, Emergency, Escalate, LogAttempt, Tick, UpdateFields, WalkTree
from escalation.errors import (
    ChecklistIncomplete,
    IncompleteCommand,
    IncompleteHandoff,
    NoChecklist,
    NotOwner,
    UnknownName,
    WalkUnfinished,
)
from escalation.events import ChecklistTicked, Escalated, TreeWalked
from escalation.guide import Guide
from escalation.handoff import StepTried
from escalation.library.tree import EscalateLeaf, Question, ResolveLeaf, Tree, walk
from escalation.terms import Role
from escalation.view import handoff_view, view
from tests.unit.rules.story import MANAGER, NOTE, Story, of_kind

GUIDE = Guide(
    sop="SOP-01",
    revision=3,
    steps=("identity", "lockout_source", "reset", "replication"),
    mandatory={"identity": 1, "reset": 1, "replication": 2},
)
UP = Escalate(reason="deeper_technical_analysis", note=NOTE)


def guided() -> Story:
    """A ticket at Tier 1 that is worked by the SOP."""
    story = Story(guides={"SOP-01": GUIDE}).open()
    story.do(Accept())
    return story


def test_r72_an_escalation_is_refused_while_a_mandatory_step_is_neither_ticked_nor_passed_over() -> None:
    story = guided()
    assert story.refuses(ChecklistIncomplete, UP).details["missing"] == ["identity", "reset"]
    story.do(Tick(steps=("identity",)))
    assert story.refuses(ChecklistIncomplete, UP).details["missing"] == ["reset"]
    story.do(Tick(skipped={"reset": "the domain controller does not answer"}))
    assert of_kind(story.do(UP), Escalated)


def test_r72_a_step_passed_over_is_on_record_with_its_reason_and_the_revision() -> None:
    story = guided()
    (said,) = story.do(Tick(steps=("identity",), skipped={"reset": "the domain controller does not answer"}))
    assert said == ChecklistTicked(
        at=story.now,
        by=story.owner,
        sop="SOP-01",
        revision=3,
        steps=("identity",),
        skipped={"reset": "the domain controller does not answer"},
    )
    assert view(story.ticket).to_tick == ()
    shown = handoff_view(story.ticket, story.policy).checklist
    assert shown is not None
    assert [(s.id, s.mandatory_at, s.done and s.done.skipped) for s in shown.steps] == [
        ("identity", 1, None),
        ("lockout_source", None, None),
        ("reset", 1, "the domain controller does not answer"),
        ("replication", 2, None),
    ]
    assert shown.steps[0].done
    assert not shown.steps[1].done


def test_what_is_ticked_with_the_escalation_counts_and_is_lost_with_its_refusal() -> None:
    story = guided()
    whole = UP.model_copy(update={"ticked": ("identity",), "skipped": {"reset": "no writable controller"}})
    blank = whole.model_copy(update={"note": NOTE.model_copy(update={"what_failed": "n/a"})})
    story.refuses(IncompleteHandoff, blank)
    assert story.ticket.ticked == {}
    ticked, escalated = story.do(whole)[:2]
    assert isinstance(ticked, ChecklistTicked)
    assert isinstance(escalated, Escalated)


def test_an_attempt_by_a_step_of_the_sop_is_that_step_done() -> None:
    story = guided()
    for step in ("identity", "SOP-01/reset"):
        story.do(LogAttempt(step="Did as told", result="No change", outcome="failed", sop_step=step))
    assert set(story.ticket.ticked) == {"identity", "reset"}
    assert of_kind(story.events, Escalated)  # two failed attempts: C2 sends it up by itself


def test_each_tier_answers_for_its_own_steps() -> None:
    story = guided()
    story.do(UP.model_copy(update={"ticked": ("identity", "reset")}))
    assert story.ticket.tier == 2
    story.do(Accept())
    own = NOTE.model_copy(update={"steps_tried": (StepTried(step="Compared both controllers", result="A day behind"),)})
    said = {"by": MANAGER, "role": Role.SERVICE_MANAGER, "override_reason": "Nobody else can", "note": own}
    again = UP.model_copy(update=said)
    assert story.refuses(ChecklistIncomplete, again).details["missing"] == ["replication"]


@pytest.mark.parametrize(
    ("tick", "refusal", "named"),
    [
        (Tick(), IncompleteCommand, ["steps"]),
        (Tick(steps=("rebooted",)), UnknownName, "rebooted"),
        (Tick(steps=("SOP-02/identity",)), UnknownName, "SOP-02/identity"),
        (Tick(skipped={"reset": "n/a"}), IncompleteCommand, ["skipped.reset"]),
    ],
)
def test_a_tick_that_says_nothing_is_refused(tick: Tick, refusal: type, named: object) -> None:
    details = guided().refuses(refusal, tick).details
    assert named in details.values()


def test_ticking_twice_changes_nothing_and_the_first_word_stands() -> None:
    story = guided()
    story.do(Tick(skipped={"reset": "the controller is down"}))
    assert story.do(Tick(steps=("reset",))) == []
    assert story.ticket.ticked["reset"].skipped == "the controller is down"


def test_only_the_owner_ticks() -> None:
    guided().refuses(NotOwner, Tick(by="priya", steps=("identity",)))


def test_a_ticket_that_is_worked_by_no_sop_goes_up_without_one() -> None:
    story = Story().open()
    story.do(Accept())
    story.refuses(NoChecklist, Tick(steps=("identity",)))
    said, escalated = story.do(UP.model_copy(update={"ticked": ("identity",)}))[:2]
    assert isinstance(said, ChecklistTicked)
    assert (said.sop, said.steps) == ("", ("identity",))
    assert isinstance(escalated, Escalated)


def test_neither_a_timer_nor_an_emergency_waits_for_a_checklist() -> None:
    timed = guided()
    timed.wait(days=3)
    assert of_kind(timed.events, Escalated)[0].auto
    urgent = guided()
    assert of_kind(urgent.do(Emergency(reason="Files are being encrypted", note=NOTE)), Escalated)


def test_another_category_brings_its_own_sop_and_a_clean_list() -> None:
    story = guided()
    story.do(Tick(steps=("identity",)))
    other = Guide(sop="SOP-02", revision=1, steps=("cable",), mandatory={"cable": 1})
    story.guides["SOP-02"] = other
    story.do(UpdateFields(category="printing.device"))
    assert story.ticket.guide == other
    assert story.ticket.ticked == {}


def test_r80_a_later_revision_is_taken_up_at_the_next_handoff_and_what_was_done_is_done() -> None:
    story = guided()
    story.do(Tick(steps=("identity", "reset")))
    story.guides["SOP-01"] = GUIDE.model_copy(update={"revision": 4})
    assert story.ticket.guide == GUIDE
    story.do(UP)
    assert story.ticket.guide is not None
    assert story.ticket.guide.revision == 4
    assert {done.revision for done in story.ticket.ticked.values()} == {3}


# ---------------------------------------------------------------------------------------------- decision trees
TREE = Tree(
    start="one",
    nodes={
        "one": Question(question="Is it one user?", answers={"yes": "unlock", "no": "up"}),
        "unlock": ResolveLeaf(resolve="Unlock the account"),
        "up": EscalateLeaf(escalate="I2", tier=2),
    },
)


def test_r75_a_walk_is_recorded_with_every_answer_and_the_leaf_it_led_to() -> None:
    story = guided()
    walked = walk(TREE, ["no"])
    (said,) = story.do(WalkTree(tree="DT-01", revision=4, walked=walked))
    assert isinstance(said, TreeWalked)
    assert (said.tree, said.revision, said.leaf) == ("DT-01", 4, TREE.nodes["up"])
    assert [(step.question, step.answer) for step in said.steps] == [("Is it one user?", "no")]
    assert story.ticket.tier == 1


def test_a_walk_that_stops_at_a_question_is_refused_with_its_choices() -> None:
    refused = guided().refuses(WalkUnfinished, WalkTree(tree="DT-01", revision=4, walked=walk(TREE, [])))
    assert refused.details == {"question": "Is it one user?", "choices": ["yes", "no"]}
    guided().refuses(IncompleteCommand, WalkTree(tree="DT-01", answers=("no",)))
