"""Scores over time, and an exercise at the terminal."""

from datetime import UTC, datetime, timedelta
from io import StringIO

from rich.console import Console

from escalation.triage.composing import compose
from escalation.triage.exercise import FIELDS, Answer, CaseMarks, Exercise, Marks
from escalation.triage.marking import mark
from escalation.triage.scores import progress, scores
from escalation.triage.shown import choices
from tests.unit.rules.story import POLICY
from tierline.triage_cli import asked, shown

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def answered(person: str, day: int, total: float, cases: int = 1) -> Exercise:
    one = CaseMarks(number=1, right={}, expected={})
    marks = Marks(total=total, by_field=dict.fromkeys(FIELDS, total), cases=(one,) * cases)
    at = NOON + timedelta(days=day)
    return Exercise(
        id=f"{person}-{day}", person=person, seed=1, how_many=cases, policy_version="1", made_at=at, answered_at=at,
        marks=marks,
    )  # fmt: skip


def test_r101_a_lead_sees_where_each_person_began_and_where_they_are() -> None:
    unanswered = answered("jun", 9, 0.0).model_copy(update={"marks": None, "answered_at": None})
    found = scores([answered("jun", 2, 1.0, cases=3), answered("priya", 1, 0.5), answered("jun", 0, 0.2), unanswered])
    assert [score.exercise for score in found] == ["jun-0", "priya-1", "jun-2"]
    jun, priya = progress(found)
    assert (jun.first, jun.latest, jun.exercises, jun.cases, jun.total) == (0.2, 1.0, 2, 4, 0.8)
    assert (priya.first, priya.latest) == (0.5, 0.5)


def test_r101_a_case_is_answered_at_the_terminal_and_the_marks_are_shown() -> None:
    composed, may = compose(POLICY, 7, 2), choices(POLICY)
    console = Console(file=StringIO(), width=200)
    keys = StringIO("9\n1\nP2\nI1\nfunctional\ntier_2\n2\nP3\nnone\n")
    answers = {each.case.number: asked(each.case, may, console, keys) for each in composed}
    said = {"start_tier": 1, "priority": "P2", "trigger": "I1", "kind": "functional", "target": "tier_2"}
    assert answers[1] == Answer.model_validate(said)
    assert (answers[2].trigger, answers[2].kind, answers[2].target) == ("none", "none", "none")
    marks = mark(composed, answers, may)
    for line in shown(marks, [each.case for each in composed], answers):
        console.print(line)
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert composed[0].case.subject in printed
    assert f"{marks.total:.0%} right" in printed
