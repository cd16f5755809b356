"""Answers beside what the rules did: a mark for each field, and the rules' own words wherever the two differ."""

from collections.abc import Mapping, Sequence

from escalation.errors import IncompleteCommand, UnknownName
from escalation.triage.composing import Composed
from escalation.triage.exercise import FIELDS, NOTHING, Answer, CaseMarks, Choices, Marks, Truth


def mark(composed: Sequence[Composed], answers: Mapping[int, Answer], choices: Choices) -> Marks:
    """The marks of an exercise, every field of every case counting the same. Pure.

    IncompleteCommand where a case has no answer; UnknownName for a case, a trigger or a target that is none.
    """
    _complete(composed, answers)
    for answer in answers.values():
        _known("trigger", answer.trigger, [NOTHING, *(each.id for each in choices.triggers)])
        _known("target", answer.target, choices.targets)
    cases = tuple(_marked(each, answers[each.case.number]) for each in composed)
    by_field = {name: _share([case.right[name] for case in cases]) for name in FIELDS}
    return Marks(total=_share([mark for case in cases for mark in case.right.values()]), by_field=by_field, cases=cases)


def _complete(composed: Sequence[Composed], answers: Mapping[int, Answer]) -> None:
    numbers = [each.case.number for each in composed]
    if lacks := [f"answers.{number}" for number in numbers if number not in answers]:
        raise IncompleteCommand(f"Every case needs an answer; missing: {', '.join(lacks)}.", lacks)
    for number in answers:
        _known("answers", str(number), [str(each) for each in numbers])


def _known(field: str, value: str, among: Sequence[str]) -> None:
    if value not in among:
        raise UnknownName(f"{value[:80]!r} is no {field}; there are {', '.join(among)}.", field=field, value=value[:80])


def _marked(composed: Composed, answer: Answer) -> CaseMarks:
    truth = composed.truth
    right = {
        "start_tier": answer.start_tier == truth.start_tier,
        "priority": answer.priority == truth.priority,
        "trigger": answer.trigger == truth.trigger,
        "kind": answer.kind == truth.kind,
        "target": answer.target in truth.targets,
    }
    expected = {
        "start_tier": str(truth.start_tier),
        "priority": truth.priority.value,
        "trigger": truth.trigger,
        "kind": truth.kind,
        "target": " or ".join(truth.targets),
    }
    why = {name: _why(name, truth, answer) for name in FIELDS if not right[name]}
    return CaseMarks(number=composed.case.number, right=right, expected=expected, why=why)


def _why(field: str, truth: Truth, answer: Answer) -> str:
    """What the rules say of it themselves."""
    match field:
        case "start_tier":
            return truth.start_why
        case "priority":
            return truth.priority_why
        case "trigger":
            said = [truth.trigger] if truth.trigger != NOTHING else []
            said += [answer.trigger] if answer.trigger != NOTHING else []
            return " ".join(f"{name}: {truth.trigger_why[name]}" for name in said)
        case _ if truth.trigger == NOTHING:
            return truth.trigger_why[NOTHING]
        case "kind":
            return f"{truth.trigger} is {truth.kind}."
        case _:
            return f"{truth.trigger}: {truth.leads_to}."


def _share(marks: Sequence[bool]) -> float:
    return round(sum(marks) / len(marks), 4) if marks else 0.0
