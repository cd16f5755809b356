"""Practising triage: made-up tickets, answered and held against what the rules do."""

import secrets
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.callers import Caller, Handed
from api.faults import ExerciseOver, Forbidden, NotFound
from api.problems import responses
from api.services import Services
from api.words import Moment, Word, WordInPath
from escalation.policy import Policy
from escalation.ports import Token
from escalation.terms import Facts, Role
from escalation.triage.composing import compose
from escalation.triage.exercise import MOST_CASES, Answer, Case, Choices, Exercise, Marks
from escalation.triage.marking import mark
from escalation.triage.scores import Progress, Score, progress, scores
from escalation.triage.shown import choices

router = APIRouter(prefix="/triage", tags=["triage"])
_READERS = frozenset({Role.TEAM_LEAD, Role.SERVICE_MANAGER, Role.AUDITOR})
_SEEDS = 2**63


class Wanted(BaseModel):
    """The same seed gives the same cases; without one, a new exercise."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"seed": 7, "how_many": 5}]})

    seed: int | None = Field(default=None, ge=0, lt=_SEEDS)
    how_many: int = Field(default=10, ge=1, le=MOST_CASES)


class Answers(BaseModel):
    """One answer for each case, by its number."""

    model_config = ConfigDict(extra="forbid")

    answers: dict[int, Answer] = Field(max_length=MOST_CASES)


class Sheet(Facts):
    """An exercise as it is given out: the cases, and what the answers may be."""

    id: str
    seed: int
    policy_version: str
    made_at: AwareDatetime
    answered_at: AwareDatetime | None = None
    cases: tuple[Case, ...]
    choices: Choices


class Scores(Facts):
    """Answered exercises, the earliest first, and each person's together."""

    scores: tuple[Score, ...]
    people: tuple[Progress, ...]


@router.post("/exercises", status_code=201, responses=responses("unknown_name", "body_too_large"))
def begin(wanted: Wanted, services: Handed, token: Caller) -> Sheet:
    """Cases from a seed, for whoever asks: tickets on which every trigger of the policy acts, and others.

    The same person, seed, number and policy version are the same exercise again.
    """
    policy = services.policies.current()
    seed = secrets.randbelow(1_000_000) if wanted.seed is None else wanted.seed
    exercise = Exercise(
        id=_exercise_id(token, policy, seed, wanted.how_many),
        person=token.person,
        seed=seed,
        how_many=wanted.how_many,
        policy_version=policy.version,
        clients=token.clients,
        made_at=services.now(),
    )
    cases = tuple(each.case for each in compose(policy, seed, wanted.how_many, token.clients))
    kept = services.exercises.begin(exercise)
    said = {name: getattr(kept, name) for name in ("id", "seed", "policy_version", "made_at", "answered_at")}
    return Sheet(**said, cases=cases, choices=choices(policy))


@router.post(
    "/exercises/{exercise_id}/answers",
    responses=responses("not_found", "exercise_over", "incomplete_command", "unknown_name", "body_too_large"),
)
def answer(exercise_id: WordInPath, said: Answers, services: Handed, token: Caller) -> Marks:
    """The marks for one's own exercise, with the rules' own words on every difference. It is answered once."""
    exercise = _own(services, token, exercise_id)
    if exercise.marks:
        return _again(exercise, said)
    policy = services.policies.version(exercise.policy_version)
    composed = compose(policy, exercise.seed, exercise.how_many, exercise.clients)
    marks = mark(composed, said.answers, choices(policy))
    done = {"answers": said.answers, "marks": marks, "answered_at": services.now()}
    if not services.exercises.answer(exercise.model_copy(update=done)):
        return _again(_own(services, token, exercise_id), said)
    return marks


@router.get("/scores", responses=responses("forbidden"))
def found(
    services: Handed,
    token: Caller,
    person: Annotated[Word | None, Query(description="Of this person alone.")] = None,
    since: Annotated[Moment | None, Query(alias="from", description="Answered at this moment or later.")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="Answered before this moment.")] = None,
) -> Scores:
    """How people did over time: one's own scores, or everybody's for those who lead and audit."""
    if token.role not in _READERS or token.clients is not None:
        if person not in (None, token.person):
            raise Forbidden("A team lead, a service manager or an auditor may read this.", role=token.role.value)
        person = token.person
    own = scores(services.exercises.answered(person, since, until))
    return Scores(scores=own, people=progress(own))


def _exercise_id(token: Token, policy: Policy, seed: int, how_many: int) -> str:
    clients = ",".join(sorted(token.clients)) if token.clients is not None else "*"
    said = "\n".join(map(str, (token.person, policy.version, seed, how_many, clients)))
    return f"X-{sha256(said.encode()).hexdigest()[:16].upper()}"


def _own(services: Services, token: Token, exercise_id: str) -> Exercise:
    exercise = services.exercises.exercise(exercise_id)
    if exercise is None or exercise.person != token.person:
        raise NotFound("You have no such exercise.")
    return exercise


def _again(exercise: Exercise, said: Answers) -> Marks:
    """The marks once more for the same answers; others come too late."""
    if exercise.marks is None or exercise.answers != said.answers:
        raise ExerciseOver("This exercise was answered already; take another seed.", answered_at=exercise.answered_at)
    return exercise.marks
