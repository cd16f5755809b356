"""Practising triage: an exercise is begun by a person, answered once, and held against what the rules do."""

import secrets
from collections.abc import Mapping
from hashlib import sha256

from pydantic import AwareDatetime

from api.faults import ExerciseOver, NotFound
from api.services import Services
from escalation.policy import Policy
from escalation.ports import Token
from escalation.terms import Facts
from escalation.triage.composing import Composed, compose
from escalation.triage.exercise import Answer, Case, Choices, Exercise, Marks
from escalation.triage.marking import mark
from escalation.triage.shown import choices


class Sheet(Facts):
    """An exercise as it is given out: the cases, and what the answers may be."""

    id: str
    seed: int
    policy_version: str
    made_at: AwareDatetime
    answered_at: AwareDatetime | None = None
    cases: tuple[Case, ...]
    choices: Choices


def begin(services: Services, token: Token, seed: int | None, how_many: int) -> Sheet:
    """An exercise for this person; the same seed, number and policy version are the same exercise again."""
    policy = services.policies.current()
    chosen = secrets.randbelow(1_000_000) if seed is None else seed
    exercise = Exercise(
        id=_exercise_id(token, policy, chosen, how_many),
        person=token.person,
        seed=chosen,
        how_many=how_many,
        policy_version=policy.version,
        clients=token.clients,
        made_at=services.now(),
    )
    composed = compose(policy, chosen, how_many, token.clients)
    return _sheet(services.exercises.begin(exercise), policy, composed)


def sheet(services: Services, token: Token, exercise_id: str) -> tuple[Sheet, Exercise]:
    """One's own exercise once more, with what came of it; NotFound for any other."""
    exercise = own(services, token, exercise_id)
    policy = services.policies.version(exercise.policy_version)
    return _sheet(exercise, policy, _composed(exercise, policy)), exercise


def answer(services: Services, token: Token, exercise_id: str, answers: Mapping[int, Answer]) -> Marks:
    """The marks; the same answers get them again, others after them are refused with ExerciseOver."""
    exercise = own(services, token, exercise_id)
    if exercise.marks:
        return _again(exercise, answers)
    policy = services.policies.version(exercise.policy_version)
    marks = mark(_composed(exercise, policy), answers, choices(policy))
    done = {"answers": dict(answers), "marks": marks, "answered_at": services.now()}
    if not services.exercises.answer(exercise.model_copy(update=done)):
        return _again(own(services, token, exercise_id), answers)
    return marks


def own(services: Services, token: Token, exercise_id: str) -> Exercise:
    """The exercise of this person; NotFound for one of somebody else's."""
    exercise = services.exercises.exercise(exercise_id)
    if exercise is None or exercise.person != token.person:
        raise NotFound("You have no such exercise.")
    return exercise


def _sheet(exercise: Exercise, policy: Policy, composed: list[Composed]) -> Sheet:
    said = {name: getattr(exercise, name) for name in ("id", "seed", "policy_version", "made_at", "answered_at")}
    return Sheet(**said, cases=tuple(each.case for each in composed), choices=choices(policy))


def _composed(exercise: Exercise, policy: Policy) -> list[Composed]:
    return compose(policy, exercise.seed, exercise.how_many, exercise.clients)


def _exercise_id(token: Token, policy: Policy, seed: int, how_many: int) -> str:
    clients = ",".join(sorted(token.clients)) if token.clients is not None else "*"
    said = "\n".join(map(str, (token.person, policy.version, seed, how_many, clients)))
    return f"X-{sha256(said.encode()).hexdigest()[:16].upper()}"


def _again(exercise: Exercise, answers: Mapping[int, Answer]) -> Marks:
    """The marks once more for the same answers; others come too late."""
    if exercise.marks is None or exercise.answers != dict(answers):
        raise ExerciseOver("This exercise was answered already; take another seed.", answered_at=exercise.answered_at)
    return exercise.marks
