"""How people do over time: the share of their answers that was what the rules did."""

from collections.abc import Iterable

from pydantic import AwareDatetime

from escalation.terms import Facts
from escalation.triage.exercise import FIELDS, Exercise


class Score(Facts):
    """One answered exercise."""

    exercise: str
    person: str
    seed: int
    policy_version: str
    cases: int
    answered_at: AwareDatetime
    total: float
    by_field: dict[str, float]


class Progress(Facts):
    """Somebody's exercises together, each case counting the same; the first and the latest show which way it goes."""

    person: str
    exercises: int
    cases: int
    total: float
    by_field: dict[str, float]
    first: float
    latest: float


def scores(exercises: Iterable[Exercise]) -> tuple[Score, ...]:
    """Those that were answered, the earliest first."""
    found = [
        Score(
            exercise=each.id,
            person=each.person,
            seed=each.seed,
            policy_version=each.policy_version,
            cases=len(each.marks.cases),
            answered_at=each.answered_at,
            total=each.marks.total,
            by_field=each.marks.by_field,
        )
        for each in exercises
        if each.marks and each.answered_at
    ]
    return tuple(sorted(found, key=lambda score: (score.answered_at, score.exercise)))


def progress(found: Iterable[Score]) -> tuple[Progress, ...]:
    """One line for each person, by name; the scores as `scores` orders them."""
    by_person: dict[str, list[Score]] = {}
    for score in found:
        by_person.setdefault(score.person, []).append(score)
    return tuple(_together(person, own) for person, own in sorted(by_person.items()))


def _together(person: str, own: list[Score]) -> Progress:
    cases = sum(score.cases for score in own)

    def share(of: Iterable[float]) -> float:
        weighed = sum(value * score.cases for value, score in zip(of, own, strict=True))
        return round(weighed / cases, 4) if cases else 0.0

    return Progress(
        person=person,
        exercises=len(own),
        cases=cases,
        total=share(score.total for score in own),
        by_field={name: share(score.by_field.get(name, 0.0) for score in own) for name in FIELDS},
        first=own[0].total,
        latest=own[-1].total,
    )
