"""Practising triage: made-up tickets, answered and held against what the rules do."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api import practice
from api.callers import Caller, Handed
from api.faults import Forbidden
from api.problems import responses
from api.words import Moment, Word, WordInPath
from escalation.terms import Facts, Role
from escalation.triage.exercise import MOST_CASES, Answer, Marks
from escalation.triage.scores import Progress, Score, progress, scores

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


class Scores(Facts):
    """Answered exercises, the earliest first, and each person's together."""

    scores: tuple[Score, ...]
    people: tuple[Progress, ...]


@router.post("/exercises", status_code=201, responses=responses("unknown_name", "body_too_large"))
def begin(wanted: Wanted, services: Handed, token: Caller) -> practice.Sheet:
    """Cases from a seed, for whoever asks: tickets on which every trigger of the policy acts, and others.

    The same person, seed, number and policy version are the same exercise again.
    """
    return practice.begin(services, token, wanted.seed, wanted.how_many)


@router.post(
    "/exercises/{exercise_id}/answers",
    responses=responses("not_found", "exercise_over", "incomplete_command", "unknown_name", "body_too_large"),
)
def answer(exercise_id: WordInPath, said: Answers, services: Handed, token: Caller) -> Marks:
    """The marks for one's own exercise, with the rules' own words on every difference. It is answered once."""
    return practice.answer(services, token, exercise_id, said.answers)


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
